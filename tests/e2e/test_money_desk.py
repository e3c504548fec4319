#!/usr/bin/env python3
"""The officers' side of money by the real tool: two officers, refunds, wrong payments taken back,
deaths, replacements, the list for the insurer, and books that stay true through all of it."""

import fcntl
import os
import sqlite3
import stat
import subprocess

import money_story as story
from town import BUILD, Suite


def sql(o, words, *values):
    """Somebody with a database tool."""
    with sqlite3.connect(o.t.dir / "payung.db", timeout=30) as db:
        return db.execute(words, values).fetchall()


def rows(o, *words):
    return o.run("rini", *words, json_out=True)


def queued(o, template):
    return sql(o, "SELECT msisdn, body FROM outbox WHERE template_id = ? ORDER BY id", template)


def state_of(o, payment):
    return rows(o, "payment", "show", payment)[0]["state"]


def balance(o, of, account):
    return next((r["amount"] for r in rows(o, "balance") if r["of"] == of and r["account"] == account), 0)


def true_books(o):
    o.run("rini", "books", "verify")
    o.run("rini", "audit", "verify")
    for what in ("worker/1", "payment/1", o.company, o.regency, o.servant):
        o.explain(what)


# ---- two officers ----

def test_a_refund_takes_two_officers():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        assert balance(o, "sponsor/1", "sponsor_credit") == 5000
        o.run("rini", "refund", "request", "--sponsor", 1, "--amount", "Rp5.001", "--note", "lebih", code=1)
        assert "only Rp5.000 of credit" in o.stderr, o.stderr
        request = o.run("rini", "refund", "request", "--sponsor", 1, "--amount", 5000, "--payment", 1,
                        "--note", "lebih bayar, NIK 3321024107900003").strip()
        assert balance(o, "sponsor/1", "sponsor_credit") == 0 and balance(o, "sponsor/1", "refunds") == 5000
        (phone, body), = queued(o, "S11")
        assert phone == "+6281200000001" and "pengembalian Rp5.000" in body and o.company in body, body
        shown, = rows(o, "request", "list")
        assert shown["by"] == "rini" and shown["state"] == "open" and "3321024107900003" not in str(shown), shown
        o.run("rini", "request", "approve", request, code=1)
        assert "another officer has to decide" in o.stderr, o.stderr
        o.run("rini", "refund", "paid", request, "--from", "bank", "--note", "x", code=1)
        o.run("budi", "request", "approve", request, "--note", "sesuai")
        o.run("sari", "request", "approve", request, code=1)
        o.run("rini", "refund", "paid", request, "--from", "insurer", "--note", "x", code=1)
        o.run("rini", "refund", "paid", request, "--from", "bank", "--note", "BG 12", "--date", "2026-04-02")
        o.run("rini", "refund", "paid", request, "--from", "bank", "--note", "BG 12", code=1)
        assert state_of(o, 1) == "refunded" and balance(o, "all", "bank") == 131000 - 5000
        assert rows(o, "request", "list") == []
        done, = rows(o, "request", "list", "--all")
        assert (done["state"], done["decided_by"], done["paid_on"]) == ("paid", "budi", "2026-04-02"), done
        o.run("rini", "request", "show", 99, code=3)
        true_books(o)


def test_a_refused_refund_and_a_write_off():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        request = o.run("rini", "refund", "request", "--sponsor", 1, "--amount", 5000, "--note", "x").strip()
        o.run("rini", "request", "refuse", request, "--note", "sendiri", code=1)
        o.run("budi", "request", "refuse", request, "--note", "untuk bulan depan")
        assert balance(o, "sponsor/1", "sponsor_credit") == 5000
        request = o.run("rini", "writeoff", "request", "--sponsor", 1, "--amount", 5000, "--of", "credit",
                        "--note", "sponsor bubar").strip()
        o.run("rini", "request", "approve", request, code=1)
        assert balance(o, "sponsor/1", "written_off") == 0
        o.run("budi", "request", "approve", request)
        assert balance(o, "sponsor/1", "written_off") == 5000
        true_books(o)


def test_the_first_text_follows_the_operators_choices():
    """A company without the discount: the total of S01 is what the instalments will expect."""
    with story.office() as o:
        with open(o.t.conf, "a") as conf:
            conf.write("scheme { discount_csr = no }\n")
        story.begin(o)
        (_, body), *_ = queued(o, "S01")
        assert "Rp604.800" in body, body
        o.at("2026-03-10 09:00")
        o.reconcile("2026-03-10")
        assert sql(o, "SELECT sum(expected) FROM instalment WHERE pledge = 1") == [(604800,)]


def test_what_a_sponsor_asked_takes_one_officer():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        for kind, workers in ((2, 2), (3, 0)):  # more workers; the pledge once more
            sql(o, "INSERT INTO request (kind, sponsor, pledge, amount, workers, actor, at)"
                   " VALUES (?, 1, 1, 0, ?, 'sponsor/1', 1)", kind, workers)
        more, again = [r["id"] for r in rows(o, "request", "list")]
        o.run("rini", "request", "approve", more)
        o.reconcile("2026-04-03")  # the one who waited has a place now
        pledge = next(p for p in rows(o, "pledge", "list") if p["ref"] == o.company)
        assert (pledge["workers"], pledge["taken"], pledge["waiting"]) == (5, 4, 1), pledge
        ref = o.run("rini", "request", "approve", again, "--months", 6, "--workers", 9).strip()
        renewed = next(p for p in rows(o, "pledge", "list") if p["ref"] == ref)
        assert (renewed["start"], renewed["months"], renewed["workers"]) == ("2027-04", 6, 9), renewed
        o.reconcile("2026-04-03")  # its workers are those of the pledge it renews
        sql(o, "INSERT INTO request (kind, sponsor, pledge, amount, workers, actor, at)"
               " VALUES (3, 1, 1, 0, 0, 'sponsor/1', 2)")
        o.run("rini", "request", "approve", rows(o, "request", "list")[0]["id"], code=1)
        assert f"renewed by {ref}" in o.stderr, o.stderr
        carried = next(p for p in rows(o, "pledge", "list") if p["ref"] == ref)
        assert (carried["taken"], carried["waiting"]) == (4, 0), carried
        (new_id,), = sql(o, "SELECT id FROM pledge WHERE ref = ?", ref)
        whose = "SELECT worker, first, last, state FROM allocation WHERE pledge = ? AND state > 0 ORDER BY worker"
        old, new = sql(o, whose, 1), sql(o, whose, new_id)
        assert [w for w, *_ in new] == [w for w, *_ in old] and {(f, t - f) for _, f, t, _ in new} == \
            {(old[0][1] + 12, 5)}, (old, new)
        assert sql(o, "SELECT count(*) FROM consent c JOIN registration r ON r.id = c.registration WHERE r.pledge = ?",
                   new_id) == [(4,)]
        o.reconcile("2026-04-03")
        assert sql(o, whose, new_id) == new, "once"
        bodies = [b for _, b in queued(o, "S01")]
        assert len(bodies) == 5 and "5 pekerja x 12 bulan" in bodies[3] and ref in bodies[4], bodies
        true_books(o)


def wish(o, kind):
    sql(o, "INSERT INTO request (kind, sponsor, pledge, amount, workers, actor, at)"
           " VALUES (?, 1, 1, 0, 0, 'sponsor/1', (SELECT max(started_at) FROM run))", kind)
    return rows(o, "request", "list")[-1]["id"]


def test_what_a_sponsor_answers_happens():
    """Replace waits for the officer who knows whom; later months are open ones, else another pledge."""
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        replace, later, shift = (wish(o, kind) for kind in (5, 4, 6))
        o.run("rini", "request", "approve", replace, code=1)
        assert "payung worker replace ID --by" in o.stderr, o.stderr
        assert o.run("rini", "request", "approve", later) == "", "its own months come first"
        waits, = sql(o, "SELECT ref FROM registration WHERE pledge = 1 AND waiting_number > 0")
        o.run("rini", "worker", "replace", 3, "--by", waits[0], "--note", "dibiayai APBD")
        o.run("rini", "request", "approve", replace)
        sql(o, "UPDATE instalment SET expected = paid WHERE pledge = 1")  # all of it is paid
        ref = o.run("rini", "request", "approve", shift, "--months", 3).strip()
        renewed = next(p for p in rows(o, "pledge", "list") if p["ref"] == ref)
        assert (renewed["start"], renewed["months"], renewed["workers"]) == ("2027-04", 3, 3), renewed
        assert ref in queued(o, "S01")[-1][1]
        assert rows(o, "request", "list") == []


# ---- whose a payment is ----

def test_a_payment_is_settled_and_taken_back():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        assert state_of(o, 2) == "unmatched"
        o.run("rini", "payment", "assign", 2, "--pledge", "ZZZZZZ", "--note", "x", code=3)
        o.run("rini", "payment", "assign", 1, "--pledge", o.servant, "--note", "x", code=1)
        o.run("rini", "payment", "assign", "payment/2", "--pledge", o.company.lower(), "--note", "kata bank")
        o.run("rini", "payment", "unassign", 2, "--note", "belum pasti")
        o.reconcile("2026-04-03")
        assert state_of(o, 2) == "unmatched", "what an officer settled is not judged again"
        o.run("rini", "payment", "assign", 2, "--pledge", o.company, "--note", "kata bank")
        o.reconcile("2026-04-03")
        assert state_of(o, 2) == "posted"
        before = balance(o, "sponsor/1", "sponsor_credit")
        assert before > 5000, before
        said = o.run("budi", "payment", "reverse", 2, "--note", "ternyata dari Ibu Sari")
        assert "0 worker-months, Rp0" in said, said
        assert state_of(o, 2) == "unmatched" and balance(o, "sponsor/1", "sponsor_credit") == 5000
        o.run("budi", "payment", "reverse", 2, "--note", "lagi", code=1)
        o.run("budi", "payment", "assign", 2, "--pledge", o.servant, "--note", "ternyata dari Ibu Sari")
        o.reconcile("2026-04-03")
        assert balance(o, f"pledge/{o.servant}", "funded_months") == 50400
        text = o.explain("payment/2")
        for words in ("Officer budi assigned it to pledge F6H9N4 of Ibu Sari.", "This was taken back.",
                      "officer rini took the match back", "Reason: ternyata dari Ibu Sari", "It balances."):
            assert words in text, text
        true_books(o)


def test_one_transfer_in_statement_and_receipt_counts_once():
    """A receipt of a programme whose money comes to our account is the same money as the bank's line; and the
    officer who settles it has to say that it is not."""
    with story.office() as o:
        story.begin(o)
        o.at("2026-03-20 09:00")
        row = ("12-03-2026", "75600", f"IURAN {o.company}", "PT SUMBER MAKMUR", "1230004561")
        o.bank("maret.csv", row)
        o.receipts("kuitansi.csv", row)
        o.reconcile("2026-03-20")
        assert (state_of(o, 1), state_of(o, 2)) == ("posted", "ambiguous")
        assert rows(o, "payment", "show", 2)[0]["why"] == "other_channel"
        assert balance(o, "all", "external") == 0 and balance(o, "sponsor/1", "sponsor_credit") == 0
        assert "the same money twice" in o.explain("payment/2")
        o.run("rini", "payment", "assign", 2, "--pledge", o.company, "--note", "x", code=1)
        assert "--other-channel" in o.stderr, o.stderr
        o.reconcile("2026-03-20")
        assert state_of(o, 2) == "ambiguous"
        o.run("rini", "payment", "assign", 2, "--pledge", o.company, "--note", "dibayar di loket", "--other-channel")
        o.reconcile("2026-03-20")
        assert state_of(o, 2) == "posted"
        true_books(o)


def test_a_mistyped_reference_names_whose_it_may_be():
    """Named in the issue, the explanation and the list; never matched by itself. What an officer assigned is told
    as that."""
    with story.office() as o:
        story.begin(o)
        o.at("2026-03-20 09:00")
        wrong = o.company[:5] + ("A" if o.company[5] != "A" else "B")
        letter = o.servant[:2] + "O" + o.servant[3:]  # a sign that no reference is made of
        o.bank("maret.csv", ("12-03-2026", "11000", f"IURAN {wrong}", "PT SUMBER", "1230004561"),
               ("13-03-2026", "12000", f"REF {letter}", "SARI", "77"), ("14-03-2026", "13000", "TITIP", "SARI", "88"))
        o.reconcile("2026-03-20")
        assert [r["near"] for r in rows(o, "payment", "list")] == [o.company, o.servant, ""]
        assert [r["state"] for r in rows(o, "payment", "list")] == ["ambiguous", "unmatched", "unmatched"]
        issues = rows(o, "issue", "list")
        assert [f"near={r}" in i["detail"] for r, i in zip((o.company, o.servant), issues)] == [True, True], issues
        assert "near=" not in issues[2]["detail"]
        assert f"near={o.company}" in o.run("rini", "issue", "show", issues[0]["id"])
        assert "one sign other than the reference of D4F7K2." in o.explain("payment/1")
        o.run("rini", "payment", "assign", 1, "--pledge", o.company, "--note", "telepon")
        shown, = rows(o, "payment", "show", 1)
        assert (shown["why"], shown["by"], shown["near"]) == ("officer", "rini", ""), shown
        o.reconcile("2026-03-20")
        assert rows(o, "payment", "show", 1)[0]["why"] == "officer"


def test_charges_and_interest_of_the_bank_ask_nobody():
    """Each month the same lines: kept and told, no issue, no rupiah of the books; a payer whose words begin like
    them is still a payer."""
    with story.office() as o:
        story.begin(o)
        o.at("2026-03-20 09:00")
        o.bank("maret.csv", ("05-03-2026", "-12500", "BIAYA ADM MARET", "", ""),
               ("05-03-2026", '"1.234,56"', "BUNGA TABUNGAN", "", ""), ("06-03-2026", '"-246,91"', "PAJAK BUNGA", "", ""),
               ("07-03-2026", "16000", "BUNGA LESTARI", "BUNGA", ""), ("07-03-2026", "17000", "BUNGA BANK", "IBU", "77"),
               ("08-03-2026", "75600", f"BUNGA BANK {o.company}", "PT", ""))
        assert len(sql(o, "SELECT 1 FROM source_row WHERE state = 1")) == 0
        o.reconcile("2026-03-20")
        own = [(r["amount"], r["why"]) for r in rows(o, "payment", "list")]
        assert own == [(-12500, "banks_own"), (1234, "banks_own"), (-246, "banks_own"), (16000, "nothing"),
                       (17000, "nothing"), (75600, "reference")], own
        assert [i["subject"] for i in rows(o, "issue", "list")] == ["payment/4", "payment/5"]
        assert balance(o, "all", "bank") == 16000 + 17000 + 75600
        assert "the bank's own" in o.explain("payment/2")
        o.run("rini", "import", "bank", o.write("april.csv", story.BANK + '06-03-2026,"16.000,50",IURAN,SARI,\n'), code=1)
        o.run("rini", "payment", "assign", 2, "--pledge", o.company, "--note", "ternyata iuran")
        o.reconcile("2026-03-20")
        assert state_of(o, 2) == "posted" and balance(o, "all", "bank") == 16000 + 17000 + 75600 + 1234
        true_books(o)


def test_a_pledge_made_by_mistake_is_cancelled():
    """While nobody's money hangs on it: places, codes and what waits end, the sponsor is told when the text is out."""
    with story.office() as o:
        story.begin(o)
        o.at("2026-03-20 09:00")
        add = ("pledge", "add", "--sponsor", 1, "--programme", "GNL", "--funding", "csr", "--workers", 2, "--months", 12,
               "--instalment", 3, "--start", "2025-04")
        o.run("rini", *add, code=2)
        assert "is the year right" in o.stderr, o.stderr
        wrong = o.run("rini", *add, "--in-the-past").strip()
        o.enrol(wrong, o.people[9:12])  # two have places, one waits
        o.run("rini", "code", "issue", "--pledge", wrong, "--count", 2)
        o.run("rini", "pledge", "cancel", wrong, "--note", "salah tahun")
        assert "2 workers have lost their place" in o.stderr, o.stderr
        o.run("budi", "pledge", "cancel", wrong, "--note", "dua kali", code=1)
        assert queued(o, "S25") == []  # nobody had been told of it
        assert sql(o, "SELECT count(*), min(state) FROM code WHERE state IN (1, 4) AND batch IN (SELECT b.id FROM"
                   " code_batch b JOIN pledge p ON p.id = b.pledge WHERE p.ref = ?)", wrong) == [(2, 4)], "codes open nothing"
        assert sql(o, "SELECT state FROM outbox WHERE key = ?", f"pledge/{wrong}/S01") == [(8,)]
        shown = next(p for p in rows(o, "pledge", "list") if p["ref"] == wrong)
        assert (shown["state"], shown["taken"]) == ("cancelled", 0), shown
        sql(o, "UPDATE outbox SET state = 3 WHERE key = ?", f"pledge/{o.servant}/S01")  # this one was delivered
        o.run("rini", "pledge", "cancel", o.servant, "--note", "dua kali dicatat")
        (phone, body), = queued(o, "S25")
        assert phone == "+6281200000003" and o.servant in body, body
        right = o.pledge(1, "GNL", "csr", 2, 3, "2026-04", "WRONG1")
        o.enrol(right, o.people[9:12])
        o.bank("maret.csv", ("12-03-2026", "75600", f"IURAN {o.company}", "PT", "1"),
               ("13-03-2026", "50400", f"IURAN {wrong}", "PT", "2"))
        o.reconcile("2026-03-20")
        taken = {p["ref"]: (p["taken"], p["state"]) for p in rows(o, "pledge", "list")}
        assert (taken[wrong], taken[right]) == ((0, "cancelled"), (2, "open")), taken
        assert sql(o, "SELECT count(*) FROM allocation a JOIN pledge p ON p.id = a.pledge WHERE p.ref = ?", wrong) == [(0,)]
        assert state_of(o, 2) in ("ambiguous", "unmatched")
        o.run("rini", "payment", "assign", 2, "--pledge", wrong, "--note", "x", code=1)
        o.run("rini", "code", "issue", "--pledge", wrong, "--count", 1, code=1)
        o.run("rini", "pledge", "cancel", o.company, "--note", "x", code=1)
        assert "money was paid" in o.stderr, o.stderr
        assert "cancelled this pledge, which was a mistake" in o.explain(wrong)
        true_books(o)


def test_money_that_went_back_takes_its_months():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        sent = {t: sql(o, "SELECT state FROM outbox WHERE template_id = ? AND key LIKE 'payment/1/%'", t)
                for t in ("S02", "S04")}
        assert sent == {"S02": [(0,)], "S04": [(0,)]}, sent
        said = o.run("rini", "payment", "reverse", 1, "--gone", "--note", "ditarik bank", json_out=True)
        assert sql(o, "SELECT DISTINCT state FROM outbox WHERE key LIKE 'payment/1/%'") == [(8,)], "it never left"
        assert said == {"payment": 1, "worker_months": 9, "amount": 75600}, said
        assert state_of(o, 1) == "reversed" and balance(o, "all", "bank") == 50400
        text = o.explain("worker/1")
        assert "No money in our books pays April 2026 to May 2026." in text, text
        assert "Today the worker is AKTIF until 31 May 2026." in text, "the insurer's word stands"
        assert "Not paid yet: April 2026 to March 2027" in text, text
        o.reconcile("2026-04-03")
        true_books(o)


# ---- people ----

def test_a_death_is_told_without_a_name():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        o.run("rini", "worker", "died", 5, "--note", "akta", code=2)
        o.run("rini", "worker", "died", 5, "--date", "2027-01-01", "--note", "akta", code=1)
        o.run("rini", "worker", "died", 5, "--date", "2026-05-10", "--note", "akta 12/2026", code=1)  # still to come
        o.at("2026-05-20 09:00")
        o.run("rini", "worker", "died", 5, "--date", "2026-05-10", "--note", "akta 12/2026")
        (phone, body), = queued(o, "S13")
        assert phone == "+6281200000002" and o.regency in body and "Eko" not in body, body
        o.reconcile("2026-05-20")
        assert balance(o, "sponsor/2", "sponsor_credit") == 4 * 16800, "June to September"
        text = o.explain("worker/5")
        assert "The worker died on 10 May 2026." in text and "Months after that are credit again." in text, text
        o.run("rini", "worker", "died", 5, "--undo", "--note", "orang lain")
        assert len(queued(o, "S13")) == 1
        o.run("rini", "worker", "died", 5, "--undo", "--note", "orang lain", code=1)
        o.reconcile("2026-05-20")
        text = o.explain("worker/5")
        assert "promised to pay April 2026 to March 2027" in text and "has a place" in text, text
        assert "The money is credit of Dinsos Demak" in text, "the months are paid again"
        assert balance(o, "sponsor/2", "sponsor_credit") == 0
        true_books(o)


def test_the_list_of_workers_tells_the_cover():
    """In the words of explain: what the insurer confirmed is AKTIF, what money alone pays is not."""
    with story.office() as o:
        story.begin(o)
        cover = lambda: {w["id"]: w["cover"] for w in rows(o, "worker", "list")}  # noqa: E731
        assert set(cover().values()) == {"none"}, cover()
        story.spring(o)
        told = cover()
        assert told[1] == "AKTIF until 2026-05-31, paid until 2026-06-30", told
        assert told[3] == "not AKTIF, paid until 2026-06-30" and told[9] == "none", told
        assert "AKTIF until 31 May 2026" in o.explain("worker/1") and "NOT AKTIF" in o.explain("worker/3")
        o.at("2026-06-20 09:00")
        assert cover()[1] == "not AKTIF, paid until 2026-06-30", cover()
        o.run("rini", "worker", "died", 6, "--date", "2026-05-11", "--note", "akta")
        o.at("2026-07-20 09:00")
        told = cover()
        assert (told[1], told[3], told[6]) == ("none, ended 2026-05-31", "none", "died"), told
        assert "AKTIF until" not in o.run("rini", "worker", "list")


def test_a_place_goes_to_somebody_who_waits():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        waiting = next(w for w in rows(o, "worker", "list") if w["name"].startswith("Wahyu"))
        assert waiting["state"] == "waiting", waiting
        o.run("rini", "pledge", "revise", o.company, "--workers", 2, "--note", "dipotong", code=1)
        out = o.run("rini", "worker", "replace", 3, "--by", waiting["ref"], "--note", "pindah kota").strip()
        assert out == "2026-07", out  # April to June are paid
        text = o.explain("worker/4")
        assert "promised to pay July 2026 to March 2027" in text and "has a place" in text, text
        assert "The worker's time in it has ended." in o.explain("worker/3")
        o.reconcile("2026-04-03")
        true_books(o)


def test_terms_are_revised_with_their_history():
    with story.office() as o:
        story.begin(o)
        o.run("rini", "pledge", "revise", o.regency, "--workers", 22000, "--note", "DBHCHT 2025")
        o.run("rini", "programme", "revise", "APBD", "--legal-basis", "Perwal 19/2023", "--note", "revisi")
        assert [b["legal_basis"] for b in rows(o, "programme", "show", "APBD")] == ["SE 1/2026", "Perwal 19/2023"]
        assert "Perwal 19/2023" in o.run("rini", "programme", "list")
        o.run("rini", "programme", "show", "XX", code=3)
        assert "officer rini changed the number of workers (workers=22000 was=4). Reason: DBHCHT 2025" in o.explain(o.regency)


# ---- the insurer ----

def test_the_insurers_list_is_for_its_owner_only():
    with story.office() as o:
        story.begin(o)
        o.at("2026-03-10 09:00")
        o.reconcile("2026-03-10")
        out = o.t.dir / "bpjs.csv"
        assert o.run("rini", "insurer", "export", "--out", out, "--pledge", o.regency).startswith("4 workers")
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        lines = out.read_text().splitlines()
        assert len(lines) == 5 and all(p["nik"] in out.read_text() for p in o.people[4:8]), lines
        assert '"Eko Aminah"' in lines[1] and "2026-04,2027-03" in lines[1], lines
        o.run("rini", "insurer", "export", "--out", out, code=1)  # never over a file
        rest = o.t.dir / "rest.csv"
        assert o.run("rini", "insurer", "export", "--out", rest).startswith("4 workers"), "not the one who waits"
        assert o.run("rini", "insurer", "export", "--out", o.t.dir / "none.csv").startswith("0 workers")
        assert not (o.t.dir / "none.csv").exists()
        everything = b"".join(f.read_bytes() for f in o.t.dir.glob("payung.db*"))
        assert not any(p["nik"].encode() in everything for p in o.people)
        o.run("rini", "insurer", "export", "--out", o.t.dir / "no.csv", "--pledge", "ZZZZZZ", code=3)
        assert not (o.t.dir / "no.csv").exists()
        assert "went to the insurer on 10 March 2026" in o.explain("worker/5")


def test_a_lost_list_is_written_again():
    """The same bytes, whatever has changed since; in the columns that the configuration wants."""
    with story.office() as o:
        story.begin(o)
        o.at("2026-03-10 09:00")
        o.reconcile("2026-03-10")
        first, again = o.t.dir / "bpjs.csv", o.t.dir / "lagi.csv"
        said = o.run("rini", "insurer", "export", "--out", first, "--pledge", o.regency)
        assert said.startswith("4 workers, list 1"), said
        assert first.read_text().startswith("nik,name,born,sex,occupation,area,pledge,from,to,worker\n")
        with open(o.t.conf, "a") as conf:
            conf.write('scheme { insurer_columns = "Nama Lengkap = name, No KTP = nik, Mulai=from" }\n')
        o.at("2026-05-20 09:00")
        o.run("rini", "worker", "died", 6, "--date", "2026-05-11", "--note", "akta")
        o.reconcile("2026-05-20")
        assert o.run("rini", "insurer", "export", "--out", again, "--again", 1).startswith("4 workers, list 1")
        assert again.read_bytes() == first.read_bytes() and stat.S_IMODE(again.stat().st_mode) == 0o600
        rest = o.t.dir / "rest.csv"
        assert o.run("rini", "insurer", "export", "--out", rest).startswith("4 workers, list 2"), "nobody was sent anew"
        lines = rest.read_text().splitlines()
        assert lines[0] == "Nama Lengkap,No KTP,Mulai", lines
        assert lines[1] == f'"{o.people[0]["name"]}",{o.people[0]["nik"]},2026-04', lines
        o.run("rini", "insurer", "export", "--out", o.t.dir / "no.csv", "--again", 9, code=3)
        o.run("rini", "insurer", "export", "--out", o.t.dir / "no.csv", "--again", 1, "--pledge", o.company, code=2)
        assert not (o.t.dir / "no.csv").exists()
        everything = b"".join(f.read_bytes() for f in o.t.dir.glob("payung.db*"))
        assert not any(p["nik"].encode() in everything for p in o.people)
        o.t.conf.write_text(o.t.conf.read_text().replace("= name,", "= nama,"))
        o.run("rini", "insurer", "export", "--out", o.t.dir / "no.csv", code=1)
        assert "insurer_columns" in o.stderr and "'Nama Lengkap" in o.stderr, o.stderr
        o.run("rini", "audit", "verify")


# ---- issues, the books ----

def test_an_issue_says_what_to_do():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        if not [i for i in rows(o, "issue", "list") if i["kind"] == "AMBIGUOUS"]:
            sql(o, "INSERT INTO issue (kind, subject, detail, raised_at) VALUES (4, 'payment/2', 'reason=nothing', 1)")
        issue = next(i for i in rows(o, "issue", "list") if i["kind"] == "AMBIGUOUS")
        text = o.run("rini", "issue", "show", issue["id"])
        assert "payung payment assign 2 --pledge REF" in text and "payung explain payment/2" in text, text
        assert o.run("rini", "issue", "list", "--kind", "PU_MEMBER", json_out=True) == []
        o.run("rini", "issue", "list", "--kind", "NONSENSE", code=2)
        assert f"Issue {issue['id']} is open" in o.explain("payment/2")
        o.run("rini", "issue", "resolve", issue["id"], "--note", "ditanyakan")
        o.run("rini", "issue", "resolve", issue["id"], "--note", "ditanyakan", code=3)
        assert issue["id"] not in [i["id"] for i in rows(o, "issue", "list")]
        settled = next(i for i in rows(o, "issue", "list", "--all") if i["id"] == issue["id"])
        assert settled["resolved_by"] == "rini" and settled["state"] == "resolved", settled


def test_books_that_were_touched_are_found():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        assert o.run("rini", "books", "verify", json_out=True)["ok"] is True
        o.run("rini", "balance", "--sponsor", 99, code=3)
        o.run("rini", "balance", "--sponsor", 1, "--pledge", o.company, code=2)
        sql(o, "UPDATE ledger_balance SET amount = amount - 1 WHERE account = 5")
        o.run("rini", "books", "verify", code=1)
        assert "balance is not the sum" in o.stderr, o.stderr
        assert "This does NOT balance." in o.explain(o.company, code=1)


def test_five_reconciles_at_once_all_end_well():
    """A timer and clerks in five terminals: each comes to a clear end, and together they did what one does."""
    def money(o):
        return (sql(o, "SELECT id, state, used FROM payment"), sql(o, "SELECT account, owner, amount FROM ledger_balance"),
                sql(o, "SELECT worker, month, amount FROM coverage_month"), sql(o, "SELECT kind, subject FROM issue"),
                sql(o, "SELECT template_id, msisdn FROM outbox ORDER BY template_id, msisdn"))
    seen = []
    for processes in (1, 5):
        with story.office() as o:
            story.begin(o)
            o.at("2026-03-20 09:00")
            o.bank("maret.csv", *[(f"{d:02d}-03-2026", "25200", f"IURAN {o.company} KE {d}", "PT SUMBER", "1230004561")
                                  for d in range(2, 14)], ("16-03-2026", "50400", "TITIP IURAN", "SARI", "7770001"))
            argv = [BUILD / "payung", "--config", o.t.conf, "reconcile", "--as-of", "2026-03-20"]
            running = [subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=dict(os.environ, **o.t.env)) for _ in range(processes)]
            ends = [(p.communicate(timeout=120), p.returncode) for p in running]
            assert all(code == 0 for _, code in ends), ends
            assert all("The books balance" in out for (out, _), _ in ends), ends
            assert len(sql(o, "SELECT id FROM run")) == 1
            assert sum("nothing to do" not in out for (out, _), _ in ends) == 1, ends
            o.run("rini", "books", "verify")
            seen.append(money(o))
    # references are drawn at random, so texts and subjects with one differ; these have none
    assert seen[0] == seen[1], seen


def test_a_reconcile_that_was_killed_does_not_bar_the_next():
    with story.office() as o:
        story.begin(o)
        path = o.t.dir / "payung.db.reconcile"
        with open(path, "a") as held:  # somebody who holds the lock and dies of it
            fcntl.flock(held, fcntl.LOCK_EX)
            p = subprocess.Popen([BUILD / "payung", "--config", o.t.conf, "reconcile"], stderr=subprocess.PIPE, text=True,
                                 stdout=subprocess.PIPE, env=dict(os.environ, **o.t.env))
            assert "waiting for another payung reconcile" in p.stderr.readline()
        out, err = p.communicate(timeout=120)
        assert p.returncode == 0 and "books balance" in out, (out, err)


def test_a_day_to_come_is_only_looked_at():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        before = sql(o, "SELECT id, state FROM allocation") + sql(o, "SELECT id, as_of FROM run")
        o.run("rini", "reconcile", "--as-of", "2026-04-04", code=2)
        assert "still to come" in o.stderr, o.stderr
        o.run("rini", "reconcile", "--as-of", "2027-12-31", "--dry-run")
        assert sql(o, "SELECT id, state FROM allocation") + sql(o, "SELECT id, as_of FROM run") == before
        o.reconcile("2026-04-03")


def test_names_of_things_to_explain():
    with story.office() as o:
        story.begin(o)
        story.spring(o)
        o.explain("worker/99", code=3)
        o.run("rini", "explain", "worker/x", code=2)
        assert o.explain(f"pledge/{o.company}/2026-07") == o.explain(o.company.lower())
        assert o.explain("0812-0000-0001") == o.explain(o.company)  # a sponsor's phone
        ref = rows(o, "worker", "list")[0]["ref"]
        assert o.explain(ref) == o.explain("worker/1")
        told = o.run("rini", "explain", "worker/1", json_out=True)
        assert told["balanced"] is True and {"who", "promise", "money", "insurer", "sums"} <= {
            l["part"] for l in told["lines"]}, told


if __name__ == "__main__":
    Suite.main(globals())
