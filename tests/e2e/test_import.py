#!/usr/bin/env python3
"""payung import, the real program: what it says, what it writes, killed and run again."""

import csv
import json
import os
import pathlib
import pty
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from town import BUILD, ROOT, Suite

FILES = ROOT / "tests/imports"
CONF = f"""store = "payung.db"
key_file = "payung.key"
templates = "{ROOT / 'templates'}"
control = "control"
service {{ name = "Payung" helpdesk = "08001234567" }}
"""
MANY = int(os.environ.get("PAYUNG_ROWS", "20000"))
# What ASan keeps back of freed memory would hide what the program needs.
LEAN = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1:thread_local_quarantine_size_kb=16")


class Office:
    def __init__(self, conf=""):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="payung-import-"))
        self.conf = self.dir / "payung.conf"
        self.conf.write_text(CONF + conf)
        self.payung("init")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir)

    def argv(self, *args):
        return [str(x) for x in (BUILD / "payung", "--config", self.conf, *args)]

    def payung(self, *args, code=0):
        p = subprocess.run(self.argv(*args), capture_output=True, text=True, env=LEAN)
        assert p.returncode == code, f"{args}: exit {p.returncode}\n{p.stdout}{p.stderr}"
        self.stderr = p.stderr
        return p.stdout

    def take(self, *args, code=0):
        return json.loads(self.payung("--json", "import", *args, code=code))

    def ask(self, sql):
        db = sqlite3.connect(f"file:{self.dir / 'payung.db'}?mode=ro", uri=True, timeout=30)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def write(self, name, rows, first=0):
        """A statement of so many rows, no two of them equal, but for one pair."""
        path = self.dir / name
        with open(path, "w") as f:
            f.write("Tanggal;Uraian;Kredit;Debet\n")
            for i in range(first, first + rows):
                day = f"{i % 28 + 1:02}/{i // 28 % 12 + 1:02}/2025"
                f.write(f"{day};IURAN {i};{16800 * (i % 20 + 1)};\n" if i >= 2 else "01/01/2025;SAMA;16800;\n")
        return path


def test_every_row_is_in_the_report_and_a_bad_one_is_exit_1():
    with Office() as o:
        report = o.dir / "r.csv"
        got = o.take("bank", FILES / "bank_suffix.csv", "--report", report, code=1)
        assert (got["taken"], got["known"], got["bad"], got["skipped"]) == (5, 0, 1, 3), got
        assert [r["row"] for r in got["rows"] if r["verdict"] == "bad"] == [12], got
        assert "rows that are bad: 1;" in o.stderr, o.stderr
        rows = list(csv.DictReader(open(report)))
        assert [int(r["row"]) for r in rows] == [8, 9, 10, 11, 12, 13, 15, 16, 17], rows
        assert rows[0] == {"row": "8", "verdict": "taken", "date": "2026-03-02", "amount": "50400", "from": "",
                           "to": "", "why": ""}, rows[0]
        assert report.stat().st_mode & 0o777 == 0o600
        o.payung("import", "bank", FILES / "bank_suffix.csv", "--report", report, code=1)
        assert "name a new file" in o.stderr, o.stderr
        out = o.payung("import", "bank", FILES / "bank_suffix.csv", code=1)
        assert "8  known" in out and "0 taken, 5 known, 1 bad, 3 skipped" in out, out


def test_the_same_file_again_is_nothing_new():
    with Office() as o:
        path = o.write("a.csv", 40)
        assert o.take("bank", path)["taken"] == 40
        before = o.ask("SELECT count(*) FROM audit")
        path.rename(o.dir / "b.csv")
        got = o.take("bank", o.dir / "b.csv")
        assert got["imported_before"] and got["taken"] == 0, got
        assert "as a.csv; nothing is new" in o.payung("import", "bank", o.dir / "b.csv")
        assert o.ask("SELECT count(*) FROM audit") == before


def test_a_dry_run_tells_all_and_writes_nothing():
    with Office() as o:
        path = o.write("a.csv", 30)
        got = o.take("bank", path, "--dry-run")
        assert got["taken"] == 30 and got["dry_run"], got
        assert o.ask("SELECT (SELECT count(*) FROM source_file) + (SELECT count(*) FROM source_row)") == [(0,)]
        # while somebody else holds the write lock
        db = sqlite3.connect(o.dir / "payung.db", isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        assert o.take("bank", path, "--dry-run")["taken"] == 30
        db.execute("ROLLBACK")
        db.close()
        o.take("bank", path)
        more = o.write("b.csv", 40)
        got = o.take("bank", more, "--dry-run")
        assert (got["known"], got["taken"]) == (30, 10), got


def test_what_is_not_understood_is_refused_before_the_store_is_touched():
    conf = """source one { kind = bank own_account = "1" }
source two { kind = bank own_account = "2" }
source senin { kind = list nik = "Nomor Induk" }
"""
    with Office(conf) as o:
        path = o.write("a.csv", 3)
        for code, says, args in (
                (2, "there is no kind tape", ("tape", path)),
                (2, "usage: payung import", ("bank",)),
                (2, "unknown option --force", ("bank", path, "--force")),
                (2, "--dry-run takes no value", ("bank", path, "--dry-run=yes")),
                (2, "--source which one", ("bank", path)),
                (2, "is not of kind bank", ("bank", path, "--source", "senin")),
                (3, "no section source", ("bank", path, "--source", "three")),
                (2, "--date is for lists", ("receipt", path, "--date", "2026-01-01")),
                (2, "--date must be a day", ("list", path, "--date", "1/2/2026")),
                (3, "nowhere.csv cannot be read", ("receipt", o.dir / "nowhere.csv")),
                (1, "is an Excel workbook", ("receipt", FILES / "workbook.csv")),
                (1, "the column 'Nomor Induk' (nik) is missing", ("list", FILES / "list.csv", "--source", "senin"))):
            o.payung("import", *args, code=code)
            assert says in o.stderr and len(o.stderr.splitlines()) == 1, (args, o.stderr)
        assert o.ask("SELECT count(*) FROM source_file") == [(0,)]
        assert o.take("bank", path, "--source", "one")["taken"] == 3
        assert o.take("bank", o.write("b.csv", 4), "--source", "two")["taken"] == 4


def test_killed_anywhere_the_next_import_completes_it():
    random.seed(4)
    rows = 1500
    with Office() as o:
        path = o.write("a.csv", rows)
        kills = 0
        while True:
            have = o.ask("SELECT count(*) FROM source_row")[0][0]
            aim = have + random.randrange(rows // 6)
            p = subprocess.Popen(o.argv("import", "bank", path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while p.poll() is None:
                if o.ask("SELECT count(*) FROM source_row")[0][0] > aim:
                    p.send_signal(signal.SIGKILL)
                    break
            if p.wait() == 0:
                break
            assert p.returncode == -signal.SIGKILL
            kills += 1
        assert kills >= 3, kills
        whole = o.ask("SELECT count(*), sum(amount), count(DISTINCT source_row) FROM payment")
        assert whole == [(rows, sum(16800 * (i % 20 + 1) for i in range(2, rows)) + 2 * 16800, rows)], whole
        assert o.ask("SELECT count(*), min(ended_at) > 0 FROM source_file") == [(1, 1)]
        o.payung("audit", "verify")


def test_two_imports_at_once_count_once():
    with Office() as o:
        a, b = o.write("a.csv", 900), o.write("b.csv", 900, first=300)
        both = [subprocess.Popen(o.argv("import", "bank", x), stdout=subprocess.DEVNULL) for x in (a, b, a)]
        assert [p.wait() for p in both] == [0, 0, 0]
        assert o.ask("SELECT count(*) FROM payment") == [(1200,)]


def peak_kib(argv):
    pid = os.posix_spawn(argv[0], argv, LEAN, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, status
    return usage.ru_maxrss


def test_memory_does_not_grow_with_the_file():
    with Office() as o:
        few, many = o.write("few.csv", 1000), o.write("many.csv", MANY)
        small, large = (peak_kib(o.argv("import", "bank", path, "--report", o.dir / f"{path.stem}.r")) for path in
                        (few, many))
        assert o.ask("SELECT count(*) FROM payment") == [(MANY,)]
        assert sum(1 for _ in open(o.dir / "many.r")) == MANY + 1
        assert large < 1.5 * small, (small, large)


def test_progress_is_shown_on_a_terminal_only():
    with Office() as o:
        path = o.write("a.csv", 2000)
        screen, inside = pty.openpty()
        p = subprocess.Popen(o.argv("import", "bank", path), stdout=subprocess.DEVNULL, stderr=inside)
        os.close(inside)
        shown = b""
        try:
            while block := os.read(screen, 4096):
                shown += block
        except OSError:  # the other end is closed
            pass
        os.close(screen)
        assert p.wait() == 0
        assert b"a.csv: 100 %" in shown and shown.endswith(b"\x1b[K"), shown[-80:]
        o.payung("import", "bank", o.write("b.csv", 2100))
        assert "%" not in o.stderr, o.stderr


def test_no_nik_reaches_the_disk_or_the_screen():
    with Office() as o:
        said = ""
        for kind, name, more in (("list", "list", ()), ("insurer", "insurer", ("--date", "2026-04-02"))):
            report = o.dir / f"{name}.r"
            said += o.payung("import", kind, FILES / f"{name}.csv", "--report", report, *more, code=1)
            said += o.stderr + report.read_text()
        o.payung("import", "bank", FILES / "bank_suffix.csv", code=1)
        assert o.ask("SELECT count(*) FROM payment WHERE text LIKE '%[NIK]%'") == [(1,)]
        assert o.ask("SELECT count(*) FROM confirmation") == [(2,)]
        for f in o.dir.iterdir():
            assert b"33740101" not in f.read_bytes() and b"33740155" not in f.read_bytes(), f
        assert "337401" not in said, said


def test_a_nik_for_an_account_is_not_kept_but_tells_rows_apart():
    one, other = "3374010101800001", "3374.0155.0290.0002"
    with Office() as o:
        for name, account, payer in (("a", one, "PT"), ("b", other, "PT"), ("c", "12", f"NIK {one}"),
                                     ("d", "12", f"NIK {other}"), ("e", f"{one} / 123", "PT"), ("f", "0012345678", "PT")):
            path = o.dir / f"{name}.csv"
            path.write_text(f"Tanggal;Uraian;Kredit;Debet;No Rekening;Pengirim\n02/03/2026;IURAN;16800;;{account};{payer}\n")
            assert o.take("bank", path)["taken"] == 1, name
            path.unlink()
        assert o.ask("SELECT account, payer FROM payment ORDER BY id") == [
            ("", "PT"), ("", "PT"), ("12", "NIK [NIK]"), ("12", "NIK [NIK]"), ("", "PT"), ("0012345678", "PT")]
        for f in o.dir.iterdir():
            assert b"33740101" not in f.read_bytes() and b"33740155" not in f.read_bytes(), f


def test_root_reads_its_own_file_and_leaves_the_store_to_its_owner():
    if os.geteuid() != 0:
        print("skipped: not root")
        return
    with Office() as o:
        o.dir.chmod(0o755)
        own = pathlib.Path(tempfile.mkdtemp(prefix="payung-root-"))
        try:
            store = o.dir / "s"
            store.mkdir()
            shutil.chown(store, "nobody")
            o.conf.write_text(CONF.replace('"payung.db"', '"s/payung.db"').replace('"payung.key"', '"s/payung.key"'))
            o.payung("init")
            path = own / "mutasi.csv"
            shutil.copy(FILES / "receipt.csv", path)
            path.chmod(0o600)
            o.payung("import", "receipt", path, "--report", own / "r.csv", code=1)
            assert (own / "r.csv").read_text().count("\n") == 4
            assert {f.owner() for f in store.iterdir()} == {"nobody"}
        finally:
            shutil.rmtree(own)


if __name__ == "__main__":
    Suite.main(globals())
