#!/usr/bin/env python3
"""An office registers by list the workers whose signed forms it holds."""

import pathlib
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenarios"))

import people  # noqa: E402
from town import Suite, town  # noqa: E402

WORKER = "+6281234567890"


def write(t, name, rows):
    path = t.dir / name
    path.write_text("nik,name,phone,occupation,area\n" + "".join(
        ",".join(r[k] for k in ("nik", "name", "phone", "occupation", "area")) + "\n" for r in rows))
    return path


def enrol(t, ref, path, code=0):
    out = t.payung("worker", "enrol", "--pledge", ref, "--list", path, "--consent", "BAST 7/2026, lemari 2", code=code)
    return dict(part.strip().rsplit(" ", 1) for part in out.split(","))


def counts(registered=0, waiting=0, held=0, known=0, refused=0):
    return {k: str(v) for k, v in locals().items()}


def test_a_list_fills_the_places_and_the_waiting_list():
    with town() as t:
        ref = t.pledge(workers=40)
        rows = people.make(45, ["332101", "332102"])
        rows[7]["phone"] = WORKER
        path = write(t, "list.csv", rows)
        assert enrol(t, ref, path) == counts(registered=40, waiting=5)
        assert enrol(t, ref, path) == counts(known=45), "the same list again changes nothing"
        pledge, = t.payung("pledge", "list", json_out=True)
        assert (pledge["taken"], pledge["waiting"]) == (40, 5), pledge
        assert len(t.payung("outbox", "list", json_out=True)) == 1, "only the sponsor was told, of the pledge"
        with sqlite3.connect(t.dir / "payung.db") as db:
            assert db.execute("SELECT DISTINCT text_id, channel FROM consent").fetchall() == [("BAST 7/2026, lemari 2", "paper")]
        t.start()
        t.text(WORKER, "STATUS", expect=f"BELUM AKTIF. {rows[7]['name']}"[:40])
        everything = (t.dir / "payung.db").read_bytes() + (t.dir / "payung.db-wal").read_bytes()
        assert not any(r["nik"].encode() in everything for r in rows)
        t.payung("audit", "verify")


def test_bad_rows_are_told():
    with town() as t:
        ref = t.pledge(workers=10)
        old, young, fine = people.make(3, ["332101"])
        old["nik"], young["nik"] = "3321010101300001", "3321010101150001"
        assert "refused 2" in t.payung("worker", "enrol", "--pledge", ref, "--list", write(t, "a.csv", [old, young, fine]),
                                       "--consent", "BAST", code=1)
        assert "row 2" in t.stderr and "row 3" in t.stderr and "years old" in t.stderr, t.stderr
        broken = dict(fine, nik="332101")
        t.payung("worker", "enrol", "--pledge", ref, "--list", write(t, "b.csv", [broken, people.person(9, "332101")]),
                 "--consent", "BAST", code=1)
        assert "row 2" in t.stderr and "nobody was registered" in t.stderr, t.stderr
        assert len(t.payung("worker", "list", json_out=True)) == 1
        t.payung("worker", "enrol", "--pledge", "ZZZZZZ", "--list", t.dir / "a.csv", "--consent", "BAST", code=3)
        t.payung("worker", "enrol", "--pledge", ref, "--list", t.dir / "a.csv", code=2)


def test_one_file_of_the_office_serves_every_command():
    """The headings that import list knows are those of code issue and worker enrol, too."""
    with town() as t:
        ref = t.pledge(workers=10)
        rows = people.make(2, ["332101"])
        path = t.dir / "kantor.csv"
        path.write_text("No KTP;Nama Pekerja;No. HP;Pekerjaan;Kode Wilayah;Jumlah\n" + "".join(
            f"{r['nik']};{r['name']};0812345678{i}1;{r['occupation']};{r['area']};16800\n" for i, r in enumerate(rows)))
        out = t.payung("code", "issue", "--pledge", ref, "--named", path).splitlines()
        assert len(out) == 3 and rows[0]["name"] in out[1] and "+6281234567801" in out[1], out
        second = t.payung("pledge", "add", "--sponsor", 1, "--programme", "PNS", "--funding", "csr", "--workers", 5,
                          "--months", 3, "--instalment", 3, "--start", "2027-01").strip()
        assert enrol(t, second, path) == counts(registered=2)
        t.payung("import", "list", path, "--date", "2026-11-01")


def test_who_has_another_phone_is_held_for_an_officer():
    with town() as t:
        ref = t.pledge(workers=10)
        row, = people.make(1, ["332101"])
        enrol(t, ref, write(t, "a.csv", [dict(row, phone=WORKER)]))
        second = t.payung("pledge", "add", "--sponsor", 1, "--programme", "PNS", "--funding", "csr", "--workers", 5,
                          "--months", 3, "--instalment", 3, "--start", "2027-01").strip()
        assert enrol(t, second, write(t, "b.csv", [dict(row, phone="+6281234567899")])) == counts(held=1)
        assert enrol(t, second, write(t, "c.csv", [dict(row, phone="")])) == counts(known=1)


if __name__ == "__main__":
    Suite.main(globals())
