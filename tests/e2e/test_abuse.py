#!/usr/bin/env python3
"""Fifty phones guess codes, a machine answers every text, one phone sends a thousand texts, all at
once and on one modem. Honest people, meanwhile, register and ask as ever."""

import collections
import random
import re
import statistics
import threading

from town import PATIENCE, Suite, town

HONEST, BEFORE = 20, 8
GUESSERS, GUESSES = 50, 6
FLOOD = 1000
NETWORK = 700       # ms a text takes on the air
FLOOD_EVERY = 0.045  # s; a phone needs longer for a text than we for its answer
GUESS_EVERY = 0.15
MACHINE, FLOODER = "+6285999999998", "+6285999999999"
DAMM = ((0, 3, 1, 7, 5, 9, 8, 6, 4, 2), (7, 0, 9, 2, 1, 5, 4, 8, 6, 3), (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
        (1, 7, 5, 0, 9, 8, 3, 4, 2, 6), (6, 1, 2, 3, 0, 4, 5, 9, 7, 8), (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
        (5, 8, 6, 9, 7, 2, 0, 1, 3, 4), (8, 9, 4, 5, 3, 6, 2, 0, 1, 7), (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
        (2, 5, 8, 1, 4, 3, 6, 7, 9, 0))


def guess(n):
    """A well-formed code; that one of them was issued is as likely as a prize."""
    digits, interim = f"{1000000 + n * 7919 % 9000000}", 0
    for d in digits:
        interim = DAMM[interim][int(d)]
    return f"DAFTAR {digits}{interim}"


def guesser(i):
    return f"+62857000{i:05d}"


class Abuse:
    """Texts of those who mean no good, each at the pace a phone has, until all are out."""

    def __init__(self, t):
        self.t, self.failed = t, []
        self.threads = [threading.Thread(target=self.guarded, args=(f,), daemon=True)
                        for f in (self.guess, self.flood, self.answer)]
        self.over = threading.Event()
        for thread in self.threads:
            thread.start()

    def guarded(self, what):
        try:
            what(self.t.sim.connect())
        except Exception as e:  # noqa: BLE001 - told by stop()
            self.failed.append(e)

    def paced(self, every, texts, session):
        for phone, words in texts:
            self.t.sim(f"sms {phone} a -- {words}", session)
            if self.over.wait(every):
                return

    def guess(self, session):
        self.paced(GUESS_EVERY, ((guesser(n % GUESSERS), guess(n)) for n in range(GUESSERS * GUESSES)), session)

    def flood(self, session):
        self.paced(FLOOD_EVERY, ((FLOODER, f"missed you {n}") for n in range(FLOOD)), session)

    def answer(self, session):
        """A machine: it answers at once, always the same, and asks again now and then."""
        seen, rounds = 0, 0
        self.t.sim(f"sms {MACHINE} a -- STATUS", session)
        while not self.over.wait(0.05):
            rounds += 1
            got = len(self.t.sim(f"inbox {MACHINE}", session))
            for _ in range(got - seen + (rounds % 50 == 0)):
                self.t.sim(f"sms {MACHINE} a -- Terima kasih, pesan Anda segera kami balas", session)
            seen = got

    def stop(self):
        for thread in self.threads[:2]:
            thread.join()
        self.over.set()
        self.threads[2].join()
        assert not self.failed, self.failed


def answer_times(t, phones):
    """ms from each text of these phones to its answer, by the network's own clock."""
    asked, times = {}, []
    for line in t.sim.flight():
        m = re.match(r"\d+ (\d+) \d+ (submitted|complete) (.*)", line)
        if not m:
            continue
        phone = re.search(r"(?:from|to|phone)=(\+\d+)", m[3])[1] if m else None
        if phone not in phones:
            continue
        if m[2] == "submitted":
            asked[phone] = int(m[1])
        elif phone in asked:
            times.append(int(m[1]) - asked.pop(phone))
    return times


def honest_people(t, codes, first):
    """Each registers and asks for the state; every text gets its answer. Returns the median in ms.
    Their texts come at any moment, not always right behind an answer."""
    phones = [f"+6281300{first + i:06d}" for i in range(len(codes))]
    moment = random.Random(first)
    for phone, code in zip(phones, codes):
        t.sim(f"sleep {moment.randrange(NETWORK)}")
        t.text(phone, f"DAFTAR {code}", expect="Terima kasih")
        t.sim(f"sleep {moment.randrange(NETWORK)}")
        t.text(phone, "STATUS", expect="STATUS: BELUM AKTIF")
    times = answer_times(t, set(phones))
    assert len(times) == 2 * len(codes), times
    return statistics.median(times)


def test_honest_people_hardly_notice_abuse():
    with town(modems=("a,imsi=510100000000001,imei=350000000000001,latency=1",),
              limits="per_sim_hour = 10000\nall_hour = 10000") as t:
        ref = t.pledge(workers=100)
        codes = t.named(ref, [(f"332102410790{i + 1:04d}", "Siti Aminah", f"0813{i:08d}", "1", "332102")
                              for i in range(BEFORE + HONEST)])
        t.sim(f"modem set a network {NETWORK}")
        t.start()
        before = honest_people(t, codes[:BEFORE], 0)
        abuse = Abuse(t)
        during = honest_people(t, codes[BEFORE:], 100)
        abuse.stop()
        print(f"median of answers: {before:.0f} ms, {during:.0f} ms under abuse")
        assert during <= 2 * before
        t.sim(f"await empty {PATIENCE:.0f} a")  # every text has been judged
        answers = collections.Counter(r["msisdn"] for r in t.payung("outbox", "list", json_out=True))
        guessers = [answers[guesser(i)] for i in range(GUESSERS)]
        flooder, machine = answers[FLOODER], answers[MACHINE]
        print(f"answers to guessers {sum(guessers)}, to the flood {flooder}, to the machine {machine}")
        assert max(guessers) <= 6  # five tries and one word that it was too much
        assert sum(guessers) <= 60 + GUESSERS + 5  # as many tries in all, and that word to each
        assert flooder <= 20 and machine <= 4
        ignored = {r["intent"] for r in t.payung("inbox", "list", "--state", "ignored", json_out=True)}
        assert {"loop", "reply cap", "blocked"} <= ignored, ignored
        t.stop()


Suite.main(globals())
