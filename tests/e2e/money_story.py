"""An office's year of money in small: three sponsors, eight workers, files of a bank, of receipts and of
the insurer, and two officers. Told by the real tool, by a clock of its own, without a daemon."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scenarios"))

import people  # noqa: E402
from town import BUILD, Town  # noqa: E402

BANK = "Tanggal,Jumlah,Keterangan,Pengirim,Rekening Pengirim\n"
RECEIPT = "Tanggal,Jumlah,Keterangan,Penyetor,No Rekening\n"
INSURER = "NIK,Nama,KPJ,Periode,Status,Keterangan,Segmen,Tanggal\n"


def no_login():
    """The login's user would stand above the one a test names, where the kernel knows it."""
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/self/loginuid").write_text("4294967295")


class Office:
    def __init__(self, when="2026-03-02 09:00"):
        self.t = Town(clock=when)
        self.files = 0
        self.refs = {}  # what was drawn at random -> what a document says instead
        self.people = people.make(12, ["332101", "332102"])

    def at(self, when):
        self.t.at(when)

    def run(self, user, *args, code=0, json_out=False):
        """The tool, used by this officer."""
        argv = [BUILD / "payung", "--config", self.t.conf] + (["--json"] if json_out else []) + [str(a) for a in args]
        r = subprocess.run(argv, capture_output=True, text=True, timeout=120, preexec_fn=no_login,
                           env=dict(os.environ, **self.t.env, SUDO_USER=user))
        self.stderr = r.stderr
        assert r.returncode == code, f"{user}: payung {' '.join(map(str, args))}: exit {r.returncode}, not {code}\n" \
                                     f"{r.stdout}{r.stderr}"
        return json.loads(r.stdout) if json_out else r.stdout

    def named(self, ref, name):
        self.refs[ref] = name
        return ref

    # ---- the scheme ----

    def programme(self, code, channel):
        self.run("rini", "programme", "add", "--code", code, "--name", f"Program {code}", "--area", "3321",
                 "--legal-basis", "SE 1/2026", "--channel", channel)

    def sponsor(self, name, kind, phone):
        return self.run("rini", "sponsor", "add", "--name", name, "--sms-name", name[:18], "--kind", kind,
                        "--phone", phone).strip()

    def pledge(self, sponsor, programme, funding, workers, instalment, start, shown):
        ref = self.run("rini", "pledge", "add", "--sponsor", sponsor, "--programme", programme, "--funding", funding,
                       "--workers", workers, "--months", 12, "--instalment", instalment, "--start", start).strip()
        return self.named(ref, shown)

    def write(self, name, text):
        path = self.t.dir / name
        path.write_text(text)
        return path

    def enrol(self, ref, persons):
        rows = "".join(",".join(p[k] for k in ("nik", "name", "phone", "occupation", "area")) + "\n" for p in persons)
        self.files += 1
        self.run("rini", "worker", "enrol", "--pledge", ref, "--consent", "BAST 7/2026", "--list",
                 self.write(f"pekerja{self.files}.csv", "nik,name,phone,occupation,area\n" + rows))

    # ---- files ----

    def imported(self, kind, name, head, rows):
        self.run("rini", "import", kind, self.write(name, head + "".join(",".join(r) + "\n" for r in rows)))

    def bank(self, name, *rows):
        self.imported("bank", name, BANK, rows)

    def receipts(self, name, *rows):
        self.imported("receipt", name, RECEIPT, rows)

    def insurer(self, name, day, persons, months, status="Diterima", reason="", segment="BPU"):
        self.imported("insurer", name, INSURER, [
            (p["nik"], p["name"].upper(), f"2400000{int(p['nik'][-6:]):06d}" if status == "Diterima" else "", m, status,
             reason, segment, day) for p in persons for m in months])

    def reconcile(self, day):
        self.run("rini", "reconcile", "--as-of", day)

    def ids(self, what):
        return [r["id"] for r in self.run("rini", what, "list", json_out=True)]

    def explain(self, what, code=0):
        text = self.run("rini", "explain", what, code=code)
        assert not any(p["nik"] in text for p in self.people), "a NIK is read aloud"
        for ref, shown in self.refs.items():
            text = text.replace(ref, shown)
        return text

    def close(self):
        self.t.close()


@contextlib.contextmanager
def office(**kwargs):
    o = Office(**kwargs)
    try:
        yield o
    finally:
        o.close()


def begin(o):
    """Three pledges with their workers: a company's (collected), the regency's budget (direct), a civil
    servant's (collected)."""
    o.programme("GNL", "collected")
    o.programme("APBD", "direct")
    company = o.sponsor("PT Sumber Makmur", "company", "081200000001")
    regency = o.sponsor("Dinsos Demak", "government", "081200000002")
    servant = o.sponsor("Ibu Sari", "civil_servant", "081200000003")
    o.company = o.pledge(company, "GNL", "csr", 3, 3, "2026-04", "D4F7K2")
    o.regency = o.pledge(regency, "APBD", "local_budget", 4, 6, "2026-04", "E5G8M3")
    o.servant = o.pledge(servant, "GNL", "civil_servant", 1, 12, "2026-04", "F6H9N4")
    o.enrol(o.company, o.people[0:4])  # one more than there are places
    o.enrol(o.regency, o.people[4:8])
    o.enrol(o.servant, o.people[8:9])


def spring(o):
    """The first money: by reference and a little too much, by receipt, in part, without a word."""
    o.at("2026-03-10 09:00")
    o.reconcile("2026-03-10")
    o.at("2026-03-20 09:00")
    o.bank("maret.csv",
           ("12-03-2026", "80600", f"IURAN {o.company} APRIL-JUNI", "PT SUMBER MAKMUR", "1230004561"),
           ("16-03-2026", "50400", "TITIP IURAN", "SARI", "7770001"))
    o.receipts("kuitansi.csv", ("18-03-2026", "403200", f"Kode {o.regency}", "Bendahara Dinsos", "5550009"))
    o.reconcile("2026-03-20")
    o.at("2026-04-03 09:00")
    o.insurer("konfirmasi-april.csv", "02-04-2026", o.people[0:2], ("04/2026", "05/2026"))
    o.reconcile("2026-04-03")


def wrong_and_right(o):
    """The payment without a word: first taken for the company's, in truth the civil servant's."""
    o.run("rini", "payment", "assign", 2, "--pledge", o.company, "--note", "menurut teller")
    o.reconcile("2026-04-03")
    o.at("2026-04-07 09:00")
    o.run("budi", "payment", "reverse", 2, "--note", "Ibu Sari membawa bukti transfer")
    o.run("budi", "payment", "assign", 2, "--pledge", o.servant, "--note", "Ibu Sari membawa bukti transfer")
    o.reconcile("2026-04-07")


def summer(o):
    """The insurer answers for the regency, one of its workers dies, the company pays nothing more."""
    o.at("2026-04-14 09:00")
    o.insurer("konfirmasi-demak.csv", "13-04-2026", o.people[4:8], ("04/2026", "05/2026", "06/2026"))
    o.reconcile("2026-04-14")
    o.at("2026-05-21 09:00")
    o.run("rini", "worker", "died", 6, "--date", "2026-05-11", "--note", "akta kematian 12/2026")
    o.reconcile("2026-05-21")
    o.at("2026-06-28 09:00")
    o.run("rini", "refund", "request", "--sponsor", 1, "--amount", 5000, "--note", "lebih bayar bulan Maret")
    o.reconcile("2026-06-28")


def refused(o):
    """The insurer takes back a month it had confirmed in April."""
    o.at("2026-06-30 09:00")
    o.insurer("tolak.csv", "29-06-2026", o.people[0:1], ("05/2026",), "Ditolak", "NIK tidak padan")
    o.reconcile("2026-06-30")
