"""Many people at once: each texts the next line of their conversation when the SIM was told to delete
the one before, so that a text is never repeated and every loss shows; the operator texts some too."""

import collections
import os
import subprocess
import time

from verdict import rows, slots_empty, unfinished
from town import BUILD, PATIENCE

LIMITS = """per_sim_hour = 10000
per_sim_day = 100000
all_hour = 1000000
all_day = 10000000
answers_all_hour = 1000000
answers_line_hour = 1000000"""

NAMES = ["SITI", "BUDI", "SRI", "AGUS", "DEWI", "EKO", "WATI", "JOKO", "RINA", "TONO"]
LONG = "Saya nelayan dari Demak dan ingin tahu cara ikut, tolong dijelaskan pelan pelan karena baru pertama. "


def phone_of(i):
    return f"+62812{30000000 + i:08d}"


def nik_of(i):
    """A NIK of its own for each: born between 1980 and 1999."""
    return f"332102{1 + i % 28:02d}{1 + i // 28 % 12:02d}{80 + i // 336 % 20:02d}{1 + i // 6720:04d}"


class Crowd:
    def __init__(self, town, rng, n, at_once, modems, operator=True):
        self.town, self.rng, self.modems = town, rng, modems
        self.waiting = collections.deque(self.conversations(n))
        self.at_once = at_once
        self.open = {}       # phone -> (lines still to come, ids of parts that are not deleted)
        self.by_id = {}      # id of a part -> phone
        self.sent = []       # (phone, text as stored) in the order of sending
        self.named = self.opened = 0
        self.with_operator = operator
        self.operator = []   # running payung sends
        self.texts_of_operator = 0

    def conversations(self, n):
        """Kinds in turn: a named code, an open dialogue, a code that is none, a long question."""
        named = [i for i in range(n) if i % 4 == 0]
        opened = [i for i in range(n) if i % 4 == 1]
        ref = self.town.pledge(workers=n)
        people = [(nik_of(i), f"{NAMES[i % 10]} NO{i}", phone_of(i), 1 + i % 9, "332102") for i in named]
        codes = dict(zip(named, self.town.named(ref, people)))
        codes.update(zip(opened, self.town.codes(ref, len(opened))))
        for i in range(n):
            if i % 4 == 0:
                yield i, [f"DAFTAR {codes[i]}", "STATUS"]
            elif i % 4 == 1:
                yield i, [f"DAFTAR {codes[i]}", nik_of(i), f"NAMA {NAMES[i % 10]} {NAMES[i // 10 % 10]}", f"{1 + i % 9}", "YA"]
            elif i % 4 == 2:
                yield i, ["BANTUAN", f"DAFTAR {wrong_code(codes[i - 2])}"]
            else:
                yield i, [f"BANTU {LONG}{LONG}", "STATUS"]

    def begin(self):
        while self.waiting and len(self.open) < self.at_once:
            i, lines = self.waiting.popleft()
            self.named += i % 4 == 0
            self.opened += i % 4 == 1
            self.open[phone_of(i)] = [collections.deque(lines), set(), self.rng.choice(self.modems)]
            self.say(phone_of(i))
            if i % 3 == 0 and self.with_operator:
                self.operator_sends(i)

    def say(self, phone):
        lines, _, modem = self.open[phone]
        text = lines.popleft()
        self.town.sim(f"sms {phone} {modem} -- {text}")
        self.sent.append((phone, masked(text)))

    def operator_sends(self, i):
        text = f"Kabar {i} untuk Anda."
        if i % 2 == 0:
            text = f"Kabar {i}: " + " ".join(f"urutan {i} bagian {k}," for k in range(10)) + " selesai."
        argv = [BUILD / "payung", "--config", self.town.conf, "send", phone_of(i), text]
        self.operator.append(subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        self.texts_of_operator += 1

    def hear(self, events):
        """Takes new events of the flight log; the next lines are said where a text is done."""
        for e in events:
            if e["event"] == "submitted" and e["from"] in self.open:
                self.open[e["from"]][1].add(e["id"])
                self.by_id[e["id"]] = e["from"]
            elif e["event"] == "deleted" and e["id"] in self.by_id:
                phone = self.by_id.pop(e["id"])
                state = self.open[phone]
                state[1].discard(e["id"])
                if state[1]:
                    continue
                if state[0]:
                    self.say(phone)
                else:
                    del self.open[phone]
        self.begin()
        self.look_after_operator()

    def look_after_operator(self):
        for p in [p for p in self.operator if p.poll() is not None]:
            self.operator.remove(p)
            assert p.returncode == 0, f"payung send: exit {p.returncode}: {p.stderr.read()}"
            p.stderr.close()

    def done(self):
        return not (self.waiting or self.open or self.operator)


def masked(text):
    return "[NIK]" if len(text) == 16 and text.isdigit() else text


def wrong_code(code):
    return code[:7] + str((int(code[7]) + 1) % 10)


def modem(name, i):
    return f"{name},imsi=51010000000000{i},imei=35000000000000{i},number=+628110000000{i}"


def newest_event(t):
    """Number of the last event in the flight log."""
    with open(t.sim.log, "rb") as log:
        log.seek(max(0, os.path.getsize(t.sim.log) - 4096))
        return int(log.read().rstrip(b"\n").rpartition(b"\n")[2].split()[0])


def run(t, crowd, trouble, flight):
    """Until everything is said, done and settled. trouble.hear() makes it while people talk,
    trouble.rest() ends it then, trouble.ended() is asked when the daemon is gone. Patience is counted from the last event."""
    heard = time.monotonic()
    crowd.begin()
    while not (crowd.done() and slots_empty(t) and unfinished(t) == 0):
        new = flight.more()
        if new:
            heard = time.monotonic()
        crowd.hear(new)
        if crowd.done():
            trouble.rest()
        else:
            trouble.hear(new)
        if t.daemon.poll() is not None:
            trouble.ended()
        if time.monotonic() - heard > 4 * PATIENCE:
            raise AssertionError(f"nothing happens any more: {len(crowd.open)} conversations open,"
                                 f" {unfinished(t)} texts unfinished, {t.sim('modem list')}{t.tail()}")
        if not new:
            time.sleep(0.005)
    flight.more()


def check_scheme(t, crowd):
    """What the texts changed, changed once."""
    assert rows(t, "SELECT count(*) FROM registration") == [(crowd.named + crowd.opened,)]
    assert rows(t, "SELECT count(*) FROM worker") == [(crowd.named,)]
    assert rows(t, "SELECT sum(taken) FROM pledge")[0][0] <= crowd.named + crowd.opened
    assert rows(t, "SELECT count(*) FROM outbox WHERE class = 3") == [(crowd.texts_of_operator,)]
