#!/usr/bin/env python3
"""Faults of a running modem. Two modems: the fault hits a, b works on all the while; what becomes of
a is said in each test. Nothing is lost, nothing is handled twice (judge)."""

import os
import signal

from judge import Flight, judge
from pair import pair, worker_of
from town import Suite


def test_latency_costs_only_the_slow_modem():
    """a: answers late by itself; nothing to recover."""
    with pair() as p:
        p.sim("modem set a latency 150")
        slow = p.asks("a", answered=False)
        quick = p.asks("b")
        p.gets_answer(slow)
        shown = [f["phone"] for f in Flight(p.sim.flight()).of("complete")]
        assert shown.index(quick) < shown.index(slow), shown
        p.is_back()


def test_network_time():
    """a: what comes in during a send is answered after it; nobody else waits for the send."""
    with pair() as p:
        p.sim("modem set a network 3000")
        first = p.asks("a", answered=False)
        p.sim("await accepted 1 30 a")
        second = p.asks("a", answered=False)
        quick = p.asks("b")
        p.gets_answer(first)
        shown = [f["phone"] for f in Flight(p.sim.flight()).of("complete")]
        assert shown.index(quick) < shown.index(first), shown
        p.sim("modem set a network 100")
        p.gets_answer(second)
        p.is_back()


def test_temporary_errors_are_retried():
    """a: the text goes out at a later try, once."""
    with pair() as p:
        for error in ("cms=38", "cms=331", "cme=14", "error"):
            p.sim(f"modem fail a CMGS {error} next=1")
            phone = p.asks("a", answered=False)
            p.b_works()
            p.gets_answer(phone)
            p.is_quiet()
            row, = p.outbox(msisdn=phone)
            assert row["attempts"] >= 2 and row["state"] in ("sent", "delivered"), (error, row)
        assert p.line()["restarts"] == 0
        p.is_back()


def test_permanent_errors_fail_the_text_alone():
    """a: the text fails for good, is shown with its cause, is not tried again; the next one goes."""
    with pair() as p:
        for error, cause in (("cms=1", "+CMS ERROR 1"), ("cms=304", "+CMS ERROR 304"), ("cme=50", "+CME ERROR 50")):
            p.sim(f"modem fail a CMGS {error} next=1")
            phone = p.person()
            p.t.text(phone, "BANTU", to="a")
            p.t.wait_for(lambda f=phone: p.outbox(msisdn=f, state="failed"), "the answer fails")
            p.b_works()
            p.asks("a")
            row, = p.outbox(msisdn=phone)
            assert row["cause"] == cause and row["attempts"] == 1, row
            assert p.t.inbox(phone) == [] and len(Flight(p.sim.flight()).sent_to(phone)) == 1
        assert p.line()["restarts"] == 0


def test_mute_modem():
    """a: a command without answer ends its worker; it is tried again with back-off and works as soon
    as the modem talks. What lay on the SIM meanwhile is found by the scan at start."""
    with pair(limits="scan_every_s = 1\nconnect_timeout_s = 20") as p:
        home = p.asks("a")
        p.is_quiet()
        p.sim("modem set a mute on")
        p.reaches("down|starting")
        p.t.payung("send", home, "dari kantor")
        waiting = p.asks("a", answered=False)
        p.b_works()
        p.sim("modem heal a")
        p.gets_answer(waiting)
        p.t.wait_for(lambda: "dari kantor" in p.t.inbox(home), "the office's text")
        assert p.t.inbox(home).count("dari kantor") == 1
        p.b_works()


def test_garbage_on_the_line():
    """a: noise between and within lines; what it spoils is read or sent again."""
    with pair(limits="send_timeout_s = 2\nconnect_timeout_s = 20") as p:
        p.sim("modem set a garbage 8")
        phones = [p.asks("a", answered=False) for _ in range(5)]
        p.b_works()
        for phone in phones:
            p.t.wait_for(lambda f=phone: p.t.inbox(f) or p.outbox(msisdn=f, state="unknown"), f"{phone}'s answer")
        p.sim("modem heal a")
        p.is_back()


def test_split_and_glued_lines():
    """a: bytes in ones to threes, then many lines in one read; nothing to recover."""
    with pair() as p:
        for fault in ("split on", "glue 60", "split on glue 5"):
            p.sim("modem heal a")
            p.sim(f"modem set a {fault}")
            p.asks("a")
            p.b_works()
        assert p.line()["restarts"] == 0
        p.is_back()


def test_indications_inside_replies():
    """a: a foreign line between or inside the lines of an answer; nothing to recover."""
    with pair() as p:
        for where in ("between", "inside"):
            for word in ("^RSSI:18", "+CREG:1", "RING"):
                p.sim(f'modem set a urc-in-reply {where} urc-text "{word}"')
                p.asks("a")
            p.b_works()
        p.sim("modem heal a")
        p.is_back()


def test_text_arrives_during_replies():
    """a: +CMTI of a new text amid the answer that reads another; both are handled."""
    with pair() as p:
        p.sim("modem set a latency 30")
        phones = [p.asks("a", answered=False) for _ in range(8)]
        p.b_works()
        for phone in phones:
            p.gets_answer(phone)
        p.is_back()


def test_unplugged_and_back_under_another_name():
    """a: its device is a pattern; the worker sees the hang-up at once and is started anew on the
    name that appears."""
    with pair(conf_modems='modem "a" { device = "sim/a*" }\nmodem "b" { device = "sim/b" }') as p:
        p.asks("a")
        p.is_quiet()
        line = p.line()["line"]
        p.sim("unplug a")
        p.reaches("down", trouble="no device")
        waiting = p.asks("a", answered=False)
        p.b_works()
        p.sim("plug a as a7")
        p.gets_answer(waiting)
        assert p.line()["device"].endswith("/sim/a7") and p.line()["line"] == line, p.line()
        p.is_back()


def test_unplugged_while_sending():
    """a: the text on the air is unknown and not sent again; what waited behind it goes when the
    modem is back."""
    with pair() as p:
        p.sim("modem set a network 600000")
        lost = p.asks("a", answered=False)
        p.sim("await accepted 1 30 a")
        behind = p.asks("a", answered=False)
        p.sim("unplug a")
        p.sim("modem heal a")
        p.reaches("down")
        p.b_works()
        p.sim("plug a")
        p.gets_answer(behind)
        assert p.is_back() == {lost}
        assert p.t.inbox(lost) == []
        assert {f["to"] for f in Flight(p.sim.flight()).sends.values() if "dropped" in f["ends"]} == {lost}


def test_another_sim_in_the_slot():
    """a: the new SIM is a new line at once; with the old one the old line is back."""
    with pair() as p:
        p.asks("a")
        p.is_quiet()
        old = p.line()["line"]
        p.sim("sim a imsi=510100000000009,number=+6281100000009")
        p.t.wait_for(lambda: p.line()["state"] == "up" and p.line()["line"] not in (0, old), "a new line")
        fresh = p.line()["line"]
        phone = p.asks("+6281100000009")
        assert {r["line"] for r in p.outbox(msisdn=phone)} == {fresh}
        p.b_works()
        p.is_quiet()
        p.sim("sim a imsi=510100000000001")
        p.t.wait_for(lambda: p.line()["state"] == "up" and p.line()["line"] == old, "the old line")
        p.is_back()


def test_sim_changes_places():
    """The SIM of b moves into a: its line moves along; b is down for want of a SIM."""
    with pair() as p:
        p.asks("b")
        p.is_quiet()
        was = p.line("b")["line"]
        p.sim("sim a imsi=510100000000002")
        p.t.wait_for(lambda: p.line("a")["state"] == "up" and p.line("a")["line"] == was, "the line is in a")
        p.asks("a")
        judge(p.t, p.texts)


def test_full_store():
    """a: the network keeps what does not fit and brings it as slots are emptied."""
    with pair(",slots=2", start=False) as p:
        phones = [p.asks("a", answered=False) for _ in range(9)]
        assert Flight(p.sim.flight()).of("full", modem="a")
        p.t.start()
        p.b_works()
        for phone in phones:
            p.gets_answer(phone)
        p.sim("await empty 30 a")
        p.is_back()


def test_slot_reuse():
    """a: a new text lies in the slot just emptied, by lowest and by rotating numbers."""
    with pair(",slots=3") as p:
        for how in ("lowest", "rotate"):
            p.sim(f"modem set a reuse {how}")
            phones = [p.asks("a", answered=False) for _ in range(7)]
            p.b_works()
            for phone in phones:
                p.gets_answer(phone)
        p.sim("await empty 30 a")
        p.is_back()


def test_lost_answer_to_delete_and_slot_reuse():
    """a: whether the slot was emptied is not known; it is read again, and the next text, which lies
    in the same slot, is not deleted in its place."""
    with pair() as p:
        p.sim("modem fail a CMGD lose next=1")
        p.asks("a")
        p.sim("await deleted 1 30 a")
        second = p.asks("a", answered=False)
        p.b_works()
        p.gets_answer(second)
        slots = [f["slot"] for f in Flight(p.sim.flight()).of("stored", modem="a") if "hash" in f]
        assert slots[:2] == ["1", "1"], slots
        p.sim("await empty 60 a")
        p.is_back()


def test_refused_delete():
    """a: the text stays on the SIM, is tried again and has no second effect."""
    with pair() as p:
        p.sim("modem fail a CMGD cms=320 next=2")
        p.asks("a")
        p.b_works()
        p.sim("await empty 30 a")
        p.is_back()


def test_duplicate_notification():
    """a: told twice of each text; it is read and handled once."""
    with pair() as p:
        p.sim("modem set a cmti twice")
        for _ in range(3):
            p.asks("a")
        p.b_works()
        p.sim("await empty 30 a")
        p.is_back()


def test_no_notification():
    """a: never told; the scan every scan_every_s finds the texts."""
    with pair(limits="scan_every_s = 1") as p:
        p.sim("modem set a cmti none")
        for _ in range(2):
            p.asks("a")
        p.b_works()
        p.is_back()


def test_poison():
    """a: a unit that cannot be decoded is kept for the operator and deleted; the line does not even
    restart. Texts before and behind it are handled."""
    kinds = ["dcs20", "udl", "smsc", "udhl", "ton", "mti"]
    raw = ["00", "FF", "0791" + "00" * 6, "07912618010000F0" + "FF" * 40, "00" * 175, "07912618010000F004"]
    with pair() as p:
        before = p.asks("a", answered=False)
        for kind in kinds + [f"raw {h}" for h in raw]:
            p.sim(f"poison a {kind}")
        p.sim("poison a cds600")
        behind = p.asks("a", answered=False)
        p.b_works()
        p.gets_answer(before)
        p.gets_answer(behind)
        p.sim("await empty 30 a")
        rows = p.t.payung("inbox", "list", json_out=True)
        odd = [r for r in rows if r["sender"] not in p.texts]
        p.t.wait_for(lambda: p.line()["state"] == "up", "a is up")
        assert p.line()["restarts"] == 0, p.line()
        kept = [r for r in odd if r["state"] == "poison"]
        assert len(kept) >= 8 and all(r["state"] in ("poison", "ignored", "handled") for r in odd), odd
        assert all(r["text"] for r in kept), "each says why"
        p.b_works()
        p.asks("a")


def test_slot_that_kills_two_workers():
    """a: killed twice while it reads one slot; the third worker saves that unit unread, deletes it,
    and the line works on."""
    with pair() as p:
        p.sim("modem fail a CMGR lose next=2")
        p.t.text("+628150000002", "BANTU", to="a")
        for death in (1, 2):
            p.t.wait_for(lambda n=death: len(Flight(p.sim.flight()).of("read", modem="a", via="CMGR")) >= n, "being read")
            os.kill(worker_of(p.t, "a"), signal.SIGKILL)
            p.b_works()
            p.t.wait_for(lambda n=death: p.line()["restarts"] >= n, "a new worker")
        p.sim("await empty 30 a")
        row, = [r for r in p.t.payung("inbox", "list", json_out=True) if r["state"] == "poison"]
        assert "unread" in row["text"], row
        p.is_back()


def test_lost_answer_to_send():
    """a: after send_timeout_s the text is unknown, the worker starts anew; it is not sent twice."""
    with pair(limits="send_timeout_s = 1") as p:
        p.sim("modem fail a CMGS lose next=1")
        lost = p.asks("a", answered=False)
        p.t.wait_for(lambda: p.outbox(msisdn=lost, state="unknown") or p.outbox(msisdn=lost, state="delivered"),
                     "unknown, or proved by the report")
        p.b_works()
        p.restarted(1)
        p.is_back()
        assert len(p.t.inbox(lost)) == 1
        assert len(Flight(p.sim.flight()).sent_to(lost)) == 1


def test_lost_answer_without_report_stays_unknown():
    """a: as above, but no delivery report tells: the text stays unknown."""
    with pair(limits="send_timeout_s = 1") as p:
        p.sim("modem set a report never")
        p.sim("modem fail a CMGS lose next=1")
        lost = p.asks("a", answered=False)
        p.t.wait_for(lambda: p.outbox(msisdn=lost, state="unknown"), "unknown")
        p.b_works()
        p.restarted(1)
        assert p.is_back() == {lost}


def test_ignored_send():
    """a: no prompt comes; libgammu gives up after half a minute; the text was never on the air, goes
    back to the queue and out, once."""
    with pair(limits="send_timeout_s = 2\nconnect_timeout_s = 20") as p:
        p.sim("modem fail a CMGS-PROMPT lose next=1")
        phone = p.asks("a", answered=False)
        p.b_works()
        p.gets_answer(phone, patience=90)
        assert p.is_back() == set()


def test_reboot():
    """a: the modem restarts by itself and is gone for a while; the worker waits for the device."""
    with pair(",boot-time=300") as p:
        p.asks("a")
        p.is_quiet()
        p.sim("reboot a")
        waiting = p.asks("a", answered=False)
        p.b_works()
        p.gets_answer(waiting)
        p.restarted(1)
        p.is_back()


def test_hung_worker():
    """a: a worker that does not answer for three times ping_s is killed and started anew."""
    with pair(limits="ping_s = 1") as p:
        p.asks("a")
        p.is_quiet()
        pid = worker_of(p.t, "a")
        os.kill(pid, signal.SIGSTOP)
        waiting = p.asks("a", answered=False)
        p.b_works()
        p.gets_answer(waiting)
        assert worker_of(p.t, "a") != pid
        p.is_back()


def test_killed_worker():
    """a: a worker that crashes is started anew after a second; what it had not started goes out."""
    with pair() as p:
        for _ in range(2):
            p.is_quiet()
            os.kill(worker_of(p.t, "a"), signal.SIGKILL)
            waiting = p.asks("a", answered=False)
            p.b_works()
            p.gets_answer(waiting)
        p.restarted(2)
        p.is_back()


Suite.main(globals())
