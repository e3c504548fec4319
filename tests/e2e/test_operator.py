#!/usr/bin/env python3
"""The operator's tool against a live payungd: what it prints, how it ends, what it refuses, and
that it never leaves half a deed or a file that locks payungd out."""

import os
import pwd
import shutil
import sqlite3
import subprocess

from town import BUILD, ROOT, Suite, town

SITI, BUDI = "+6281234567890", "+6281234567891"
SPONSOR = "+628129999999"
GOOD = "3321024107900003,Siti Aminah,081234567890,1,332102"


def outbox(t, **wanted):
    return [r for r in t.payung("outbox", "list", json_out=True) if wanted.items() <= r.items()]


def test_lists_and_exit_codes():
    with town() as t:
        lists = (("programme", "list"), ("sponsor", "list"), ("pledge", "list"), ("worker", "list"),
                 ("inbox", "list"), ("outbox", "list"))
        for words in lists:
            assert t.payung(*words, json_out=True) == [], words
        t.payung("modem", "list", code=1)
        assert "payungd" in t.stderr and t.stderr.count("\n") == 1, t.stderr
        t.payung("status", code=1)
        ref = t.pledge()
        code, = t.named(ref, [GOOD.split(",")])
        t.start()
        t.text(SITI, f"DAFTAR {code}", expect="Terima kasih")
        fields = {"programme list": ("code", "PNS"), "sponsor list": ("sms_name", "Dinsos Demak"),
                  "pledge list": ("ref", ref), "worker list": ("name", "Siti Aminah"),
                  "inbox list": ("sender", SITI), "outbox list": ("template", "W01"), "modem list": ("name", "a")}
        for words, (field, value) in fields.items():
            rows = t.payung(*words.split(), json_out=True)
            assert any(row.get(field) == value for row in rows), (words, rows)
            assert value in t.payung(*words.split()), words
        assert t.payung("status", json_out=True)["lines"][0]["name"] == "a"
        assert t.payung("worker", "show", "0812-3456-7890", json_out=True)[0]["name"] == "Siti Aminah"
        assert t.payung("inbox", "list", "--state", "handled", "--limit", 1, json_out=True)[0]["intent"] == "register"
        assert t.payung("outbox", "list", "--state", "failed", json_out=True) == []
        for code, words in ((3, ("worker", "show", BUDI)), (2, ("worker", "show", "orang")), (2, ("worker",)),
                            (2, ("outbox", "list", "--state", "gone")), (2, ("nonsense",)),
                            (3, ("code", "issue", "--pledge", "XXXXXX", "--count", 1)),
                            (2, ("code", "issue", "--pledge", ref)), (2, ("code", "issue", "--pledge", ref, "--count", 0)),
                            (2, ("send", "02155", "teks")), (2, ("send", SITI, "")), (2, ("send", SITI)),
                            (1, ("check-config", "--config", "/nowhere.conf"))):
            t.payung(*words, code=code)
            assert t.stderr.startswith("payung: ") and t.stderr.count("\n") == 1, (words, t.stderr)
        assert outbox(t, **{"class": "manual"}) == []


def test_bad_rows_are_told_by_number_and_nothing_is_half_done():
    with town() as t:
        ref = t.pledge()
        t.start()
        entries = t.payung("audit", "verify")
        rows = [GOOD, "123,Budi,081234567891,2,332102", "3321024107900005,,081234567892,2,332102",
                "3321024107900006,Dewi,021555,2,332102", "3321024107900007,Eko,081234567894,12,332102",
                "3321024107900008,Fitri,081234567895,2,999999", GOOD, "3321029907900009,Gani,081234567896,2,332102"]
        path = t.dir / "named.csv"
        path.write_text("nik,name,phone,occupation,area\n" + "\n".join(rows) + "\n")
        assert t.payung("code", "issue", "--pledge", ref, "--named", path, code=1) == ""
        for number in range(3, 10):
            assert f"row {number}:" in t.stderr, (number, t.stderr)
        assert "csv row 2:" not in t.stderr and "3321024107900003" not in t.stderr, t.stderr
        assert t.payung("audit", "verify") == entries
        for content in ("", "nik,name\n1,2\n", "nik,name,phone,occupation,area\n", 'nik,name,phone,occupation,area\n"open'):
            path.write_text(content)
            t.payung("code", "issue", "--pledge", ref, "--named", path, code=1)
        t.payung("code", "issue", "--pledge", ref, "--named", t.dir / "none.csv", code=1)
        code, = t.named(ref, [GOOD.split(",")])  # the good row was not used up by the bad list
        t.payung("code", "issue", "--pledge", ref, "--named", path, code=1)
        assert "row 2" in t.stderr, t.stderr
        t.text(SITI, f"DAFTAR {code}", expect="Terima kasih Siti Aminah")


def test_codes():
    with town() as t:
        ref = t.pledge(workers=300)
        t.start()
        codes = t.codes(ref, 250)
        assert len(set(codes)) == 250 and all(len(c) == 8 and c.isdigit() for c in codes)
        more = t.payung("code", "issue", "--pledge", ref, "--count", 5, "--area", "332102").split()
        assert not set(more) & set(codes)
        t.payung("code", "issue", "--pledge", ref, "--count", 1, "--area", "3175", code=2)
        t.text(SITI, "BANTU", expect="Perintah")
        t.text(SITI, f"DAFTAR {more[4]}", expect="Balas 16 angka NIK")


def test_send_reaches_a_daemon_that_starts_later():
    with town() as t:
        ident = t.payung("send", SITI, "Rapat jam 9").strip()
        assert "payungd is not running" in t.stderr
        t.start()
        t.wait_for(lambda: t.inbox(SITI) == ["Rapat jam 9"], "the text")
        t.wait_for(lambda: outbox(t, id=int(ident), state="delivered"), "delivered")
        assert t.payung("send", SITI, "Jadi", json_out=True) is not None and t.stderr == ""


def test_configuration_is_refused_with_file_and_line():
    with town() as t:
        good = t.conf.read_text()
        for bad, words in ((good + "storr = 1\n", "storr"), (good.replace("log_level = info", "log_level = loud"), "log_level"),
                           (good.replace("limits {", "limits {\nping_s = 0\n"), "ping_s"),
                           (good.replace("limits {", "limits {\nping_s = 5\nping_s = 6\n"), "ping_s"),
                           (good + 'service { name = "x" }\n', "service"),
                           (good.replace('"+6281100000000"', "081100000000"), "number"),
                           (good + 'modem "a" { device = "sim/zz" }\n', "modem"), (good + "limits {\n", "")):
            assert bad != good
            t.conf.write_text(bad)
            t.payung("check-config", code=1)
            assert str(t.conf) in t.stderr and words in t.stderr and t.stderr.count("\n") == 1, (words, t.stderr)
            t.payung("worker", "list", code=1)
            daemon = subprocess.run([BUILD / "payungd", "--config", t.conf], capture_output=True, text=True, check=False)
            assert daemon.returncode == 1 and str(t.conf) in daemon.stderr, daemon
        t.conf.write_text(good.replace(str(ROOT / "templates"), "nowhere"))
        t.payung("check-config", code=1)
        assert "/nowhere: No such file" in t.stderr, t.stderr
        t.conf.write_text(good + 'modem "later" { device = "sim/usb-*" }\n')
        t.payung("check-config")
        assert "modem later: nothing is at " in t.stderr and t.stderr.count("\n") == 1, t.stderr


def test_start_with_faults_in_templates():
    with town() as t:
        shutil.copytree(ROOT / "templates", t.dir / "texts")
        t.write_conf("", templates=t.dir / "texts")
        (t.dir / "texts/id/worker.txt").unlink()
        daemon = subprocess.run([BUILD / "payungd", "--config", t.conf], capture_output=True, text=True, check=False)
        lines = daemon.stderr.splitlines()
        assert daemon.returncode == 1 and len(lines) > 1 and len(set(lines)) == len(lines), lines
        assert "payung templates check" in lines[-1] and not any(":0:" in line for line in lines), lines


def test_key_others_can_read_is_refused():
    with town() as t:
        key = t.dir / "payung.key"
        assert key.stat().st_mode & 0o777 == 0o600
        key.chmod(0o640)
        t.payung("worker", "list", code=1)
        assert "payung.key" in t.stderr and "chmod" in t.stderr, t.stderr
        t.start(wait=False)
        assert t.daemon.wait(30) == 1
        key.chmod(0o600)
        t.start()
        t.stop()
        key.write_bytes(os.urandom(key.stat().st_size))
        t.payung("worker", "list", code=1)
        assert t.stderr.count("\n") == 1


def test_init_never_harms_what_is_there():
    with town() as t:
        before = [(t.dir / f).read_bytes() for f in ("payung.db", "payung.key")]
        t.payung("init", code=1)
        assert "exists" in t.stderr
        (t.dir / "payung.db").rename(t.dir / "away")
        t.payung("init", code=1)
        assert not (t.dir / "payung.db").exists()
        (t.dir / "away").rename(t.dir / "payung.db")
        (t.dir / "payung.key").rename(t.dir / "away")
        t.payung("init", code=1)
        assert not (t.dir / "payung.key").exists(), "a new key for an old store"
        t.payung("worker", "list", code=1)
        (t.dir / "away").rename(t.dir / "payung.key")
        assert before == [(t.dir / f).read_bytes() for f in ("payung.db", "payung.key")]


def test_backup_and_restore():
    with town(modems=("a,network=600000",)) as t:
        ref = t.pledge()
        t.start()
        t.sim("await accepted 1 30 a")
        t.payung("send", SITI, "menunggu")
        t.payung("backup", t.dir / "copy.db")
        t.payung("backup", t.dir / "copy.db", code=1)
        t.payung("restore", t.dir / "copy.db", code=1)
        assert t.payung("sponsor", "add", "--name", "Lain", "--sms-name", "Lain", "--kind", "village", "--phone",
                        "081288887777").strip() == "2"
        t.kill()
        for name in ("payung.db", "payung.db-wal", "payung.db-shm"):
            (t.dir / name).unlink(missing_ok=True)
        (t.dir / "broken.db").write_bytes((t.dir / "copy.db").read_bytes()[:5000])
        t.payung("restore", t.dir / "broken.db", code=1)
        assert not (t.dir / "payung.db").exists()
        t.payung("restore", t.dir / "copy.db")
        assert [s["id"] for s in t.payung("sponsor", "list", json_out=True)] == [1]
        assert t.payung("pledge", "list", json_out=True)[0]["ref"] == ref
        states = {r["msisdn"]: r["state"] for r in outbox(t)}
        assert states == {SPONSOR: "unknown", SITI: "unknown"}, states
        assert "none changed" in t.payung("audit", "verify")
        t.sim("unplug a")
        t.sim("modem heal a")
        t.sim("plug a")
        t.start()
        t.text(BUDI, "BANTU", expect="Perintah")
        assert t.inbox(SITI) == [] and t.inbox(SPONSOR) == []


def test_restore_wants_the_key_of_the_copy():
    with town() as t, town() as other:
        t.payung("backup", t.dir / "copy.db")
        (other.dir / "payung.db").unlink()
        other.payung("restore", t.dir / "copy.db", code=1)
        assert not (other.dir / "payung.db").exists()


def test_key_on_paper():
    with town() as t:
        ref = t.pledge()
        code, = t.named(ref, [GOOD.split(",")])
        paper = t.payung("key", "print")
        key = (t.dir / "payung.key").read_bytes()
        (t.dir / "payung.key").unlink()
        t.payung("worker", "list", code=1)
        wrong = paper[:-12] + ("A" if paper[-12] != "A" else "B") + paper[-11:]
        t.payung("key", "restore", stdin=wrong, code=1)
        assert not (t.dir / "payung.key").exists()
        t.payung("key", "restore", stdin=paper.lower())
        assert (t.dir / "payung.key").read_bytes() == key and (t.dir / "payung.key").stat().st_mode & 0o777 == 0o600
        t.start()
        t.text(SITI, f"DAFTAR {code}", expect="Terima kasih Siti Aminah")


def test_audit_finds_what_was_changed():
    edits = ("UPDATE audit SET detail = 'x' WHERE seq = 3", "UPDATE audit SET actor = 'x' WHERE seq = 3",
             "UPDATE audit SET at = at + 1 WHERE seq = 3", "DELETE FROM audit WHERE seq = 3",
             "UPDATE audit SET subject = 'x' WHERE seq = 1")
    for edit in edits:
        with town() as t:
            t.pledge()
            t.start()
            entries = t.payung("audit", "verify", json_out=True)["entries"]
            assert entries >= 4
            t.stop()
            with sqlite3.connect(t.dir / "payung.db") as db:
                assert db.execute(edit).rowcount == 1
            db.close()
            t.payung("audit", "verify", code=1)
            assert "does not fit" in t.stderr, (edit, t.stderr)


def test_one_daemon_a_store():
    with town() as t:
        first = t.start()
        second = subprocess.run([BUILD / "payungd", "--config", t.conf], capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 1 and str(first.pid) in second.stderr, second
        t.text(SITI, "BANTU", expect="Perintah")
        t.kill()
        t.start()
        t.text(BUDI, "BANTU", expect="Perintah")


def test_root_leaves_nothing_of_its_own():
    """Only root can play both parts."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    with town() as t:
        for name in ("payung.db", "payung.key"):
            (t.dir / name).unlink()
        shutil.copytree(ROOT / "templates", t.dir / "templates")  # nobody may not see our home
        for program in ("payungd", "payung-modem"):
            shutil.copy(BUILD / program, t.dir)
        t.conf.write_text(t.conf.read_text().replace(str(ROOT / "templates"), "templates").replace(str(BUILD), "."))
        for path in (t.dir, t.conf):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        t.payung("init")
        t.pledge()
        t.payung("send", SITI, "dari root")
        assert owners(t) == {nobody.pw_uid}, "files of root"
        as_nobody = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        t.daemon = subprocess.Popen(as_nobody + [t.dir / "payungd", "--config", t.conf], stdout=t.log, stderr=t.log)
        t.wait_for(t.is_up, "the line is up")
        t.payung("send", SITI, "lagi")
        t.payung("backup", t.dir / "copy.db")
        t.wait_for(lambda: sorted(t.inbox(SITI)) == ["dari root", "lagi"], "both texts")
        assert owners(t) == {nobody.pw_uid}, "files of root"
        assert t.payung("status", json_out=True)["state"] == "running"
        t.stop()
        t.payung("worker", "list")
        assert owners(t) == {nobody.pw_uid}, "files of root"


def owners(t):
    return {p.stat().st_uid for p in t.dir.iterdir() if p.name.startswith(("payung.db", "payung.key", "copy.db"))}


def test_templates_check():
    with town() as t:
        assert "no faults" in t.payung("templates", "check")
        folder = t.dir / "templates"
        subprocess.run(["cp", "-r", ROOT / "templates", folder], check=True)
        t.write_conf("", templates=folder)
        worker = folder / "id" / "worker.txt"
        worker.write_text(worker.read_text().replace("Perintah:", "Perintah " + "y" * 60 + ":"))
        t.payung("templates", "check", code=1)
        assert "worker.txt" in t.stderr and "W21" in t.stderr, t.stderr
        holidays = folder / "data" / "holidays.csv"
        lines = holidays.read_text().splitlines() + ["2027-02-29,Kabisat,fixed"]
        holidays.write_text("\n".join(lines))
        zones = folder / "data" / "zones.csv"
        zones.write_text(zones.read_text().replace("51,WITA,Bali", "51,WIB+1,Bali"))
        t.payung("templates", "check", code=1)
        assert f"holidays.csv:{len(lines)}: date is not valid" in t.stderr, t.stderr
        assert "zones.csv:" in t.stderr and "WIB, WITA or WIT" in t.stderr, t.stderr
        t.start(wait=False)
        assert t.daemon.wait(30) == 1, "payungd started with texts that are too long"


Suite.main(globals())
