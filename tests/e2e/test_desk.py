#!/usr/bin/env python3
"""The officers' desk: batches are accepted and rejected, cadres come and go, cases reach duty phones
and are closed by them, a dead line is told through another. Time is moved in the store."""

import sqlite3

from town import Suite, town

WORKER, SECOND, OFFICER, DEPUTY = "+6281234567890", "+6281234567891", "+628111000001", "+628111000002"
NIK, NIK_2 = "3321024107900003", "3321020202850002"
TWO_LINES = ("a,imsi=510100000000001,imei=350000000000001,number=+6281100000001",
             "b,imsi=510100000000002,imei=350000000000002,number=+6281100000002")


def sql(t, words, *values):
    """Somebody with a database tool beside the live daemon."""
    with sqlite3.connect(t.dir / "payung.db", timeout=30) as db:
        return db.execute(words, values).fetchall()


def register_open(t, phone, code, nik, name="SITI AMINAH"):
    t.text(phone, f"DAFTAR {code}", expect="Balas 16 angka NIK")
    t.text(phone, nik, expect="nama lengkap")
    t.text(phone, f"NAMA {name}", expect="Pekerjaan")
    t.text(phone, "2", expect="Balas YA")
    t.text(phone, "YA", expect="kami terima")


def got(t, phone, words):
    """Waits for a text that nobody asked for."""
    return t.wait_for(lambda: next((x for x in t.inbox(phone) if words in x), None), f"{phone} gets {words!r}")


def rows(t, *words):
    return t.payung(*words, json_out=True)


def on_duty(t, phone, area="all", position=1):
    t.payung("duty", "add", "--phone", phone, "--area", area, "--name", "Bu Rini", "--position", position)


def the_case(t):
    return t.wait_for(lambda: rows(t, "callback", "list"), "a case")[0]


# ---- batches ----

def test_accepting_a_batch_makes_the_phone_the_workers():
    with town() as t:
        codes = t.codes(t.pledge(), 2)
        t.start()
        register_open(t, WORKER, codes[0], NIK)
        assert [r["undecided"] for r in rows(t, "batch", "list")] == [1]
        shown, = rows(t, "batch", "show", 1)
        assert shown["born"] == "1990-07-01" and shown["doubts"] == "" and shown["state"] == "recorded", shown
        assert NIK not in str(shown)
        done, = rows(t, "batch", "accept", 1)
        assert done["state"] == "accepted", done
        got(t, WORKER, f"Pendaftaran no {done['ref']} diterima")
        worker, = rows(t, "worker", "show", WORKER)
        assert worker["id"] > 0 and worker["state"] == "registered", worker
        t.text(WORKER, "STATUS", expect="STATUS: BELUM AKTIF. SITI AMINAH")
        assert rows(t, "batch", "accept", 1) == []
        t.payung("batch", "accept", 9, code=3)
        t.payung("batch", "accept", "D4F7K2", code=2)
        t.payung("audit", "verify")


def test_what_is_doubtful_needs_its_name():
    with town() as t:
        ref = t.pledge()
        t.named(ref, [(NIK, "Bambang Sutrisno", "", "1", "332102")])
        named = sql(t, "SELECT code FROM code")[0][0]
        codes = t.codes(ref, 3)
        t.start()
        t.text(SECOND, f"DAFTAR {named}", expect="Terima kasih Bambang")
        register_open(t, WORKER, codes[0], NIK)
        register_open(t, WORKER, codes[1], NIK_2, "DEWI SARTIKA")
        batch = next(b["id"] for b in rows(t, "batch", "list") if b["kind"] == "open")
        result = {r["name"]: r for r in rows(t, "batch", "accept", batch)}
        assert result["DEWI SARTIKA"]["state"] == "accepted", result
        doubtful = result["SITI AMINAH"]
        assert doubtful["state"] == "doubtful", doubtful
        assert doubtful["doubts"] == "known nik, other name, other phone", doubtful
        # The worker's own phone decides, not an officer at a distance.
        t.payung("batch", "accept", batch, "--ref", doubtful["ref"], code=1)
        shown = {r["name"]: r for r in rows(t, "batch", "show", batch)}["SITI AMINAH"]
        assert shown["state"] == "held" and shown["reason"] == "other phone", shown
        assert sql(t, "SELECT count(*) FROM worker") == [(2,)]


def test_a_rejected_registration_is_told_why():
    with town() as t:
        codes = t.codes(t.pledge(workers=1), 2)
        t.start()
        register_open(t, WORKER, codes[0], NIK)
        t.text(SECOND, f"DAFTAR {codes[1]}", expect="Balas 16 angka NIK")
        t.text(SECOND, NIK_2, expect="nama lengkap")
        t.text(SECOND, "NAMA DEWI SARTIKA", expect="Pekerjaan")
        t.text(SECOND, "2", expect="Balas YA")
        t.text(SECOND, "YA", expect="daftar tunggu")
        first, second = rows(t, "batch", "show", 1)
        t.payung("batch", "accept", 1, "--ref", second["ref"])
        assert len(t.inbox(SECOND)) == 5  # who waits was told so already
        t.payung("batch", "reject", first["ref"], "--reason", "MUNGKIN", code=2)
        t.payung("batch", "reject", first["ref"], "--reason", "umur")
        got(t, WORKER, "SITI AMINAH, pendaftaran belum bisa diterima: umur di luar syarat")
        got(t, SECOND, f"Pendaftaran no {second['ref']} diterima")  # the place went on
        t.text(WORKER, "STATUS", expect="belum terdaftar")
        t.payung("batch", "reject", first["ref"], "--reason", "umur", code=1)
        t.payung("batch", "reject", "ZZZZZZ", "--reason", "umur", code=3)


# ---- cadres ----

def test_cadres_come_and_go():
    with town() as t:
        t.payung("cadre", "add", "--phone", "081234567890", "--name", "Bu Tini", "--area", "3321")
        t.payung("cadre", "add", "--phone", "081234567890", "--name", "Bu Tini", "--area", "3321", code=1)
        t.payung("cadre", "add", "--phone", "081234567891", "--name", "Bu Tini", "--area", "Demak", code=2)
        cadre, = rows(t, "cadre", "list")
        assert cadre["phone"] == WORKER and cadre["area"] == "3321" and cadre["ended_at"] == "", cadre
        t.payung("cadre", "end", "--phone", "081234567890")
        t.payung("cadre", "end", "--phone", "081234567890", code=3)
        assert rows(t, "cadre", "list")[0]["ended_at"]
        t.payung("cadre", "add", "--phone", "081234567890", "--name", "Bu Tini", "--area", "3321")
        assert rows(t, "cadre", "list")[0]["ended_at"] == ""


# ---- cases ----

def test_a_claim_reaches_the_duty_phone_in_its_own_transaction():
    with town() as t:
        named, = t.named(t.pledge(), [(NIK, "Siti Aminah", WORKER, "1", "332102")])
        on_duty(t, DEPUTY, "all")
        on_duty(t, OFFICER, "33.21")
        t.start()
        t.text(WORKER, f"DAFTAR {named}", expect="Terima kasih")
        t.text(WORKER, "MENINGGAL", expect="turut berduka")
        case = the_case(t)
        assert case["kind"] == "CLAIM_DEATH" and case["area"] == "332102" and case["worker"] == 1, case
        assert case["told_to"] == OFFICER and case["told_at"] == case["opened_at"], case
        told = got(t, OFFICER, case["ref"])
        assert "klaim meninggal dari 081234567890" in told, told
        # Both texts were created by the same commit: same second, the inbox row handled in it.
        made = sql(t, "SELECT o.created_at, i.handled_at FROM outbox o, inbox i WHERE o.key = ? AND i.id = ?",
                   f"case/{case['ref']}/D01/1", case["inbox"])
        assert made[0][0] == made[0][1], made
        # Four hours later without an answer: the next phone, which is told since when.
        sql(t, "UPDATE duty_case SET due_at = 1")
        later = got(t, DEPUTY, "BELUM DITANGANI sejak")
        assert case["ref"] in later, later
        assert rows(t, "callback", "list")[0]["told_to"] == DEPUTY


def test_a_duty_phone_closes_a_case():
    with town(limits="    replies_per_number_day = 2\n") as t:  # no cap keeps a case open
        on_duty(t, OFFICER)
        t.start()
        t.text(WORKER, "LAPOR", expect="Laporan Anda diterima")
        case = the_case(t)
        got(t, OFFICER, case["ref"])
        t.text(OFFICER, "SELESAI ZZZZZZ", expect="ref tidak dikenal")
        t.text(WORKER, f"SELESAI {case['ref']}", expect="")  # no duty phone: nothing is closed
        assert rows(t, "callback", "list")
        t.text(OFFICER, f"selesai {case['ref'].lower()}", expect=f"ref {case['ref']} ditutup")
        assert rows(t, "callback", "list") == []
        closed, = rows(t, "callback", "list", "--all")
        assert closed["state"] == "done" and closed["closed_by"] == OFFICER, closed
        t.text(OFFICER, f"SELESAI  {case['ref']}", expect="sudah ditutup")


def test_without_duty_phones_cases_wait_for_one():
    with town() as t:
        t.start()
        t.text(WORKER, "LAPOR", expect="Laporan Anda diterima")
        case = the_case(t)
        assert case["state"] == "open" and case["told_to"] == "", case
        assert "no duty phone" in t.tail(200)
        on_duty(t, OFFICER)
        got(t, OFFICER, case["ref"])
        t.payung("callback", "done", case["ref"], "--note", "ditelepon, beres")
        t.payung("callback", "done", case["ref"], code=3)
        closed, = rows(t, "callback", "list", "--all")
        assert closed["note"] == "ditelepon, beres", closed
        t.payung("duty", "remove", "--phone", OFFICER)
        t.payung("duty", "remove", "--phone", OFFICER, code=3)
        assert rows(t, "duty", "list") == []


# ---- lines and the sign of life ----

def test_a_dead_line_is_told_once_through_another():
    with town(modems=TWO_LINES) as t:
        on_duty(t, OFFICER)
        t.start()
        t.sim("unplug a")
        t.wait_for(lambda: sql(t, "SELECT 1 FROM outage WHERE modem = 'a'"), "the outage is noted")
        assert not [x for x in t.inbox(OFFICER) if "TERGANGGU" in x]
        sql(t, "UPDATE outage SET since = since - 3600")
        told = got(t, OFFICER, "jalur a TERGANGGU")
        assert "modem tidak terhubung" in told, told
        line, = sql(t, "SELECT l.name FROM outbox o JOIN line l ON l.id = o.line WHERE o.template_id = 'D03'")
        assert line == ("b",), line
        t.sim("plug a")
        t.wait_for(lambda: not sql(t, "SELECT 1 FROM outage"), "the outage is over")
        assert len([x for x in t.inbox(OFFICER) if "TERGANGGU" in x]) == 1


def test_the_sign_of_life_comes_once():
    with town(limits="    heartbeat_minute = 0\n") as t:
        # A day of the service that is neither before its minute nor late: twelve hours from midnight.
        minute = int(sql(t, "SELECT (strftime('%s', 'now') / 60 + 420) % 1440")[0][0])
        t.conf.write_text(t.conf.read_text().replace("heartbeat_minute = 0", f"heartbeat_minute = {minute}"))
        on_duty(t, OFFICER)
        on_duty(t, OFFICER, "3321")
        t.start()
        alive = got(t, OFFICER, "PAYUNG DEMAK hidup")
        assert "SIM terlemah a, pulsa -" in alive and "Masalah terbuka 0" in alive, alive
        t.stop()
        t.start()
        t.text(OFFICER, "BANTU", expect="Perintah")
        t.wait_for(lambda: t.status(), "the daemon answers")
        assert sql(t, "SELECT count(*) FROM outbox WHERE template_id = 'D02'") == [(1,)]


Suite.main(globals())
