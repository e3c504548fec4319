#!/usr/bin/env python3
"""Hostile surroundings: mad workers, rude clients of the control socket, texts made to break things.
The other line goes on working, payungd lives, and no NIK is readable anywhere."""

import contextlib
import json
import os
import pathlib
import shutil
import socket

from town import BUILD, Suite, town

PHONE = "+6281234567890"
GOOD, BAD = (f"{n},imsi=51010000000000{i},imei=35000000000000{i},number=+628110000000{i}"
             for i, n in ((1, "good"), (2, "bad")))
QUICK = "restart_max_s = 2"


@contextlib.contextmanager
def mad(how, limits=QUICK):
    """A town whose modem `bad` has a worker that behaves so."""
    with town(modems=(GOOD, BAD), limits=limits) as t:
        worker = t.dir / "mad" / "payung-modem"
        worker.parent.mkdir()
        shutil.copy(pathlib.Path(__file__).with_name("fake_worker.py"), worker)
        worker.chmod(0o755)
        (worker.parent / "how").write_text(json.dumps({"modems": {"bad": how}, "real": str(BUILD / "payung-modem")}))
        t.conf.write_text(t.conf.read_text().replace(str(BUILD / "payung-modem"), str(worker)))
        t.mad = worker.parent
        t.start(wait=False)
        t.wait_for(lambda: t.status() and line(t, "good")["state"] == "up", "the good line is up")
        yield t
        t.text(PHONE, "BANTU", to="good", expect="Perintah")
        t.stop()


def line(t, name):
    return next(l for l in t.status()["lines"] if l["name"] == name)


def starts(t):
    f = t.mad / "starts"
    return len(f.read_text().splitlines()) if f.exists() else 0


def log(t):
    return (t.dir / "daemon.log").read_text(errors="replace")


def worker_is_replaced(how, why):
    with mad(how) as t:
        t.wait_for(lambda: starts(t) >= 3, f"{how}: the worker is started again and again")
        t.text(PHONE, "STATUS", to="good", expect="belum terdaftar")
        assert why in log(t), f"{why!r} is not in the log"
        return t.payung("inbox", "list", json_out=True)


def test_garbage():
    worker_is_replaced("garbage", "not a frame")


def test_truncated_frame():
    worker_is_replaced("truncated", "not a frame")


def test_sent_for_what_was_never_given():
    worker_is_replaced("sent_unknown", "never given")


def test_started_for_what_was_never_given():
    worker_is_replaced("started_unknown", "never given")


def test_frame_of_the_other_direction():
    worker_is_replaced("foreign_frame", "not a frame")


def test_text_before_ready():
    rows = worker_is_replaced("inbox_first", "modem=bad worker")
    assert [r["text"] for r in rows] == ["STATUS"], rows


def test_ready_twice():
    worker_is_replaced("ready_twice", "READY")


def test_worker_that_exits_or_dies_at_once():
    worker_is_replaced("exits", "exited 3")
    worker_is_replaced("killed", "signal 11")


def test_chatter_is_no_readiness():
    with mad("chatty", QUICK + " connect_timeout_s = 5") as t:
        t.wait_for(lambda: starts(t) >= 2, "the worker that is never ready is replaced")


def test_orphan_of_a_worker_dies_with_it():
    with mad("orphan") as t:
        t.wait_for(lambda: starts(t) >= 2, "the worker is started again")
        t.sim("unplug bad")
        t.wait_for(lambda: line(t, "bad")["state"] == "down" and not alive(int((t.mad / "orphan").read_text())),
                   "the orphan is gone")


def alive(pid):
    try:
        return "State:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_worker_that_does_not_read():
    with mad("deaf", QUICK + " per_sim_hour = 10000 all_hour = 100000") as t:
        t.wait_for(lambda: line(t, "bad")["state"] == "up", "the deaf one says it is ready")


def test_flood_of_texts():
    with mad("inbox_flood", QUICK + " per_sim_hour = 1 all_hour = 1000000") as t:
        t.text(PHONE, "STATUS", to="good", expect="belum terdaftar")
        t.wait_for(lambda: (t.mad / "done").exists(), "all are written", patience=240)
        assert memory_mb(t) < 300 or "asan" in BUILD.name, memory_mb(t)


def memory_mb(t):
    status = pathlib.Path(f"/proc/{t.daemon.pid}/status").read_text()
    return int(next(l for l in status.splitlines() if l.startswith("VmRSS")).split()[1]) // 1024


def test_flood_of_reports():
    with mad("report_flood") as t:
        t.wait_for(lambda: (t.mad / "done").exists(), "all are written", patience=240)


def test_flood_of_notes_does_not_fill_the_log():
    with mad("log_flood") as t:
        t.wait_for(lambda: (t.mad / "done").exists() or starts(t) >= 2, "all are written", patience=120)
        n = log(t).count("flood")
        assert 0 < n < 2000, f"{n} lines of one worker in the log"


# ---- control socket ----

def control(t):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(str(t.dir / "control"))
    return s


def closed(s):
    try:
        while s.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def test_rude_clients_of_the_control_socket():
    with town() as t:
        t.start()
        with contextlib.closing(control(t)) as s:
            with contextlib.suppress(ConnectionError):
                s.sendall(b"x" * (1 << 20))
            assert closed(s)
        with contextlib.closing(control(t)) as s:
            s.sendall(b"\0status\nSTATUS\n\xff\xfe\n\n")
            answers = s.makefile()
            for _ in range(4):
                assert "unknown request" in answers.readline()
        many = []
        for _ in range(1000):
            with contextlib.suppress(ConnectionError, BlockingIOError):
                s = socket.socket(socket.AF_UNIX)
                s.setblocking(False)
                many.append(s)
                s.connect(str(t.dir / "control"))
        for s in many:
            s.close()
        t.wait_for(t.status, "it answers again")
        t.text(PHONE, "BANTU", expect="Perintah")
        t.stop()


def test_client_that_never_reads_costs_no_memory():
    with town() as t:
        t.start()
        before = memory_mb(t)
        with contextlib.closing(control(t)) as s:
            s.settimeout(5)
            with contextlib.suppress(ConnectionError, TimeoutError):
                for _ in range(300):
                    s.sendall(b"status\n" * 1000)
            t.text(PHONE, "BANTU", expect="Perintah")
            grown = memory_mb(t) - before
            assert grown < 60, f"{grown} MB for one client"
        t.stop()


def test_reload_by_two_at_once_while_texts_flow():
    with town() as t:
        t.start()
        with contextlib.closing(control(t)) as a, contextlib.closing(control(t)) as b:
            fa, fb = a.makefile(), b.makefile()
            for n in range(20):
                a.sendall(b"reload\n")
                b.sendall(b"reload\nstatus\n")
                os.kill(t.daemon.pid, 1)
                t.text(f"+62812340000{n:02}", "BANTU", expect="Perintah")
                assert "ok" in fa.readline() and "ok" in fb.readline() and "lines" in fb.readline()
        t.stop()


# ---- texts ----

NIK = "3321024107900003"
SPELLINGS = [
    NIK, " ".join(NIK), "33.21.02-410790/0003", "3321O241O79OOOO3", "332I024I07900003", "NIK" + NIK, NIK + "SITI",
    "3321 0241\n0790\n\n0003", "".join(chr(0xFF10 + int(c)) for c in NIK), "33210241    07900003", "3321:0241:0790:0003",
    "3321*0241#0790(0003)", "33210241;07900003", "3321\u200b0241\u200e0790\u202e0003", "3321 \U0001F600 0241 0790 0003",
    "48217739" + NIK, NIK + "48217739", "3321\u00a00241\u20100790\u20110003", "332102410790003", "%s%n'\";--" + NIK,
]


def readable(t):
    """Everything that can be read without the key, digits only, look-alikes undone."""
    t.payung("audit", "verify")
    out = t.payung("inbox", "list") + t.payung("outbox", "list") + log(t) + json.dumps(t.status())
    for f in t.dir.glob("payung.db*"):
        out += f.read_bytes().decode("latin-1")
        out += f.read_bytes().decode("utf-8", errors="replace")
    return out


def skeleton(s):
    fold = str.maketrans({chr(0xFF10 + n): str(n) for n in range(10)} | {"O": "0", "I": "1"})
    return "".join(c for c in s.translate(fold) if c.isdigit())


def test_no_spelling_of_a_nik_is_readable():
    with town(limits="replies_per_number_day = 1000 all_hour = 100000 per_sim_hour = 10000") as t:
        t.start()
        code = t.codes(t.pledge(), 1)[0]
        for n, spelling in enumerate(SPELLINGS):
            phone = f"+62812345600{n:02}"
            t.text(phone, f"DAFTAR {code}", expect="NIK")
            t.text(phone, spelling, expect="")
            t.text(phone, f"STATUS {spelling}", expect="")
        t.wait_for(lambda: not any(r["state"] == "incomplete" for r in t.payung("inbox", "list", json_out=True)), "all")
        rows = [r["text"] for r in t.payung("inbox", "list", json_out=True)]
        clear = [r for r in rows if NIK[:15] in skeleton(r) or NIK[1:] in skeleton(r) or "33210241079000" in skeleton(r)]
        assert not clear, clear
        everything = readable(t)
        for spelling in SPELLINGS:
            assert spelling not in everything, f"{spelling!r} is readable"
        t.stop()


ODD = ["", " ", "😀" * 70, "%s%n%x%99999d", "'; DROP TABLE worker; --", '"\\"', "\u202eSUTATS\u202c", "@@@@", "\x1b\x00".strip("\x00"),
       "DAFTAR " * 20, "STATUS BATAL DAFTAR KARTU BANTU YA STOP", "\r\r\r", "\t", "?" * 160, "{nama}", "[NIK]", "9" * 160,
       "0" * 300, "DAFTAR " + "1" * 150, "NAMA " + "A" * 140, "\u0301" * 60, "YA\u0000"[:2], "\ufeffSTATUS"]


def test_odd_texts_are_all_stored_and_cost_nothing():
    with town(limits="all_hour = 100000 per_sim_hour = 10000") as t:
        t.start()
        for n, words in enumerate(ODD):
            t.text(f"+62812345700{n:02}", words)
        t.wait_for(lambda: len(t.payung("inbox", "list", json_out=True)) == len(ODD), "all are stored")
        t.text(PHONE, "BANTU", expect="Perintah")
        assert not [r for r in t.payung("inbox", "list", json_out=True) if r["intent"] == "refused"]
        t.stop()


if __name__ == "__main__":
    Suite.main(globals())
