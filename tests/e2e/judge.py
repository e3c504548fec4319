"""Judges a town: what phones sent must have been handled once, what they got must be one answer
each, and unknown may be only what the simulator's flight log shows as never answered."""

import re

FIELD = re.compile(r"(\w+)=(\S*)")


class Flight:
    """The simulator's flight log: every send of a modem by its id."""

    def __init__(self, lines):
        self.events = []
        self.sends = {}
        for line in lines:
            _, _, _, event, rest = line.split(" ", 4)
            fields = dict(FIELD.findall(rest.split(" text=", 1)[0]))
            self.events.append((event, fields))
            if event == "accepted":
                self.sends[fields["id"]] = dict(fields, ends=set())
            elif fields.get("id") in self.sends:
                self.sends[fields["id"]]["ends"].add(event)

    def unanswered(self):
        """Recipients of sends whose outcome the modem never told."""
        return {s["to"] for s in self.sends.values() if not s["ends"] & {"answered", "refused"}}

    def of(self, event, **wanted):
        return [f for e, f in self.events if e == event and wanted.items() <= f.items()]

    def sent_to(self, phone):
        return [s for s in self.sends.values() if s["to"] == phone]


def judge(town, texts):
    """texts: {phone: number of texts it sent, each to be answered once}."""
    town.wait_for(lambda: not (town.status() or {}).get("queue", {}).get("handed"), "nothing under way")
    inbox = [m for m in town.payung("inbox", "list", json_out=True) if m["state"] != "poison"]
    for phone, n in texts.items():
        mine = [m for m in inbox if m["sender"] == phone]
        assert len(mine) == n and all(m["state"] == "handled" for m in mine), f"{phone} sent {n}, stored {mine}"
    assert len(inbox) == sum(texts.values()), f"texts of nobody: {inbox}"
    flight = Flight(town.sim.flight())
    unknown = {m["msisdn"] for m in town.payung("outbox", "list", "--state", "unknown", json_out=True)}
    assert unknown <= flight.unanswered(), f"unknown but answered: {unknown - flight.unanswered()}"
    for phone, n in texts.items():
        got = len(town.inbox(phone))
        least = n - 1 if phone in unknown else n
        assert least <= got <= n, f"{phone} sent {n} and got {got}: {town.inbox(phone)}"
    return unknown
