#!/usr/bin/env python3
"""Power cuts, full and failing disks under a payungd that works. The disk is tests/fault/vfs.c, told
by a file what to do; the last test uses a small real one. PAYUNG_SEED repeats the draws."""

import collections
import os
import pathlib
import random
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from crowd import LIMITS, Crowd, check_scheme, modem, newest_event, run  # noqa: E402
from verdict import Flight, check_inbound, check_outbound, check_unknowns, rows, told_unknown  # noqa: E402
from town import Suite, town  # noqa: E402

SEED = int(os.environ.get("PAYUNG_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
NAMES = ["a", "b"]


class Disk:
    """Trouble with the disk, made at events of the flight log; payungd is started again when it ends,
    as systemd would."""

    def __init__(self, t, rng, names=NAMES):
        self.town, self.rng, self.names = t, rng, names
        self.file = t.dir / "disk"
        self.ends = collections.Counter()
        self.kills = collections.defaultdict(list)
        self.seen = 0  # event up to which the daemon was certainly alive
        self.left = 0

    def start(self, wait=False):
        self.town.start(wait=wait, program="payungd-faulty", env={"PAYUNG_VFS": str(self.file)})

    def be(self, words):
        fresh = self.file.with_suffix(".new")
        fresh.write_text(words + "\n")
        fresh.rename(self.file)

    def heal(self):
        self.be("healthy")

    def hear(self, events):
        self.seen = events[-1]["n"] if events and self.town.daemon.poll() is None else self.seen
        self.left -= len(events)
        if self.left <= 0:
            self.left = self.rng.randrange(1, 400)
            self.trouble()

    def trouble(self):
        """What a test wants to happen now."""

    def rest(self):
        if self.left > 0:
            self.left = 0
            self.heal()

    def ended(self):
        code = self.town.daemon.returncode
        self.ends[code] += 1
        for m in self.names:
            self.kills[m].append((self.seen, newest_event(self.town)))
        self.expect(code)
        self.heal()
        self.start()

    def expect(self, code):
        raise AssertionError(f"payungd ended with {code}{self.town.tail()}")


def play(make, conversations, machine_dies=False):
    rng = random.Random(SEED)
    print(f"seed {SEED}, {conversations} conversations", flush=True)
    with town(modems=[modem(n, i + 1) for i, n in enumerate(NAMES)], limits=LIMITS) as t:
        for n in NAMES:
            t.sim(f"modem set {n} latency 1 network 10 report-delay 20 slots 30")
        # a tool that outlives the power cut would go on with an index of what is no longer there
        crowd = Crowd(t, rng, conversations, 16, NAMES, operator=not machine_dies)
        disk = make(t, rng)
        flight = Flight(t.sim.log)
        disk.heal()
        disk.start(wait=True)
        run(t, crowd, disk, flight)
        check_inbound(t, flight, crowd.sent)
        sent = check_outbound(t, flight)
        if not machine_dies:
            check_unknowns(t, flight, sent, disk.kills)
        check_scheme(t, crowd)
        t.payung("audit", "verify")
        disk.heal()
        t.stop()
        print(f"{len(crowd.sent)} texts in, {sum(sent.handed.values())} parts out, payungd ended {dict(disk.ends)},"
              f" {len(told_unknown(t))} unknown at some time", flush=True)
        assert rows(t, "PRAGMA integrity_check") == [("ok",)]
        return disk


class PowerCut(Disk):
    def trouble(self):
        self.be(f"cut {self.rng.randrange(1, 300)}")

    def expect(self, code):
        assert code == -9, f"payungd ended with {code}{self.town.tail()}"
        for memory in self.town.dir.glob("payung.db-[fs]*"):
            memory.unlink()  # the flight pages and SQLite's index are gone


def test_power_cuts():
    """The power goes at a write or sync drawn at random: what no sync covered is lost by lot, payungd and its
    workers are gone. Everything handed is unknown then, so more than was in flight."""
    assert play(PowerCut, 150, machine_dies=True).ends[-9] >= 5


class FailedSync(Disk):
    def trouble(self):
        self.be(f"fsync {self.rng.randrange(1, 12)}")

    def expect(self, code):
        assert code == 1, f"payungd must end with 1 after a failed fsync, not {code}{self.town.tail()}"


def test_failed_fsync():
    """After a failed fsync nobody knows what is on the disk: payungd ends, and starts from what is."""
    assert play(FailedSync, 120).ends[1] >= 2  # the slower the machine, the fewer its commits


class EveryNth(Disk):
    """Reads, writes, truncations and syncs fail; payungd may live on or end, but never with a signal."""
    def trouble(self):
        self.be(f"every {self.rng.randrange(3, 60)}")

    def expect(self, code):
        assert code == 1, f"payungd ended with {code}{self.town.tail()}"


def test_every_nth_call_fails():
    play(EveryNth, 120)


class FullNowAndThen(Disk):
    full = times = 0

    def trouble(self):
        self.full = not self.full
        self.times += self.full
        self.be("full" if self.full else "healthy")

    def hear(self, events):
        """A full disk ends the talk, and with it the events: it has to be mended from time to time."""
        super().hear(events)
        if self.full and not events:
            self.left -= 5


def test_full_now_and_then():
    disk = play(FullNowAndThen, 120)
    assert disk.times >= 5 and not disk.ends and not disk.kills


def store_down(t):
    s = t.status()
    return s and s["state"] == "store-down"


def fill_and_free(t, full, free):
    """payungd lives on, says so, tells no SIM to delete, and works again by itself."""
    flight = Flight(t.sim.log)
    phone = "+6281234567890"
    t.text(phone, "BANTUAN", expect="Perintah")
    t.sim("await empty 30 a")
    full()
    deleted = len(flight.find("deleted"))
    for i in range(6):
        t.sim(f"sms +628123456789{i} a -- DAFTAR 1234567{i}")
    t.wait_for(lambda: store_down(t), "status says store-down")
    t.wait_for(lambda: len(flight.find("read")) >= deleted + 6, "the six texts are read")
    assert "store down" in t.tail()
    assert len(flight.find("deleted")) == deleted and t.daemon.poll() is None
    free()
    t.wait_for(lambda: t.status()["state"] == "running", "status says running")
    for i in range(6):
        t.wait_for(lambda: len(t.inbox(f"+628123456789{i}")) == (2 if i == 0 else 1), f"answer to phone {i}")
    t.sim("await empty 30 a")
    assert rows(t, "SELECT count(*) FROM inbox WHERE state = 1") == [(7,)]
    assert rows(t, "SELECT count(*) FROM outbox") == [(7,)] and not told_unknown(t)


def test_full():
    with town() as t:
        disk = Disk(t, None)
        disk.heal()
        disk.start(wait=True)
        fill_and_free(t, lambda: disk.be("full"), disk.heal)
        t.stop()


def test_really_full():
    """A small file system of its own, filled to the last byte; needs root to mount it."""
    with town() as t:
        small = t.dir / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "payung", small], stderr=subprocess.DEVNULL).returncode:
            print("skipped: no file system can be mounted here (needs root)", flush=True)
            return
        try:
            really_full(t, small)
        finally:
            if t.daemon:
                t.kill()
            subprocess.run(["umount", small], check=True)


def really_full(t, small):
    for f in t.dir.glob("payung.db*"):
        f.unlink()
    (t.dir / "payung.key").unlink()
    t.conf.write_text(t.conf.read_text().replace('store = "payung.db"', 'store = "small/payung.db"'))
    t.payung("init")
    (t.dir / "payung.db").symlink_to("small/payung.db")
    t.start()
    ballast = small / "ballast"

    def fill():
        with open(ballast, "wb", buffering=0) as out:
            try:
                while out.write(bytes(4096)):
                    pass
            except OSError:
                pass
    fill_and_free(t, fill, ballast.unlink)
    t.stop()


if __name__ == "__main__":
    Suite.main(globals())
