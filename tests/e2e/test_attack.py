#!/usr/bin/env python3
"""Hostile surroundings: mad workers, rude clients of the control socket, texts made to break things.
The other line goes on working, payungd lives, and no NIK is readable anywhere."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess

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
    with mad("inbox_flood", QUICK + " answers_all_hour = 1000000 answers_line_hour = 1000000 all_hour = 1000000") as t:
        t.text(PHONE, "STATUS", to="good", expect="belum terdaftar")
        t.wait_for(lambda: flooded(t), "all are written or it is replaced", patience=120)
        assert memory_mb(t) < 300 or "asan" in BUILD.name, memory_mb(t)


def flooded(t):
    """One that is too busy writing to read its acknowledgements is killed."""
    return (t.mad / "done").exists() or starts(t) >= 2


def memory_mb(t):
    status = pathlib.Path(f"/proc/{t.daemon.pid}/status").read_text()
    return int(next(l for l in status.splitlines() if l.startswith("VmRSS")).split()[1]) // 1024


def test_flood_of_reports():
    with mad("report_flood") as t:
        t.wait_for(lambda: flooded(t), "all are written or it is replaced", patience=120)


def test_flood_of_notes_does_not_fill_the_log():
    with mad("log_flood") as t:
        t.wait_for(lambda: flooded(t), "all are written or it is replaced", patience=120)
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
                os.kill(t.daemon.pid, signal.SIGHUP)
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

# ---- the tool ----

def people(n):
    return "nik,name,phone,occupation,area\n" + "".join(
        f"33210241079{k:05},Warga {chr(65 + k % 26)},,1,332102\n" for k in range(1, n + 1))


def codes_in_store(t):
    with contextlib.closing(sqlite3.connect(t.dir / "payung.db")) as db:
        return db.execute("SELECT count(*) FROM code").fetchone()[0]


def issue(t, ref, path):
    return subprocess.Popen([BUILD / "payung", "--config", t.conf, "code", "issue", "--pledge", ref, "--named", path],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


BAD_LISTS = {
    "columns": "nik,name," + ",".join("x" * 100000) + "\n" + people(1).split("\n")[1] + "\n",
    "field": f"nik,name\n{'3321024107900003'},{'A' * (10 << 20)}\n",
    "huge": "nik,name\n" + "A" * (17 << 20),
    "binary": b"nik,name\n\x00\xff\xfe\x01" * 100,
    "zero": b"nik,name\n3321024107900003,Si\x00ti\n",
    "newline": 'nik,name\n3321024107900003,"Siti\nAminah"\n',
    "quote": 'nik,name\n3321024107900003,"Siti\n',
    "long": f"nik,name\n3321024107900003,{'A' * 300}\n",
    "twice": "nik,nik,name\n3321024107900003,3321024107900004,Siti\n",
    "formula": 'nik,name\n3321024107900003,"=HYPERLINK(""http://x"")"\n',
    "at": "nik,name\n3321024107900003,@SUM(A1)\n",
    "empty": "",
    "blank": "\n\n\n",
    "header": "nik,name\n",
    "number": "nik,name\n3.32E+15,Siti\n",
    "half": people(20) + "33210241,Salah,,1,332102\n",
    "area": "nik,name,area\n3321024107900003,Siti,9999\n",
    "phone": "nik,name,phone\n3321024107900003,Siti,+1;DROP\n",
}
GOOD_LISTS = {
    "crlf": "nik,name\r\n3321024107900003,Siti\r\n",
    "bom": b"\xef\xbb\xbfnik,name\n3321024107900004,Siti\n",
    "semicolons": "nik;name;phone\n3321024107900005;Siti, S.Pd;081234567890\n",
    "quotes": 'nik,name\n3321024107900006,"Siti ""Ami"" Aminah"\n',
}


def test_bad_lists_issue_nothing_and_show_no_nik():
    with town() as t:
        ref = t.pledge(workers=1000)
        for name, content in {**BAD_LISTS, **GOOD_LISTS}.items():
            path = t.dir / f"{name}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            before = codes_in_store(t)
            p = issue(t, ref, path)
            out, err = p.communicate(timeout=60)
            assert p.returncode == (1 if name in BAD_LISTS else 0), (name, p.returncode, out[:200], err[:500])
            assert codes_in_store(t) == before + (name in GOOD_LISTS), name
            assert "Sanitizer" not in err and "33210241079000" not in out + err, (name, err[:500])
            assert len(err) < 5000, (name, len(err))


def test_one_list_issued_by_two_at_once():
    with town() as t:
        ref = t.pledge(workers=1000)
        path = t.dir / "list.csv"
        path.write_text(people(300))
        both = [issue(t, ref, path) for _ in range(4)]
        for p in both:
            p.communicate(timeout=60)
        assert sorted(p.returncode for p in both) == [0, 1, 1, 1], [p.returncode for p in both]
        assert codes_in_store(t) == 300, codes_in_store(t)


def test_issue_killed_leaves_all_or_nothing():
    with town() as t:
        ref = t.pledge(workers=5000)
        path = t.dir / "list.csv"
        path.write_text(people(2000))
        p = issue(t, ref, path)
        wal = t.dir / "payung.db-wal"
        t.wait_for(lambda: p.poll() is not None or (wal.exists() and wal.stat().st_size > 0), "it writes")
        p.kill()
        p.communicate()
        assert codes_in_store(t) in (0, 2000), codes_in_store(t)
        t.payung("audit", "verify")


def test_what_is_not_there_or_not_ours_is_told_in_one_line():
    with town() as t, town() as other:
        def refused(*args, code=1):
            t.payung(*args, code=code)
            assert 0 < len(t.stderr.strip().splitlines()) <= 2 and "Sanitizer" not in t.stderr, t.stderr

        key, kept = t.dir / "payung.key", t.dir / "kept.key"
        key.rename(kept)
        refused("worker", "list")
        refused("init")
        assert not key.exists(), "init made a new key for an old store"
        shutil.copy(other.dir / "payung.key", key)
        refused("worker", "list")
        key.unlink()
        key.symlink_to(kept)
        t.payung("worker", "list", code=0 if ok_with_link(t) else 1)
        key.unlink()
        kept.rename(key)
        key.chmod(0o644)
        refused("worker", "list")
        key.chmod(0o600)
        with contextlib.closing(sqlite3.connect(t.dir / "payung.db")) as db:
            version, = db.execute("PRAGMA user_version").fetchone()
            db.execute(f"PRAGMA user_version = {version + 1}")
        refused("worker", "list")
        with contextlib.closing(sqlite3.connect(t.dir / "payung.db")) as db:
            db.execute(f"PRAGMA user_version = {version}")
        t.write_conf('modem "a" { device = "sim/a" }', templates="/nowhere")
        t.payung("templates", "check", code=1)
        t.start(wait=False)
        assert t.daemon.wait(30) == 1, "payungd starts without templates"
        t.daemon = None


def ok_with_link(t):
    return subprocess.run([BUILD / "payung", "--config", t.conf, "worker", "list"], capture_output=True).returncode == 0


# ---- devices and signals ----

def test_strange_devices_cost_only_their_line():
    with town(conf_modems="") as t:
        (t.dir / "file").write_text("AT\n")
        os.mkfifo(t.dir / "fifo")
        names = {"folder": ".", "file": "file", "fifo": "fifo", "null": "/dev/null", "missing": "nothing*", "a": "sim/a",
                 "b": "sim/a*", "c": "sim/../sim/a"}
        names |= {f"m{n}": f"none{n}" for n in range(64 - len(names))}
        t.write_conf("\n".join(f'modem "{n}" {{ device = "{d}" }}' for n, d in names.items()), QUICK)
        t.start(wait=False)
        t.wait_for(lambda: t.status() and sum(l["state"] == "up" for l in t.status()["lines"]) == 1, "one line is up")
        t.text(PHONE, "BANTU", expect="Perintah")
        # all 64 are changed at once: each comes back as another
        t.write_conf("\n".join(f'modem "{n}" {{ device = "{d}" pause = "safe" }}' for n, d in names.items()), QUICK)
        os.kill(t.daemon.pid, signal.SIGHUP)
        t.wait_for(lambda: len(t.status()["lines"]) == 64 and
                   not any(l["state"] == "stopping" for l in t.status()["lines"]) and
                   sum(l["state"] == "up" for l in t.status()["lines"]) == 1, "all are back")
        t.text(PHONE, "STATUS", expect="belum terdaftar")
        t.stop()


def ignored(pid, sig):
    """Or handled."""
    status = dict(l.split(":\t") for l in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return (int(status["SigIgn"], 16) | int(status["SigCgt"], 16)) >> (sig - 1) & 1


def test_signals_while_starting_do_no_harm():
    with town() as t:
        for sig in (signal.SIGHUP, signal.SIGTERM):
            t.start(wait=False)
            t.wait_for(lambda: pathlib.Path("/proc", str(t.daemon.pid), "exe").resolve().name == "payungd" and
                       ignored(t.daemon.pid, signal.SIGHUP), "main() is reached")
            for _ in range(200):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(t.daemon.pid, sig)
                if t.status():
                    break
            if sig == signal.SIGTERM:
                assert t.daemon.wait(30) in (0, -sig)
            else:
                t.wait_for(lambda: t.daemon.poll() is None and t.is_up(), "SIGHUP does not stop it")
                t.stop()
        t.start()
        t.text(PHONE, "BANTU", expect="Perintah")
        t.stop()


def test_clock_behind_the_store_answers_and_says_nothing_unasked():
    with town() as t:
        t.start()
        t.text(PHONE, "BANTU", expect="Perintah")
        t.stop()
        with contextlib.closing(sqlite3.connect(t.dir / "payung.db")) as db:
            db.execute("UPDATE meta SET num = num + 86400 WHERE name = 'newest_time'")
            db.commit()
        ref = t.pledge()
        code, = t.named(ref, [(NIK, "Siti Aminah", "081234567890", "1", "332102")])
        t.start()
        t.text(PHONE, f"DAFTAR {code}", expect="Terima kasih")
        assert t.inbox("+628129999999") == [], "the sponsor was told though the clock is wrong"
        assert any(r["state"] == "queued" for r in t.payung("outbox", "list", json_out=True))
        t.stop()


if __name__ == "__main__":
    Suite.main(globals())
