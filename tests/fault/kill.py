#!/usr/bin/env python3
"""kill -9 of payungd, of workers and of both, while many people and the operator text both ways.
Each kill waits for an event of a kind drawn at random, so that every phase is hit. PAYUNG_SEED
repeats a run as far as processes can repeat; PAYUNG_CONVERSATIONS sets the size."""

import collections
import os
import pathlib
import random
import signal
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from crowd import LIMITS, Crowd, check_scheme, modem, newest_event, run  # noqa: E402
from verdict import Flight, check_inbound, check_outbound, check_unknowns  # noqa: E402
from town import Suite, town  # noqa: E402

CONVERSATIONS = int(os.environ.get("PAYUNG_CONVERSATIONS", "200"))
SEED = int(os.environ.get("PAYUNG_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
EVENTS_A_KILL = 150  # of the flight log, on average
PHASES = ["submitted", "stored", "read", "deleted", "accepted", "handed", "answered", "report", "received"]


class Killer:
    """Decides which event of the flight log is the last that a process sees."""

    def __init__(self, t, rng, modems):
        self.town, self.rng, self.modems = t, rng, modems
        self.kills = collections.defaultdict(list)  # of each modem: (event before, event after) each
        self.total = collections.Counter()
        self.alive_since_kill = set(modems)  # lines that got something done since their worker was killed
        self.plan()

    def plan(self):
        self.left = self.rng.randrange(1, 2 * EVENTS_A_KILL)
        self.phase = self.rng.choice(PHASES)
        self.what = self.rng.choices(["daemon", "worker", "both"], [5, 3, 2])[0]
        self.again = self.rng.random() < 0.25  # once more while it starts

    def ended(self):
        raise AssertionError(f"payungd ended by itself with {self.town.daemon.returncode}{self.town.tail()}")

    def rest(self):
        """The last texts settle in peace."""

    def hear(self, events):
        for e in events:
            self.left -= 1
            if e["event"] == "deleted":
                self.alive_since_kill.add(e["modem"])
            if self.left <= 0 and e["event"] == self.phase:
                spin(self.rng.choice([0, 0, 0.001, 0.003]))
                self.strike()
                return

    def strike(self):
        """A worker is not killed twice over the same slot: two deaths in a row make a slot poison,
        rightly, and its text is then kept for the operator instead of being answered."""
        if self.what == "worker":
            victim = self.rng.choice(self.modems)
            pids = {w["modem"]: w["pid"] for w in workers(self.town)}
            if victim in pids and victim in self.alive_since_kill:
                self.alive_since_kill.discard(victim)
                self.kill("worker", [victim], lambda: os.kill(pids[victim], signal.SIGKILL))
        else:
            pids = [w["pid"] for w in workers(self.town)] if self.what == "both" else []
            self.kill(self.what, self.modems, lambda: self.kill_daemon(pids))
            self.town.start(wait=False)
            if self.again:
                spin(self.rng.random() * 0.3)
                self.kill("start", self.modems, self.town.kill)
                self.town.start(wait=False)
        self.plan()

    def kill_daemon(self, pids):
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.town.kill()

    def kill(self, what, modems, do):
        self.total[what] += 1
        self.town.log.write(f"---- kill -9: {what} {' '.join(modems)}\n".encode())
        self.town.log.flush()
        before = newest_event(self.town)
        do()
        after = newest_event(self.town)
        for m in modems:
            self.kills[m].append((before, after))


def spin(seconds):
    """Lets the victims go on for a moment, so that not every kill comes at the start of a phase."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def workers(t):
    """The workers of the daemon and their modems, found by the port each has open."""
    found = []
    for pid in t.workers():
        for name, path in ports(t).items():
            if path in open_files(pid):
                found.append({"modem": name, "pid": pid})
    return found


def ports(t):
    return {p.name: os.path.realpath(p) for p in (t.dir / "sim").iterdir() if p.is_symlink()}


def open_files(pid):
    try:
        return {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    except OSError:
        return set()


def test_kill_at_random():
    names = ["a", "b", "c"] if CONVERSATIONS <= 1000 else ["a", "b", "c", "d", "e", "f"]
    rng = random.Random(SEED)
    print(f"seed {SEED}, {CONVERSATIONS} conversations", flush=True)
    with town(modems=[modem(n, i + 1) for i, n in enumerate(names)], limits=LIMITS) as t:
        for n in names:
            report = "never" if n == "c" else "once"
            t.sim(f"modem set {n} latency 1 network 15 report {report} report-delay 20 slots 30")
        crowd = Crowd(t, rng, CONVERSATIONS, 24, names)
        killer = Killer(t, rng, names)
        flight = Flight(t.sim.log)
        t.start()
        run(t, crowd, killer, flight)
        t.wait_for(t.is_up, "all lines up at the end")
        texts = check_inbound(t, flight, crowd.sent)
        sent = check_outbound(t, flight)
        unknowns = check_unknowns(t, flight, sent, killer.kills)
        check_scheme(t, crowd)
        t.payung("audit", "verify")
        t.stop()
        print(f"{texts} texts in, {sum(sent.handed.values())} parts out, kills {dict(killer.total)},"
              f" {len(unknowns)} unknown at some time", flush=True)


if __name__ == "__main__":
    Suite.main(globals())
