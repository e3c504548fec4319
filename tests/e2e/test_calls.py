#!/usr/bin/env python3
"""Missed calls: free for the caller, a sign of life for us. Never answered, refused at once; what is sent or
comes in meanwhile is not touched."""

import sqlite3

from pair import pair
from town import Suite, town

JULY = 2026 * 12 + 6
LINKED = 1782864000  # 2026-07-01 00:00 UTC


def store(t):
    return sqlite3.connect(t.dir / "payung.db", isolation_level=None)


def heard(t, phone):
    with store(t) as db:
        row = db.execute("SELECT heard_at FROM phone WHERE msisdn = ?", (phone,)).fetchone()
    return row[0] if row else None


def linked(t, n, phone):
    """A worker whose cover goes on for long and whose phone has been silent since it was linked."""
    with store(t) as db:
        db.execute("INSERT INTO worker (id, nik, nik_key, nik_hash, name, born, sex, job, area, created_at)"
                   " VALUES (?, zeroblob(56), 1, ?, ?, '1980-01-01', 1, 2, '332101', ?)",
                   (n, n.to_bytes(32, "big"), f"SITI {n}", LINKED))
        db.execute("INSERT INTO phone_link (msisdn, worker, linked_at) VALUES (?, ?, ?)", (phone, n, LINKED))
        for month in range(JULY, JULY + 24):
            db.execute("INSERT INTO coverage_month (worker, month, package, confirmed_day) VALUES (?, ?, 0, ?)",
                       (n, month, LINKED // 86400))


def calls(t, phone, modem="a", rings=3):
    """The call was refused by the time this returns."""
    before = count(t, "rejected")
    t.sim(f"call {phone} {modem} {rings}")
    t.sim(f"await rejected {before + 1} 30 {modem}")


def count(t, event, modem="a"):
    return next(int(line.split()[1]) for line in t.sim(f"counts {modem}") if line.split()[0] == event)


def test_who_calls_is_not_asked_whether_the_number_is_still_theirs():
    caller, silent = "+6281300000001", "+6281300000002"
    with town(clock="2026-12-20 09:00") as t:
        linked(t, 1, caller)
        linked(t, 2, silent)
        t.start()
        calls(t, caller)
        t.wait_for(lambda: heard(t, caller) == t.clock.now, "the call is a sign of life")
        t.at("2026-12-29 09:00")
        text = t.wait_for(lambda: t.inbox(silent), "the silent one is asked")[0]
        assert "masih dipakai SITI? Balas YA atau BUKAN" in text, text
        assert t.inbox(caller) == [], "a call is not answered, and who called is not asked"


def test_a_call_takes_back_the_question_that_waits():
    phone = "+6281300000001"
    with town(clock="2026-12-20 09:00") as t:
        linked(t, 1, phone)
        t.start()
        t.sim("modem set a registration 0")
        t.sim("modem fail a CMGS cms=331")
        t.at("2026-12-29 09:00")
        t.wait_for(lambda: t.payung("outbox", "list", json_out=True), "the question waits")
        t.sim("modem set a registration 1")
        calls(t, phone)
        t.wait_for(lambda: heard(t, phone) == t.clock.now, "the call is a sign of life")
        t.sim("modem heal a")
        t.at("2026-12-30 09:00")
        t.wait_for(lambda: [r["state"] for r in t.payung("outbox", "list", json_out=True)] == ["cancelled"],
                   "the question is taken back")
        assert t.inbox(phone) == []


def test_strangers_and_withheld_numbers_leave_nothing():
    with town() as t:
        t.start()
        t.sim("modem set a ring-time 10")
        calls(t, "+6281399999999")
        t.sim("call withheld a 2")
        t.sim("await missed 1 30 a")
        calls(t, "+442079460000", rings=1000)
        t.text("+6281300000001", "BANTU", expect="Perintah")  # what came before it is dealt with
        with store(t) as db:
            assert db.execute("SELECT msisdn FROM phone").fetchall() == [("+6281300000001",)]
            assert db.execute("SELECT count(*) FROM inbox").fetchone() == (1,)
            assert db.execute("SELECT count(*) FROM outbox").fetchone() == (1,)


def test_calls_touch_no_text():
    """a rings before, in and after sends, in the middle of replies; each text is answered once."""
    with pair() as p:
        p.sim("modem set a ring-time 1")
        p.sim("modem set a network 20")
        for _ in range(15):
            phone = p.asks("a", answered=False)
            p.sim(f"call {phone} a 2")
            p.gets_answer(phone)
            p.t.wait_for(lambda: count(p.t, "rejected") + count(p.t, "missed") == count(p.t, "called"), "it rings off")
        p.sim("modem set a urc-in-reply inside urc-text \"+CLIP: 6281300000001,145\"")
        for _ in range(5):
            p.asks("a")
        p.sim("modem set a urc-in-reply off")
        assert p.line()["restarts"] == 0
        p.is_back()


def test_a_modem_that_knows_no_calls():
    """a: refuses or ignores AT+CLIP and AT+CHUP; it works as ever."""
    for what in ("error", "ignore"):
        with pair(start=False) as p:
            p.sim(f"modem fail a CLIP {what}")
            p.t.start()
            p.sim(f"modem fail a CHUP {what}")
            p.sim('say a \\r\\nRING\\r\\n\\r\\n+CLIP: \\x22+6281300000001\\x22,145\\r\\n')
            p.asks("a")
            p.sim("modem heal a")
            p.is_back()


def test_what_knows_no_chup_knows_ath():
    with town() as t:
        t.sim("modem fail a CHUP error")
        t.start()
        calls(t, "+6281300000001")


def test_it_rings_while_the_line_comes_up():
    with pair() as p:
        p.t.stop()
        p.sim("modem set a ring-time 1000")
        p.sim("call +6281300000001 a 8")  # the modem remembers AT+CLIP=1
        p.t.start()
        p.asks("a")
        p.is_back()


Suite.main(globals())
