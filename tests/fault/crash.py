#!/usr/bin/env python3
"""Crashes at exact places of a text's life: who dies when is arranged by stopping processes and by
a network that takes its time, never by luck."""

import os
import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from verdict import DELIVERED, HANDED, SENT, UNKNOWN, Flight, rows, slots_empty, told_unknown  # noqa: E402
from town import Suite, town  # noqa: E402

SLOW = 1500  # ms on the air: longer than it takes to kill somebody
PHONE, OTHER = "+6281234567890", "+6281234567891"
TWO = ("a,imsi=510100000000001,imei=350000000000001,number=+6281100000001",
       "b,imsi=510100000000002,imei=350000000000002,number=+6281100000002")


class Case:
    """A town with its flight log, up and with quick modems."""

    def __init__(self, t):
        self.t, self.flight = t, Flight(t.sim.log)
        t.start()

    def seen(self, event, **fields):
        return self.t.wait_for(lambda: self.flight.find(event, **fields), f"{event} {fields} in the flight log")

    def state(self, outbox, state):
        def there():
            return rows(self.t, "SELECT state FROM outbox WHERE id = ?", outbox) == [(state,)]
        self.t.wait_for(there, f"outbox {outbox} in state {state}: {self.outbox()}")

    def outbox(self):
        return rows(self.t, "SELECT id, state, cause, body FROM outbox")

    def send(self, phone, text):
        return int(self.t.payung("send", phone, text))

    def stop_daemon(self):
        """It sees nothing any more, its workers go on."""
        self.t.daemon.send_signal(signal.SIGSTOP)

    def restart(self):
        self.t.kill()
        self.t.start()

    def page(self, i=0):
        return self.t.dir / f"payung.db-flight-{i}"

    def times(self, phone, text):
        """How often the network got this text."""
        ids = [e["id"] for e in self.flight.find("accepted", to=phone, text=text)]
        return sum(len(self.flight.find("handed", id=i)) for i in ids)


def page_states(path):
    """States of the records in use: 1 failed, 2 started, 3 sent."""
    data = path.read_bytes()
    records = [data[48 + 32 * i:80 + 32 * i] for i in range(64)]
    return [int.from_bytes(r[12:16], sys.byteorder) for r in records if any(r[12:16])]


def test_answer_that_only_the_page_knows():
    """The modem said +CMGS, payungd died before it could store that: the page tells it, with the
    TP-MR, so that the report finds its text among two that wait for one."""
    with town() as t:
        c = Case(t)
        t.sim(f"phone {PHONE} off")
        first = c.send(PHONE, "Pertama")
        c.state(first, SENT)
        t.sim("modem set a network 400")
        second = c.send(PHONE, "Kedua")
        mr = int(c.seen("accepted", text="Kedua")[0]["mr"])
        c.stop_daemon()
        t.wait_for(lambda: page_states(c.page()) == [3, 3], f"answer on the page: {page_states(c.page())}")
        assert rows(t, "SELECT state FROM outbox_part WHERE outbox = ?", second) == [(HANDED,)]
        c.restart()
        c.state(second, SENT)
        assert rows(t, "SELECT mr FROM outbox_part WHERE outbox = ?", second) == [(mr,)]
        t.sim(f"phone {PHONE} on")
        c.state(first, DELIVERED)
        c.state(second, DELIVERED)
        assert not told_unknown(t) and c.times(PHONE, "Kedua") == 1


def started_and_prefetched(c):
    """Two texts given to the worker: the first is on the air, the second waits in the worker."""
    c.t.sim(f"modem set a network {SLOW} report never")
    first = c.send(PHONE, "Pertama")
    c.seen("accepted", text="Pertama")
    second = c.send(PHONE, "Kedua")
    c.state(second, HANDED)
    return first, second


def test_prefetched_goes_back_to_the_queue():
    with town() as t:
        c = Case(t)
        first, second = started_and_prefetched(c)
        c.restart()
        c.state(first, UNKNOWN)
        c.state(second, SENT)
        assert told_unknown(t) == {(first, 1)}
        assert c.times(PHONE, "Pertama") == 1 and c.times(PHONE, "Kedua") == 1


def test_worker_lost_while_sending():
    with town() as t:
        c = Case(t)
        first, second = started_and_prefetched(c)
        os.kill(t.workers()[0], signal.SIGKILL)
        c.state(first, UNKNOWN)
        c.state(second, SENT)
        assert told_unknown(t) == {(first, 1)}
        assert c.times(PHONE, "Pertama") == 1 and c.times(PHONE, "Kedua") == 1


def check_nothing_is_proved(spoil):
    """Without a page that can be believed every part that was handed is unknown."""
    with town() as t:
        c = Case(t)
        first, second = started_and_prefetched(c)
        t.kill()
        spoil(c.page())
        t.start()
        c.state(first, UNKNOWN)
        c.state(second, UNKNOWN)
        assert c.times(PHONE, "Kedua") == 0


def other_boot(path):
    data = path.read_bytes()
    path.write_bytes(data[:8] + b"0" * 36 + data[44:])


def test_page_of_another_boot_proves_nothing():
    check_nothing_is_proved(other_boot)


def test_no_page_proves_nothing():
    check_nothing_is_proved(lambda path: path.unlink())


def test_half_a_page_proves_nothing():
    check_nothing_is_proved(lambda path: path.write_bytes(path.read_bytes()[:1000]))


def test_modem_that_got_no_page():
    """One modem's page cannot be made. That the other has one proves nothing about this one."""
    with town(modems=TWO) as t:
        (t.dir / "payung.db-flight-1").mkdir()
        c = Case(t)
        t.text(PHONE, "BANTUAN", to="b", expect="Perintah")
        t.sim(f"modem set b network {SLOW} report never")
        sent = c.send(PHONE, "Sekali saja")
        c.seen("accepted", text="Sekali saja", modem="b")
        c.restart()
        c.state(sent, UNKNOWN)
        last = c.send(PHONE, "Sesudahnya")
        c.state(last, SENT)
        assert c.times(PHONE, "Sekali saja") == 1


def check_handled_once(t, c, phone):
    t.wait_for(lambda: slots_empty(t), "all slots empty")
    assert rows(t, "SELECT sender, masked, state FROM inbox") == [(phone, "BANTUAN", 1)]
    assert len(rows(t, "SELECT id FROM outbox WHERE inbox IS NOT NULL")) == 1


def test_killed_before_the_text_is_stored():
    """The worker has read it, payungd has not stored it: it is still on the SIM."""
    with town() as t:
        c = Case(t)
        c.stop_daemon()
        t.sim(f"sms {PHONE} a -- BANTUAN")
        c.seen("read", mem="SM")
        assert not rows(t, "SELECT id FROM inbox") and not c.flight.find("deleted")
        c.restart()
        t.wait_for(lambda: t.inbox(PHONE), "an answer")
        check_handled_once(t, c, PHONE)


def test_texts_that_come_with_the_first_word():
    """payungd finds READY and texts in one turn, before it knows the line: they are not forgotten."""
    with town() as t:
        t.sim(f"sms {PHONE} a -- BANTUAN")
        t.sim(f"sms {OTHER} a -- BANTUAN")
        flight = Flight(t.sim.log)
        t.start(wait=False)
        t.wait_for(lambda: flight.find("opened"), "the port is open")
        t.daemon.send_signal(signal.SIGSTOP)
        t.wait_for(lambda: len(flight.find("read", via="CMGR")) == 2, "the second is read, the first given")
        t.daemon.send_signal(signal.SIGCONT)
        for phone in PHONE, OTHER:
            t.wait_for(lambda: t.inbox(phone), f"an answer to {phone}")
        t.wait_for(lambda: slots_empty(t), "all slots empty")


def check_killed_before_delete(kill):
    """The text and its answer are stored, the slot is not deleted yet: while the answer is on the
    air the worker cannot. It comes again and has no effect."""
    with town() as t:
        c = Case(t)
        t.sim(f"modem set a network {SLOW} report never")
        t.sim(f"sms {PHONE} a -- BANTUAN")
        c.seen("accepted", to=PHONE)
        assert not c.flight.find("deleted", mem="SM")
        kill(t)
        t.wait_for(lambda: " came again" in t.tail(), "the text comes again")
        check_handled_once(t, c, PHONE)
        c.state(1, UNKNOWN)
        assert len(c.flight.find("received", phone=PHONE)) == 1


def test_daemon_killed_before_delete():
    def kill(t):
        t.kill()
        t.start(wait=False)
    check_killed_before_delete(kill)


def test_worker_killed_before_delete():
    check_killed_before_delete(lambda t: os.kill(t.workers()[0], signal.SIGKILL))


if __name__ == "__main__":
    Suite.main(globals())
