"""The judge of the fault tests. payung-sim's flight log tells what slots held, what was given to the
network and what phones got; the store tells what payungd believes. Here the two are compared."""

import collections
import sqlite3

QUEUED, HANDED, SENT, DELIVERED, UNDELIVERED, EXPIRED, FAILED, UNKNOWN, CANCELLED = range(9)
INBOX_HANDLED = 1
SAW_PHONE = (SENT, DELIVERED)


class Flight:
    """The flight log, read on as it grows."""

    def __init__(self, path):
        self.file = open(path, encoding="utf-8", errors="replace")
        self.rest = ""
        self.events = []

    def more(self):
        """The events that came since the last call: dicts with n, ms, event, modem and the rest."""
        self.rest += self.file.read()
        *lines, self.rest = self.rest.split("\n")
        new = [parse(line) for line in lines]
        self.events += new
        return new

    def find(self, event, **fields):
        """The events so far of that kind whose fields are these."""
        self.more()
        return [e for e in self.events if e["event"] == event and all(e.get(k) == v for k, v in fields.items())]


def parse(line):
    head, found, text = line.partition(" text=")
    n, ms, _, event, *words = head.split()
    e = dict(w.split("=", 1) for w in words if "=" in w)
    e.update(n=int(n), ms=int(ms), event=event)
    if found:
        e["text"] = text.replace("\\n", "\n").replace("\\\\", "\\")
    return e


def rows(town, sql, *args):
    """Asks the store, beside whoever uses it."""
    db = sqlite3.connect(f"file:{town.dir / 'payung.db'}?mode=ro", uri=True, timeout=10)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def unfinished(town):
    """Texts out that payungd has still to deal with."""
    return rows(town, "SELECT count(*) FROM outbox WHERE state IN (?, ?)", QUEUED, HANDED)[0][0]


def slots_empty(town):
    lines = town.sim("modem list")
    return all(" used=0 " in line and line.endswith("waiting=0") for line in lines)


def check_inbound(town, flight, sent):
    """Promises 1 and 2. sent: (phone, text) of every text people sent, each once. Every text that
    a SIM was told to delete is in the store, handled, once, with one answer."""
    assert len(set(sent)) == len(sent), "the test itself must not send a text twice"
    deleted = {e["id"] for e in flight.events if e["event"] == "deleted"}
    lost = [e for e in flight.events if e["event"] == "submitted" and e["id"] not in deleted]
    assert not lost, f"never deleted from the SIM: {lost[:5]}"
    stored = rows(town, "SELECT id, sender, masked, state FROM inbox")
    times = collections.Counter((sender, text) for _, sender, text, state in stored if state == INBOX_HANDLED)
    missing = [m for m in sent if times[m] == 0]
    twice = [m for m in sent if times[m] > 1]
    assert not missing, f"lost {len(missing)} of {len(sent)} texts in: {missing[:5]}"
    assert not twice, f"handled twice: {twice[:5]}"
    other = [r for r in stored if r[3] != INBOX_HANDLED]
    assert not other, f"not handled: {other[:5]}"
    answers = collections.Counter(i for (i,) in rows(town, "SELECT inbox FROM outbox WHERE inbox IS NOT NULL"))
    wrong = [r for r in stored if answers[r[0]] != 1]
    assert not wrong, f"{len(wrong)} texts without exactly one answer: {wrong[:5]}"
    return len(sent)


class Sent:
    """Every text out is its own in these tests: (phone, text of the part) names the part."""

    def __init__(self, town, flight):
        self.accepted, self.handed = collections.defaultdict(list), collections.Counter()
        self.received = collections.Counter()
        by_id = {}
        flight.more()
        for e in flight.events:
            if e["event"] == "accepted":
                by_id[e["id"]] = (e["to"], e["text"])
                self.accepted[e["to"], e["text"]].append(e)
            elif e["event"] == "handed":
                self.handed[by_id[e["id"]]] += 1
            elif e["event"] == "received":
                self.received[e["phone"], e["text"]] += 1
        self.parts = list(self.match(town))

    def match(self, town):
        """(outbox, part, state, key) of every part; of a long text the part is found by what was
        accepted for that phone and stands in the body."""
        sql = ("SELECT o.id, p.part, p.state, o.msisdn, o.body, o.parts FROM outbox o"
               " JOIN outbox_part p ON p.outbox = o.id ORDER BY 1, 2")
        heard = collections.defaultdict(dict)
        for to, text in self.accepted:
            part, total = (int(x) for x in self.accepted[to, text][0]["part"].split("/"))
            heard[to].setdefault((part, total), []).append(text)
        for outbox, part, state, to, body, total in rows(town, sql):
            of = [t for t in heard[to].get((part, total), []) if t == body or (total > 1 and t in body)]
            assert len(of) <= 1, f"outbox {outbox} part {part} stands for several texts: {of}"
            yield outbox, part, state, (to, of[0] if of else None)


def check_outbound(town, flight):
    """Promise 3, without the unknowns: nothing twice, nothing forgotten, nothing made up."""
    s = Sent(town, flight)
    twice = [k for k, n in s.handed.items() if n > 1]
    assert not twice, f"sent twice: {twice[:5]}"
    twice = [k for k, n in s.received.items() if n > 1]
    assert not twice, f"received twice: {twice[:5]}"
    bodies = collections.Counter(rows(town, "SELECT msisdn, body FROM outbox"))
    assert max(bodies.values()) == 1, f"queued twice: {bodies.most_common(3)}"
    left = rows(town, "SELECT id, state, cause FROM outbox WHERE state NOT IN (?, ?, ?)", SENT, DELIVERED, UNKNOWN)
    assert not left, f"forgotten or given up: {left[:5]}"
    invented = [p for p in s.parts if p[2] in SAW_PHONE and s.handed[p[3]] != 1]
    assert not invented, f"said to be sent, but the network never had it: {invented[:5]}"
    known = {p[3] for p in s.parts if p[2] in SAW_PHONE + (UNKNOWN,)}
    silent = [k for k in s.handed if k not in known]
    assert not silent, f"the network had it, payungd does not say so: {silent[:5]}"
    return s


def in_flight(flight, kills):
    """The parts that each kill may have caught: of its modem the last that was accepted before it,
    and what the dead had written to the port and the modem took before the port was opened again."""
    accepted, opened = collections.defaultdict(list), collections.defaultdict(list)
    for e in flight.events:
        if e["event"] == "accepted":
            accepted[e["modem"]].append((e["n"], (e["to"], e["text"])))
        elif e["event"] == "opened":
            opened[e["modem"]].append(e["n"])
    caught = set()
    for modem, instants in kills.items():
        for before, after in instants:
            until = next((n for n in opened[modem] if n > after), after)
            caught.update([key for n, key in accepted[modem] if n <= before][-1:])
            caught.update(key for n, key in accepted[modem] if before < n <= until)
    return caught


def check_unknowns(town, flight, sent, kills):
    """What payungd called unknown, now or before a report settled it, was in flight when something
    was killed, or started and never accepted; one at most for each kill and modem.
    kills: of each modem (last event before, first event after) each."""
    was_unknown = told_unknown(town)
    now = {(o, p) for o, p, state, _ in sent.parts if state == UNKNOWN}
    assert now <= was_unknown, f"unknown without a word in the log: {sorted(now - was_unknown)[:5]}"
    caught = in_flight(flight, kills)
    keys = {(o, p): key for o, p, _, key in sent.parts}
    lines = dict(rows(town, "SELECT id, name FROM line"))
    on = {(o, p): lines[line] for o, p, line in rows(town, "SELECT outbox, part, line FROM outbox_part")}
    wrong = [(part, keys[part]) for part in was_unknown if keys[part] in sent.accepted and keys[part] not in caught]
    assert not wrong, f"unknown, but was not in flight: {wrong[:5]}"
    for modem, n in collections.Counter(on[part] for part in was_unknown).items():
        assert n <= len(kills[modem]), f"{n} unknowns of modem {modem}, killed {len(kills[modem])} times"
    return was_unknown


def told_unknown(town):
    """(outbox, part) of every part the daemon's log calls unknown."""
    found = set()
    with open(town.dir / "daemon.log", encoding="utf-8", errors="replace") as log:
        for line in log:
            if " unknown: " in line and "outbox id=" in line:
                words = dict(w.split("=", 1) for w in line.split() if "=" in w)
                found.add((int(words["id"]), int(words["part"])))
    return found
