#!/usr/bin/env python3
"""What the operator sees of reminders: due, plan, history, simulate, effect. The store is filled by hand,
the clock stands still on 2026-07-24 at 10:00 in Demak; nothing is sent."""

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import tempfile

from town import BUILD, ROOT, Suite

EPOCH = datetime.date(1970, 1, 1)
JULY = 2026 * 12 + 6
CONF = """store = "p.db"
key_file = "p.key"
templates = "{root}/templates"
control = "control"
service {{ name = "PAYUNG DEMAK" helpdesk = "08001234567" }}
limits {{ per_sim_day = {per_day} }}
reminders {{ price = 400 reserve_percent = 0 }}
modem "utama" {{ device = "/dev/null" }}
"""


def day(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


class Office:
    def __init__(self, folder, per_day):
        self.dir = folder
        (folder / "conf").write_text(CONF.format(root=ROOT, per_day=per_day))
        (folder / "clock").write_bytes(struct.pack("=q", 1784862000))  # 2026-07-24 03:00 UTC
        self("init")
        self.db = sqlite3.connect(folder / "p.db", isolation_level=None)
        self.db.execute("INSERT INTO line (imsi, name, imei, number, operator_name, first_seen, last_seen)"
                        " VALUES ('1', 'utama', '', '', '', 0, 0)")

    def __call__(self, *args, code=0):
        r = subprocess.run([BUILD / "payung", "--config", self.dir / "conf", *args], text=True, capture_output=True,
                           env=dict(os.environ, PAYUNG_CLOCK=str(self.dir / "clock")))
        assert r.returncode == code, (args, r)
        return r.stdout if code == 0 else r.stderr

    def rows(self, *args):
        return json.loads(self("--json", "reminders", *args))

    def worker(self, n, until, phone):
        """Pays for themselves, confirmed until that month."""
        linked = day("2026-07-01") * 86400
        self.db.execute("INSERT INTO worker (id, nik, nik_key, nik_hash, name, born, sex, job, area, created_at)"
                        " VALUES (?, zeroblob(56), 1, ?, ?, '1980-01-01', 1, 2, '332101', ?)",
                        (n, n.to_bytes(32, "big"), f"SITI {n}", linked))
        self.db.execute("INSERT INTO phone_link (msisdn, worker, linked_at) VALUES (?, ?, ?)", (phone, n, linked))
        self.db.execute("INSERT INTO coverage_month (worker, month, package, confirmed_day) VALUES (?, ?, 0, ?)",
                        (n, until, day("2026-06-20")))

    def sent(self, n, phone, occasion, sent, state=3, cycle=JULY):
        """A reminder that left that day."""
        at = day(sent) * 86400 + 3 * 3600
        o = self.db.execute("INSERT INTO outbox (key, class, state, subject, msisdn, template_id, lang, parts, ref,"
                            " created_at, not_before, expires_at) VALUES (?, 4, ?, ?, ?, 'R01', 'id', 1, 0, ?, ?, 0)",
                            (f"{n}/{occasion}/{cycle}", state, f"worker/{n}", phone, at, at)).lastrowid
        self.db.execute("INSERT INTO outbox_part (outbox, part, state, line, peer, handed_at)"
                        " VALUES (?, 1, ?, 1, ?, ?)", (o, state, phone, at))
        self.db.execute("INSERT INTO reminder (kind, subject, occasion, cycle, state, why, day, outbox, msisdn,"
                        " noted_at) VALUES (0, ?, ?, ?, 0, 0, ?, ?, ?, ?)",
                        (n, occasion, cycle, day(sent), o, phone, at))

    def asked_to_renew(self, pledge, sent):
        """A sponsor was, that day."""
        self.sent(pledge, "+6281290000001", 16, sent, cycle=JULY + pledge)
        self.db.execute("UPDATE reminder SET kind = 2 WHERE occasion = 16")

    def pays(self, n, month, when):
        self.db.execute("INSERT INTO coverage_month (worker, month, package, confirmed_day) VALUES (?, ?, 0, ?)",
                        (n, month, day(when)))


@contextlib.contextmanager
def office(per_day=1500):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="payung-reminders-"))
    try:
        yield Office(folder, per_day)
    finally:
        shutil.rmtree(folder)


def phone(n):
    return f"+62812000000{n:02}"


def test_due_shows_who_gets_what_and_why_not():
    with office() as o:
        o.worker(1, JULY, phone(1))
        o.worker(2, JULY, phone(2))
        o.worker(3, JULY + 5, phone(3))
        o.db.execute("UPDATE phone_link SET reminders_off = 1 WHERE worker = 2")
        rows = o.rows("due")
        assert [(r["id"], r["text"], r["verdict"], r["why"]) for r in rows] == [
            (1, "R02", "now", ""), (2, "R02", "not", "stopped")], rows
        assert (rows[0]["phone"], rows[0]["day"], rows[0]["last"]) == (phone(1), "2026-07-24", "2026-07-29"), rows
        assert "SITI 1" in o("reminders", "due")
        assert [r["text"] for r in o.rows("due", "--day", "2026-07-30") if r["id"] == 1] == ["R03"]
        o.sent(1, phone(1), 1, "2026-07-24", cycle=JULY + 1)
        assert [r["id"] for r in o.rows("due")] == [2], "what was queued is not due again"


def test_plan_and_history_of_somebody():
    with office() as o:
        o.worker(1, JULY, phone(1))
        o.sent(1, phone(1), 0, "2026-07-02", cycle=JULY + 1)
        plan = {r["text"]: r for r in o.rows("plan", "1")}
        assert plan["R01"]["done"] == "queued" and plan["R02"]["verdict"] == "now", plan
        assert plan["R03"]["verdict"] == "later" and plan["R03"]["day"] == "2026-07-30", plan
        assert o.rows("plan", phone(1)) == o.rows("plan", "1")
        history = o.rows("history", "1")
        assert [(r["text"], r["day"], r["state"], r["phone"]) for r in history] == [
            ("R01", "2026-07-02", "queued", phone(1))], history
        o("reminders", "plan", "D4F7K2", code=3)
        o("reminders", "plan", "081299999999", code=3)


def test_a_pledge_has_its_instalments_in_the_plan():
    with office() as o:
        o("programme", "add", "--code", "P", "--name", "N", "--area", "3321", "--legal-basis", "L", "--channel",
          "collected")
        sponsor = o("sponsor", "add", "--name", "PT A", "--sms-name", "PT A", "--kind", "company", "--phone",
                    "081290000001").strip()
        ref = o("pledge", "add", "--sponsor", sponsor, "--programme", "P", "--funding", "csr", "--workers", "5",
                "--months", "12", "--instalment", "3", "--start", "2026-10").strip()
        o.db.execute("UPDATE instalment SET expected = 252000")
        rows = o.rows("plan", ref)
        first = [r for r in rows if r["kind"] == "instalment" and "2026-10" in r["who"]]
        assert [r["text"] for r in first] == ["S06", "S06", "S06", "S07"], first
        assert {r["kind"] for r in rows} == {"instalment", "pledge"}, rows


def simulated(o, to, **only):
    rows = o.rows("simulate", "--to", to)
    return [r for r in rows if all(r[k] == v for k, v in only.items())]


def test_simulate_tells_days_lines_and_cost_and_changes_nothing():
    with office() as o:
        o.worker(1, JULY, phone(1))
        o.worker(2, JULY, phone(1))
        o.worker(3, JULY, phone(3))
        o.db.execute("UPDATE phone_link SET reminders_off = 1 WHERE worker = 3")
        before = list(o.db.iterdump())
        rows = simulated(o, "2026-07-31")
        sent = [(r["day"], r["text"], r["line"], r["reminders"], r["texts"], r["rupiah"]) for r in rows if not r["why"]]
        assert sent == [("2026-07-24", "R02", "any", 2, 1, 400), ("2026-07-30", "R03", "any", 2, 1, 400)], rows
        assert {(r["text"], r["texts"]) for r in rows if r["why"] == "stopped"} == {("R02", 0), ("R03", 0)}, rows
        assert "2 texts, 800 rupiah" in o("reminders", "simulate", "--to", "2026-07-31")
        assert list(o.db.iterdump()) == before


def test_simulate_keeps_to_what_the_line_carries_and_to_one_text_a_day():
    with office(per_day=2) as o:
        for n in range(1, 6):
            o.worker(n, JULY, phone(n))
        days = [(r["day"], r["texts"]) for r in simulated(o, "2026-07-29", text="R02")]
        assert days == [("2026-07-24", 2), ("2026-07-25", 2), ("2026-07-26", 1)], days
    with office(per_day=1) as o:
        for n in range(1, 9):
            o.worker(n, JULY, phone(n))
        lost = simulated(o, "2026-07-29", why="line")
        assert sum(r["reminders"] for r in lost) == 2, lost


def test_simulate_knows_holidays():
    with office() as o:
        (o.dir / "days.csv").write_text("date,name\n2026-07-24,Hari desa\n")
        conf = (o.dir / "conf").read_text()
        (o.dir / "conf").write_text(conf.replace("price", f'holidays = "{o.dir}/days.csv" price'))
        o.worker(1, JULY, phone(1))
        assert [r["day"] for r in simulated(o, "2026-07-29")] == ["2026-07-25"]


def test_effect_counts_who_paid_soon_after():
    with office() as o:
        for n, sent, paid in ((1, "2026-07-02", "2026-07-10"), (2, "2026-07-02", "2026-07-20"),
                              (3, "2026-07-02", None), (4, "2026-07-02", "2026-07-01")):
            o.worker(n, JULY, phone(n))
            o.sent(n, phone(n), 0, sent, cycle=JULY + 1)
            if paid:
                o.pays(n, JULY + 1, paid)
        o.worker(5, JULY, phone(5))
        o.sent(5, phone(5), 1, "2026-01-02", cycle=JULY + 1)
        effect = {r["occasion"]: r for r in o.rows("effect", "--from", "2026-07-01")}
        assert (effect["self_first"]["sent"], effect["self_first"]["paid"]) == (4, 1), effect
        assert effect["self_second"]["sent"] == 0 and effect["self_first"]["percent"] == 25, effect
        assert "paid" not in effect["number_check"], "what asks for no money has no such effect"
        o("reminders", "effect", "--from", "2026-07-02", "--to", "2026-07-01", code=2)


def test_effect_of_asking_a_sponsor_to_renew():
    with office() as o:
        o("programme", "add", "--code", "P", "--name", "N", "--area", "3321", "--legal-basis", "L", "--channel",
          "collected")
        for n, answer in ((1, "2026-07-10"), (2, "2026-07-20"), (3, None), (4, "2026-07-01")):
            sponsor = o("sponsor", "add", "--name", f"PT {n}", "--sms-name", f"PT {n}", "--kind", "company", "--phone",
                        f"08129000000{n}").strip()
            o("pledge", "add", "--sponsor", sponsor, "--programme", "P", "--funding", "csr", "--workers", "5",
              "--months", "12", "--instalment", "3", "--start", "2026-10")
            o.asked_to_renew(n, "2026-07-02")
            if answer:
                o.db.execute("INSERT INTO request (kind, state, sponsor, pledge, amount, workers, actor, at)"
                             " VALUES (3, 0, ?, ?, 0, 0, ?, ?)", (n, n, f"sponsor/{n}", day(answer) * 86400))
        effect = {r["occasion"]: r for r in o.rows("effect", "--from", "2026-07-01")}
        assert (effect["pledge_ends"]["sent"], effect["pledge_ends"]["paid"]) == (4, 1), effect


if __name__ == "__main__":
    Suite.main(globals())
