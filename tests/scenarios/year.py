#!/usr/bin/env python3
"""A year of money for a made-up district, on the real tool: 22,000 workers and 400 sponsors, with a few
of a hundred payments and answers wrong in every way DEFECTS knows. The generator keeps its own books
(town_of_money.py): in the end every rupiah, every covered month and every issue must be as it says.

year.py [--workers N] [--sponsors N] [--seed N] [--kills N] [--defects PERCENT]

Each reconcile is run again and must change nothing; with --kills it is run a second time on a copy of
the store, killed with SIGKILL at random points and begun again, and the copy must be the same row by
row. Ends with the plain line `N passed, N failed`."""

import argparse
import contextlib
import csv
import datetime
import itertools
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
os.environ.setdefault("PAYUNG_BUILD", str(HERE.parents[1] / "build" / "release"))

import people  # noqa: E402
import town as e2e  # noqa: E402
from town_of_money import District, month, month_name  # noqa: E402

BANK = ["Tanggal", "Keterangan", "Jumlah", "No Rekening", "Pengirim"]
INSURER = ["Tanggal", "NIK", "Nama", "No KPJ", "Mulai", "Sampai", "Status", "Alasan", "Segmen"]
LIST = ["Kode Transfer", "Tanggal", "NIK", "Nama", "Jumlah"]


class Failure(Exception):
    pass


def day(m, d):
    return datetime.date(m // 12, m % 12 + 1, d)


def date_text(d):
    return d.strftime("%d/%m/%Y")


# ---- payments: what arrives instead of the bill, and what becomes of it ----

class Office:
    """Sponsors, their treasurers, the bank, the insurer and the officer, month by month."""

    def __init__(self, args):
        self.args = args
        self.random = random.Random(args.seed + 1)
        self.district = District(args.workers, args.sponsors, args.seed)
        self.issues = set()    # (kind, words that must be in its subject, its payment's text or its detail)
        self.bank_total = self.receipt_total = 0
        self.later = {}        # month -> what the officer or the sponsor does then
        self.marks = itertools.count(1)
        self.counts = {}
        self.previous = []     # lines of the last statement, part of which the next one repeats
        self.treasurers = {}   # pledge -> the pledges its transfer pays
        self.odd = {}          # worker -> what the insurer says of them, once

    # -- lines of a file --

    def stranger(self):
        return f"99{next(self.marks):08d}"

    def put(self, p, when, amount, text, account=None):
        """A line of this month's statement or receipts; which, is the programme's channel."""
        (self.receipts if p.direct else self.lines).append({
            "Tanggal": date_text(when), "Keterangan": text, "Jumlah": str(amount), "No Rekening": account or p.account,
            "Pengirim": p.name})
        if p.direct:
            self.receipt_total += amount
        else:
            self.bank_total += amount

    def arrives(self, p, k, m, amount, text, d=10):
        """A payment with its reference."""
        self.put(p, day(m, d), amount, f"{text} REF {p.ref}")
        p.receive(amount, k, day(m, d), day(m, 15))

    def do_later(self, m, what):
        self.later.setdefault(m, []).append(what)

    # -- the ways to pay; k: which instalment, m: the month of the statement --

    def pays(self, p, k, m):
        bill = p.bill(k)
        if bill:
            self.arrives(p, k, m, bill, "IURAN JAMSOSTEK")

    def nobody_knows(self, p, k, m, text, account):
        """Nothing the matching may trust: an officer settles it a month later."""
        bill, mark = p.bill(k), f"SETORAN {next(self.marks):06d}"
        self.put(p, day(m, 10), bill, f"{mark} {text}", account)
        self.issues.add(("AMBIGUOUS", mark))

        def settle(t):
            payment, = (r for r in t.payung("payment", "list", json_out=True) if mark in r["text"])
            t.payung("payment", "assign", payment["id"], "--pledge", p.ref, "--note", "telepon bendahara")
            p.receive(bill, k, day(m, 10), day(m + 1, 15))
        self.do_later(m + 1, settle)

    def missing_ref(self, p, k, m):
        self.nobody_knows(p, k, m, "IURAN", self.stranger())

    def near_ref(self, p, k, m):
        known = {q.ref for q in self.district.pledges}
        for at, sign in itertools.product(range(len(p.ref)), "234679ACDEFGHJKLMNPQRTUVWXYZ"):
            wrong = p.ref[:at] + sign + p.ref[at + 1:]
            if wrong not in known:
                return self.nobody_knows(p, k, m, f"REF {wrong}", self.stranger())

    def several_fit(self, p, k, m):
        """Two pledges of one sponsor want the same amount at the same time, and the text does not say which."""
        self.nobody_knows(p, k, m, "IURAN", p.account)

    def double_line(self, p, k, m):
        bill = p.bill(k)
        for _ in range(2):
            self.arrives(p, k, m, bill, "IURAN JAMSOSTEK")

    def short(self, p, k, m, amount):
        self.arrives(p, k, m, amount, "IURAN JAMSOSTEK")
        self.do_later(m + 1, lambda _: self.arrives(p, k, m + 1, p.bill(k) - p.credit, "KEKURANGAN"))

    def partial(self, p, k, m):
        self.short(p, k, m, self.random.randrange(1, p.bill(k)))

    def wrong_amount(self, p, k, m):
        self.short(p, k, m, p.bill(k) - 5000)

    def half_for_a_budget(self, p, k, m):
        """The discount is not for what a budget pays."""
        self.short(p, k, m, p.bill(k) // 2)

    def overpaid(self, p, k, m):
        self.arrives(p, k, m, p.bill(k) + 100000, "IURAN JAMSOSTEK")

    def reversed(self, p, k, m):
        """The bank takes it back two days later; it is paid again a month later."""
        bill = p.bill(k)
        self.put(p, day(m, 10), bill, f"IURAN JAMSOSTEK REF {p.ref}")
        self.put(p, day(m, 12), -bill, f"RETUR IURAN JAMSOSTEK REF {p.ref}")
        self.do_later(m + 1, lambda _: self.arrives(p, k, m + 1, bill, "IURAN ULANG"))

    def too_late(self, p, k, m):
        """After the cover ended: the branch has a procedure, we have an issue and the money."""
        bill = p.bill(k)
        p.over = True

        def pays(_):
            self.arrives(p, k, m + 5, bill, "IURAN JAMSOSTEK")
            self.issues.add(("LATE_DONOR_FUNDS", f"pledge/{p.ref}"))
        self.do_later(m + 5, pays)

    def duplicate(self, p, k, m):
        """Lists a worker whom somebody else pays for already, and pays for him too."""
        self.arrives(p, k, m, p.bill(k) + p.price(p.doubled, p.months(k)), "IURAN JAMSOSTEK", d=12)
        self.issues.add(("DUP_FUNDING", f"pledge/{p.ref}/{month_name(p.months(k)[0])}"))

    def by_list(self, p, k, m, broken=False):
        """A treasurer's transfer for several pledges, without a reference, and the list of who it is for."""
        group, mark = self.treasurers[p], f"BENDAHARA {next(self.marks):06d}"
        bills = [(q, q.bill(k)) for q in group]
        rows = [{"Kode Transfer": mark, "Tanggal": date_text(day(m, 10)), "NIK": w.row["nik"], "Nama": w.row["name"],
                 "Jumlah": str(q.price(w, q.months(k)))} for q in group for w in q.workers]
        self.put(p, day(m, 10), sum(bill for _, bill in bills), mark, self.stranger())
        self.lists += rows[1:] if broken else rows

        def follow(today):
            for q, bill in bills:
                q.receive(bill, k, day(m, 10), today)

        def mend(_):
            self.lists.extend(rows)
            follow(day(m + 1, 15))
        if broken:
            self.issues.add(("AMBIGUOUS", mark))
            self.do_later(m + 1, mend)
        else:
            follow(day(m, 15))

    def unbalanced_list(self, p, k, m):
        self.by_list(p, k, m, broken=True)

    def in_a_list(self, p, k, m):
        """The treasurer's transfer has paid it."""

    # -- planting --

    FITS = {
        "missing_ref": lambda p: not p.direct,
        "near_ref": lambda p: not p.direct,
        "double_line": lambda p: True,
        "partial": lambda p: True,
        "wrong_amount": lambda p: True,
        "overpaid": lambda p: True,
        "reversed": lambda p: not p.direct,
        "half_for_a_budget": lambda p: p.public,
        "too_late": lambda p: p.instalment == 3 and not p.public,
        "duplicate": lambda p: p.instalment == 12,
        "several_fit": lambda p: p.kind == "civil_servant" and p.instalment == 3,
        "by_list": lambda p: p.kind == "civil_servant",
        "unbalanced_list": lambda p: p.kind == "civil_servant",
    }
    ODD = ("other_name", "near_name", "wage_worker", "refused", "refused_later", "died")

    def plant(self):
        """Every kind at least once, and enough of them for the share asked for."""
        free = list(self.district.pledges)
        self.random.shuffle(free)
        payments = sum(len(p.instalments()) for p in free)
        wanted = max(len(self.FITS), payments * self.args.defects // 100)
        for kind in itertools.islice(itertools.cycle(self.FITS), wanted):
            p = next((p for p in free if self.FITS[kind](p)), None)
            if p:
                free.remove(p)
                if self.plant_one(kind, p, free):
                    self.counts[kind] = self.counts.get(kind, 0) + 1
        people = [(p, i) for p in free for i in range(len(p.workers))]
        wanted = max(len(self.ODD), len(people) * self.args.defects // 100)
        for kind, (p, i) in zip(itertools.cycle(self.ODD), self.random.sample(people, min(wanted, len(people)))):
            self.odd[p.workers[i]] = kind
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if kind == "died":
                self.dies(p, i, self.random.randrange(month("2026-03"), month("2026-10")))

    def plant_one(self, kind, p, free):
        at = self.random.choice(list(p.instalments()))
        if kind in ("half_for_a_budget", "too_late", "several_fit"):
            at = 1
        if kind == "duplicate":
            other = next((q for q in free if q.instalment == 12), None)
            if other:
                free.remove(other)
                p.doubled = other.workers[0]
            return self.set_defect(p, kind, 0) if other else False
        if kind == "several_fit":
            other = next((q for q in free if self.FITS[kind](q) and q.bill(1) == p.bill(1)), None)
            if not other:
                return False
            free.remove(other)
            other.shares = p
            return self.set_defect(p, kind, at) and self.set_defect(other, kind, at)
        if kind in ("by_list", "unbalanced_list"):
            group = [q for q in free if self.FITS[kind](q) and q.instalment == p.instalment][:3]
            for q in group:
                free.remove(q)
                self.set_defect(q, "in_a_list", at)
            self.treasurers[p] = [p, *group]
        return self.set_defect(p, kind, at)

    @staticmethod
    def set_defect(p, kind, at):
        p.defect = (kind, at)
        return True

    def dies(self, p, i, m):
        """The family's paper reaches the office in the month after."""
        def record(t):
            w = p.workers[i]
            who, = (r["id"] for r in t.payung("worker", "list", json_out=True) if r["name"] == w.row["name"])
            t.payung("worker", "died", who, "--date", day(m, 20), "--note", "akta kematian")
            w.dead = m
            p.give_back(i, m)
        self.do_later(m + 1, record)

    # -- a month --

    def statements(self, m, t):
        """What the bank, the receipts and the treasurers' lists of this month say: instalments that begin in the
        next one."""
        self.lines, self.receipts, self.lists = [], [], []
        for what in self.later.pop(m, []):
            what(t)
        for p in self.district.pledges:
            for k in p.instalments():
                if p.months(k)[0] == m + 1 and not p.over:
                    kind, at = p.defect or (None, None)
                    (getattr(self, kind) if at == k else self.pays)(p, k, m)
        self.spend_all(m + 1, day(m, 15))
        self.random.shuffle(self.lines)
        again = self.previous[:len(self.previous) // 20]  # banks repeat the end of the month before
        self.previous = list(self.lines)
        return again + self.lines, self.receipts, self.lists

    def spend_all(self, last, today):
        """Credit pays what is due within a month."""
        for p in self.district.pledges:
            p.spend(p.begun(last), today)

    def answers(self, m):
        """The insurer's word on every month that was paid and that it has not confirmed yet."""
        rows = [self.answer(m, people.person(900000 + m, "332101"), m, m)]  # somebody we do not know
        for p in self.district.pledges:
            due = {}
            for i, paid in p.paid:
                due.setdefault(i, []).append(paid)
            for i, months in due.items():
                w = p.workers[i]
                new = sorted(set(months) - w.confirmed)
                while new and not w.silent and not w.gone:  # one row for months in a row
                    n = next((n for n in range(1, len(new)) if new[n] != new[n - 1] + 1), len(new))
                    rows.append(self.word(m, p, i, new[:n]))
                    new = new[n:]
                if self.odd.get(w) == "refused_later" and w.confirmed and self.random.random() < 0.3:
                    rows.append(self.refused_later(m, p, i))
        self.spend_all(m + 2, day(m, 25))
        return rows

    def word(self, m, p, i, months):
        w, kind = p.workers[i], self.odd.get(p.workers[i])
        row = self.answer(m, w.row, months[0], months[-1])
        if kind in ("other_name", "near_name", "wage_worker", "refused"):
            del self.odd[w]
        if kind == "other_name":
            row["Nama"] = "ZULKIFLI BAHARUDDIN"
            self.issues.add(("NAME_DOUBT", f"worker={w.row['name']}"))
        elif kind == "wage_worker":
            row["Segmen"] = "PU"
            w.silent = True
            self.issues.add(("PU_MEMBER", f"worker={w.row['name']}"))
        elif kind == "refused":
            row.update({"Status": "DITOLAK", "Alasan": "data tidak cocok"})
            w.gone = True
            p.give_back(i, 0)
        else:
            w.confirmed.update(months)
        if kind == "near_name":
            row["Nama"] = w.row["name"][:-1] + ("Y" if w.row["name"].endswith("X") else "X")
            self.issues.add(("NAME_DOUBT", f"worker={w.row['name']}"))
        return row

    def refused_later(self, m, p, i):
        """The insurer takes back the last month it had confirmed, the day's new one or one of months ago."""
        w = p.workers[i]
        last = max(w.confirmed)
        del self.odd[w]
        w.confirmed.discard(last)
        w.gone = True
        p.give_back(i, last - 1)
        self.issues.add(("INSURER_CHANGED", f"worker={w.row['name']}"))
        return self.answer(m, w.row, last, last) | {"Status": "DITOLAK", "Alasan": "data ganda"}

    @staticmethod
    def answer(m, who, first, last):
        return {"Tanggal": date_text(day(m, 24)), "NIK": who["nik"], "Nama": who["name"], "No KPJ": who["nik"][-10:],
                "Mulai": month_name(first), "Sampai": month_name(last), "Status": "DITERIMA", "Alasan": "", "Segmen": "BPU"}

    def watch(self, as_of):
        """Issues that come by themselves: paid a fortnight ago and nothing confirmed; budgets that end."""
        now, before = as_of.year * 12 + as_of.month - 1, as_of - datetime.timedelta(14)
        for p in self.district.pledges:
            for (i, m), (_, paid) in p.paid.items():
                if m <= now and paid <= before and m not in p.workers[i].confirmed:
                    self.issues.add(("REMITTANCE_GAP", f"pledge/{p.ref}/{month_name(m)}"))
            if p.public and as_of >= datetime.date(2026, 10, 1) and not p.over:
                self.issues.add(("RENEWAL_RISK", f"pledge/{p.ref}"))


# ---- the real thing ----

class Year:
    def __init__(self, args):
        self.args = args
        self.office = Office(args)
        self.town = e2e.Town(clock="2025-12-01 08:00")
        self.random = random.Random(args.seed + 2)
        self.kills = self.reconciles = 0

    def write(self, name, columns, rows):
        path = self.town.dir / name
        with open(path, "w", newline="") as f:
            w = csv.DictWriter(f, columns, delimiter=";")
            w.writeheader()
            w.writerows(rows)
        return path

    def set_up(self):
        t = self.town
        for code, name, channel in (("PNS", "PNS Peduli", "collected"), ("GN", "GN Lingkaran", "direct"),
                                    ("APBD", "Pekerja rentan", "collected")):
            t.payung("programme", "add", "--code", code, "--name", name, "--area", "3321", "--legal-basis", "SE 1",
                     "--channel", channel)
        for p in sorted(self.office.district.pledges, key=lambda p: p.shares is not None):
            p.sponsor = p.shares.sponsor if p.shares else t.payung(
                "sponsor", "add", "--name", p.name, "--sms-name", p.name, "--kind", p.kind, "--phone", p.phone).strip()
            p.account = p.shares.account if p.shares else p.account
            listed = [w.row for w in p.workers] + ([p.doubled.row] if p.doubled else [])
            p.ref = t.payung("pledge", "add", "--sponsor", p.sponsor, "--programme", p.programme, "--funding", p.funding,
                             "--workers", len(listed), "--months", 12, "--instalment", p.instalment,
                             "--start", month_name(p.start)).strip()
            path = t.dir / "list.csv"
            with open(path, "w", newline="") as f:
                w = csv.DictWriter(f, ["nik", "name", "phone", "occupation", "area"])
                w.writeheader()
                w.writerows(listed)
            out = t.payung("worker", "enrol", "--pledge", p.ref, "--list", path, "--consent", "BAST 1")
            assert out.startswith(f"registered {len(listed)}, waiting 0, held 0, known 0, refused 0"), out

    # -- the store, row by row --

    def dump(self, path=None):
        """Table -> its rows. The sealed end of the audit chain differs each time; `audit verify` tells."""
        with contextlib.closing(sqlite3.connect(f"file:{path or self.town.dir / 'payung.db'}?mode=ro", uri=True)) as db:
            tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
            rows = {t: sorted(map(repr, db.execute(f"SELECT * FROM \"{t}\""))) for t in tables}
        rows["meta"] = [r for r in rows["meta"] if not r.startswith("('audit_tail'")]
        return rows

    @staticmethod
    def first(a, b):
        """The first rows of a that are not in b, by their numbers."""
        other = set(b)
        return sorted((r for r in a if r not in other), key=lambda r: (len(r.split(",")[0]), r))[:2]

    def compare(self, a, b, what):
        for table in a:
            if a[table] != b.get(table):
                only_a, only_b = self.first(a[table], b[table]), self.first(b[table], a[table])
                raise Failure(f"{what}: table {table} differs\n  before: {only_a}\n  after:  {only_b}")

    def reconcile(self, as_of):
        """Runs it; again, which must change nothing; and on a copy with kills, which must come to the same."""
        self.reconciles += 1
        self.office.watch(as_of)
        copy = self.town.dir / "copy"
        kills = self.args.kills - self.kills
        if kills > 0:
            copy.mkdir(exist_ok=True)
            for left in copy.iterdir():
                left.unlink()
            with contextlib.closing(sqlite3.connect(self.town.dir / "payung.db")) as a, \
                    contextlib.closing(sqlite3.connect(copy / "payung.db")) as b:
                a.backup(b)
        began = time.monotonic()
        self.town.payung("reconcile", "--as-of", as_of)
        took = time.monotonic() - began
        result = self.dump()
        self.town.payung("reconcile", "--as-of", as_of)
        self.compare(result, self.dump(), f"{as_of}: a second run")
        if kills > 0:
            self.killed(copy, as_of, took, -(-kills // max(1, 26 - self.reconciles)))
            self.compare(result, self.dump(copy / "payung.db"), f"{as_of}: killed and continued")
            self.town.payung("--config", self.town.dir / "copy.conf", "audit", "verify")

    def killed(self, copy, as_of, took, times):
        conf = self.town.dir / "copy.conf"
        conf.write_text(self.town.conf.read_text().replace('"payung.db"', f'"{copy}/payung.db"'))
        conf.chmod(0o600)
        command = [e2e.BUILD / "payung", "--config", conf, "reconcile", "--as-of", str(as_of)]
        for left in range(times, -1, -1):
            p = subprocess.Popen(command, env=dict(os.environ, **self.town.env), stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
            try:
                out, _ = p.communicate(timeout=self.random.uniform(0, took) if left else None)
            except subprocess.TimeoutExpired:
                p.send_signal(signal.SIGKILL)
                p.wait()
                self.kills += 1
                continue
            if p.returncode:
                raise Failure(f"{as_of}: payung reconcile after a kill: exit {p.returncode}\n{out.decode()}")

    def play_month(self, m):
        t, o = self.town, self.office
        t.clock.set(f"{day(m, 15)} 09:00")
        lines, receipts, lists = o.statements(m, t)
        if lines:
            t.payung("import", "bank", self.write(f"bank-{m}.csv", BANK, lines))
        if receipts:
            t.payung("import", "receipt", self.write(f"receipt-{m}.csv", BANK, receipts))
        if lists:
            t.payung("import", "list", self.write(f"list-{m}.csv", LIST, lists))
        self.reconcile(day(m, 15))
        t.clock.set(f"{day(m, 25)} 09:00")
        rows = o.answers(m)
        t.payung("import", "insurer", self.write(f"insurer-{m}.csv", INSURER, rows))
        self.reconcile(day(m, 25))

    # -- the verdict --

    def verdict(self):
        yield "the books add up", self.books
        yield "every rupiah that came in is in them", self.money
        yield "every sponsor's credit", self.credit
        yield "every worker-month has its payer", self.paid
        yield "every confirmed month, and no other", self.confirmed
        yield "every defect is an issue, and nothing else is", self.issues
        yield "nothing is left unposted", self.unposted

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.town.dir / 'payung.db'}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    def books(self):
        self.town.payung("books", "verify")
        self.town.payung("audit", "verify")

    def money(self):
        found, = self.ask("SELECT ifnull(sum(amount), 0) FROM payment")[0]
        wanted = self.office.bank_total + self.office.receipt_total
        assert found == wanted, f"payments of {found}, imported were {wanted}"
        bank, = self.ask("SELECT ifnull(sum(amount), 0) FROM ledger_balance WHERE account = 0")[0]
        assert bank == self.office.bank_total, f"the books' bank holds {bank}, the statements {self.office.bank_total}"

    def credit(self):
        found = dict(self.ask("SELECT owner, -amount FROM ledger_balance WHERE account = 3 AND amount <> 0"))
        wanted = {}
        for p in self.office.district.pledges:
            wanted[int(p.sponsor)] = wanted.get(int(p.sponsor), 0) + p.credit
        wanted = {owner: amount for owner, amount in wanted.items() if amount}
        assert found == wanted, f"credit differs: {set(found.items()) ^ set(wanted.items())}"

    def paid(self):
        found = set(self.ask("SELECT w.name, m.month, p.ref, m.amount FROM coverage_month m JOIN worker w ON"
                             " w.id = m.worker JOIN pledge p ON p.id = m.pledge"))
        wanted = {(p.workers[i].row["name"], m, p.ref, amount)
                  for p in self.office.district.pledges for (i, m), (amount, _) in p.paid.items()}
        self.same(found, wanted)

    def confirmed(self):
        found = set(self.ask("SELECT w.name, m.month FROM coverage_month m JOIN worker w ON w.id = m.worker"
                             " WHERE m.confirmed_day > 0"))
        self.same(found, {(w.row["name"], m) for p in self.office.district.pledges for w in p.workers for m in w.confirmed})

    @staticmethod
    def same(found, wanted):
        extra, missing = sorted(found - wanted)[:5], sorted(wanted - found)[:5]
        assert found == wanted, f"{len(found)} there, {len(wanted)} expected; too many: {extra}; missing: {missing}"

    def issues(self):
        rows = self.town.payung("issue", "list", "--all", json_out=True)
        words = {f"payment/{r['id']}": r["text"] for r in self.town.payung("payment", "list", json_out=True)}
        words |= {f"worker/{r['id']}": f"worker={r['name']} " for r in self.town.payung("worker", "list", json_out=True)}
        def about(subject):  # worker/7/2026-04 too
            return words.get("/".join(subject.split("/")[:2]), "")
        left = [(r["kind"], f"{r['subject']} {about(r['subject'])} {r['detail']}") for r in rows]
        for kind, wanted in sorted(self.office.issues):
            hit = next((x for x in left if x[0] == kind and f"{wanted} " in x[1]), None)
            assert hit, f"no {kind} for {wanted}; there are {left[:20]}"
            left.remove(hit)
        assert not left, f"{len(left)} issues nobody planted: {left[:10]}"

    def unposted(self):
        rows = [r for r in self.town.payung("payment", "list", json_out=True) if r["state"] not in ("posted", "reversed")]
        assert not rows, f"{len(rows)} payments: {rows[:3]}"

    def play(self):
        passed = failed = 0
        try:
            self.office.plant()
            self.set_up()
            print("planted: " + ", ".join(f"{n} {k}" for k, n in sorted(self.office.counts.items())), flush=True)
            for m in range(month("2025-12"), month("2027-01")):
                self.play_month(m)
            for name, check in self.verdict():
                try:
                    check()
                except AssertionError as e:
                    failed += 1
                    print(f"FAILED {name}: {e}", flush=True)
                else:
                    passed += 1
                    print(f"ok {name}", flush=True)
        except (Failure, AssertionError) as e:
            failed += 1
            print(f"FAILED {e}", flush=True)
        finally:
            self.town.close()
        print(f"{self.args.workers} workers, {self.args.sponsors} sponsors, {self.reconciles} runs, {self.kills} kills")
        print(f"{passed} passed, {failed} failed", flush=True)
        return 1 if failed or not passed else 0


def main():
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, default in (("workers", 1000), ("sponsors", 40), ("seed", 1), ("kills", 0), ("defects", 3)):
        a.add_argument(f"--{name}", type=int, default=default)
    sys.exit(Year(a.parse_args()).play())


if __name__ == "__main__":
    main()
