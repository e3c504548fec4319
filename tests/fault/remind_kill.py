#!/usr/bin/env python3
"""kill -9 of payungd and its workers, and a clock that jumps both ways, while reminders are planned,
queued and sent: each is sent at most once, what may have been sent is listed as unknown and never
sent again, and none leaves at night. PAYUNG_SEED repeats a run as far as processes can."""

import datetime
import os
import random
import sqlite3
import time

from kill import Killer, SEED
from crowd import LIMITS, modem
from verdict import DELIVERED, SENT, UNKNOWN, Flight, check_unknowns, rows, unfinished
from verdict import Sent
from town import PATIENCE, Suite, town

PEOPLE = int(os.environ.get("PAYUNG_REMINDED", "150"))
NAMES = ["a", "b", "c"]
COVER_ENDS = (2027 * 12 + 1, "28-02-2027")  # the first reminder goes out 30 to 8 days before
WIB = datetime.timezone(datetime.timedelta(hours=7))


def epoch(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=WIB).timestamp())


def phone_of(i):
    return f"+62813{40000000 + i:08d}"


def people(t):
    """Who pays for themselves and is covered until the end of February."""
    since = epoch("2027-02-01 09:00")
    db = sqlite3.connect(t.dir / "payung.db")
    with db:
        for i in range(1, PEOPLE + 1):
            db.execute("INSERT INTO worker (id, nik, nik_key, nik_hash, name, born, sex, job, area, created_at)"
                       " VALUES (?, x'00', 1, ?, ?, '1980-01-01', 0, 1, '332101', ?)",
                       (i, f"{i:032d}".encode(), f"ORANG {i}", since))
            db.execute("INSERT INTO phone_link (msisdn, worker, linked_at) VALUES (?, ?, ?)", (phone_of(i), i, since))
            for month in (COVER_ENDS[0] - 1, COVER_ENDS[0]):
                db.execute("INSERT INTO coverage_month (worker, month, package, confirmed_day) VALUES (?, ?, 1, ?)",
                           (i, month, since // 86400))
    db.close()


class OftenKiller(Killer):
    """As many kills as a few hundred texts have room for, in the phases that a text out has."""

    def plan(self):
        super().plan()
        self.left = self.rng.randrange(1, 40)
        self.phase = self.rng.choice(["accepted", "handed", "answered", "report", "received"])


class Time:
    """Goes on while people are reminded, and now and then an hour back for a while."""

    def __init__(self, t, rng):
        self.town, self.rng, self.back, self.jumps = t, rng, 0, 0

    def goes_on(self):
        clock = self.town.clock
        if self.back > 0:
            self.back -= 1
            if self.back == 0:
                clock.set(clock.now + 3600 + 1)
        elif self.rng.random() < 0.02:
            self.back = self.rng.randrange(1, 20)
            self.jumps += 1
            clock.set(clock.now - 3600)
        else:
            clock.set(clock.now + 1)


def remind(t, flight, killer, clock, enough):
    """Until so many reminders were dealt with, one way or another."""
    heard = time.monotonic()
    while True:
        clock.goes_on()
        new = flight.more()
        heard = time.monotonic() if new else heard
        killer.hear(new)
        if t.daemon.poll() is not None:
            killer.ended()
        done = rows(t, "SELECT count(*) FROM reminder WHERE open = 0 AND state = 0")[0][0]
        if done >= enough:
            return
        assert time.monotonic() - heard < 4 * PATIENCE, f"{done} of {enough} reminders, then nothing more{t.tail()}"
        time.sleep(0.05)


def settle(t, clock):
    while clock.back:
        clock.goes_on()
    t.wait_for(t.is_up, "all lines up")
    t.wait_for(lambda: rows(t, "SELECT count(*) FROM outbox WHERE state = 1") == [(0,)], "nothing under way")


def check_night(t, flight, killer):
    """Nothing leaves, however often the daemon starts anew."""
    t.at("2027-02-18 17:00")
    settle_handed = lambda: rows(t, "SELECT count(*) FROM outbox WHERE state = 1") == [(0,)]  # noqa: E731
    t.wait_for(settle_handed, "what was handed by day is settled")
    before = len(flight.find("accepted"))
    for hour in ("17:30", "23:59", "00:00", "07:59"):
        killer.kill("start", NAMES, t.kill)
        t.clock.set(f"2027-02-{18 if hour > '12' else 19} {hour}")
        t.start()
        seen = t.status()["commits"]
        t.at(t.clock.now + 30)
        t.wait_for(lambda: t.status()["commits"] >= seen, "it looks")
    after = len(flight.find("accepted"))
    assert after == before, f"{after - before} texts left at night"


def check(t, flight, killer):
    sent = Sent(t, flight)
    twice = [k for k, n in sent.handed.items() if n > 1]
    assert not twice, f"sent twice: {twice[:5]}"
    to = [phone for phone, _ in sent.handed]
    assert len(to) == len(set(to)), "a phone was reminded of the same twice, in other words"
    assert all(COVER_ENDS[1] in text for _, text in sent.handed), "another text than the first reminder"
    keys = rows(t, "SELECT count(*), count(DISTINCT key), count(DISTINCT msisdn) FROM outbox")
    assert keys == [(PEOPLE, PEOPLE, PEOPLE)], keys
    states = dict(rows(t, "SELECT state, count(*) FROM outbox GROUP BY state"))
    assert set(states) <= {SENT, DELIVERED, UNKNOWN}, states
    assert rows(t, "SELECT count(*) FROM reminder WHERE occasion = 0 AND state = 0") == [(PEOPLE,)]
    silent = [r for r in rows(t, "SELECT msisdn, state FROM outbox") if r[0] not in to and r[1] != UNKNOWN]
    assert not silent, f"called sent and never was: {silent[:5]}"
    return sent


def test_reminders_survive_kills_and_clocks():
    rng = random.Random(SEED)
    print(f"seed {SEED}, {PEOPLE} people", flush=True)
    with town(clock="2027-02-18 09:00", modems=[modem(n, i + 1) for i, n in enumerate(NAMES)], limits=LIMITS) as t:
        for n in NAMES:
            t.sim(f"modem set {n} latency 1 network 15 report {'never' if n == 'c' else 'once'} report-delay 20 slots 30")
        people(t)
        killer, clock, flight = OftenKiller(t, rng, NAMES), Time(t, rng), Flight(t.sim.log)
        t.start()
        remind(t, flight, killer, clock, PEOPLE // 2)
        settle(t, clock)
        check_night(t, flight, killer)
        t.clock.set("2027-02-19 08:30")
        remind(t, flight, killer, clock, PEOPLE)
        settle(t, clock)
        check(t, flight, killer)
        handed = sum(Sent(t, flight).handed.values())
        t.at("2027-02-20 12:00")  # unknowns are judged: reminders are never sent again
        t.wait_for(lambda: unfinished(t) == 0, "all settled")
        t.wait_for(lambda: rows(t, "SELECT count(*) FROM outbox WHERE state = 7 AND judged = 0") == [(0,)], "unknowns judged")
        sent = check(t, flight, killer)
        assert sum(sent.handed.values()) == handed, "sent again after it was unknown"
        unknown = check_unknowns(t, flight, sent, killer.kills)
        t.stop()
        print(f"{handed} reminders out, kills {dict(killer.total)}, {clock.jumps} jumps,"
              f" {len(unknown)} unknown at some time", flush=True)


if __name__ == "__main__":
    Suite.main(globals())
