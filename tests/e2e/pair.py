"""Two modems: a fault hits a while b works on. For the tests of faults."""

import contextlib
import os

from judge import judge
from town import town

A = "a,imsi=510100000000001,imei=350000000000001,number=+6281100000001"
B = "b,imsi=510100000000002,imei=350000000000002,number=+6281100000002"
LIMITS = "restart_max_s = 1\nretry_base_s = 1\nretry_cap_s = 1\n"
ANSWER = "Perintah"


class Pair:
    """A town with two modems and people who text BANTU, each from a phone of their own."""

    def __init__(self, t):
        self.t = t
        self.sim = t.sim
        self.texts = {}

    def person(self):
        phone = f"+6281300{len(self.texts):06d}"
        self.texts[phone] = 0
        return phone

    def asks(self, to="a", phone=None, answered=True, words="BANTU"):
        phone = phone or self.person()
        self.texts[phone] += 1
        self.t.text(phone, words, to=to, expect=ANSWER if answered else None)
        return phone

    def gets_answer(self, phone, patience=None):
        self.t.wait_for(lambda: any(ANSWER in x for x in self.t.inbox(phone)), f"{phone} is answered", patience)

    def is_quiet(self):
        """No send is under way any more: the modem may have answered, the worker not read it yet."""
        self.t.wait_for(lambda: not self.t.status()["queue"]["handed"], "nothing is handed")

    def line(self, name="a"):
        return next(x for x in self.t.status()["lines"] if x["name"] == name)

    def reaches(self, state, name="a", trouble=""):
        """The line gets into a state (one of several) and says why."""
        def look():
            x = self.line(name)
            return x if x["state"] in state.split("|") and trouble in x["trouble"] else None
        return self.t.wait_for(look, f"{name} is {state} {trouble!r}, is {self.line(name)}")

    def is_back(self):
        """a answers again; b never stopped; all that was sent is accounted for."""
        self.reaches("up")
        self.asks("a")
        self.b_works()
        return judge(self.t, self.texts)

    def b_works(self):
        self.asks("b")
        b = self.line("b")
        assert b["state"] == "up" and b["restarts"] == 0, b

    def outbox(self, **wanted):
        rows = self.t.payung("outbox", "list", json_out=True)
        return [r for r in rows if wanted.items() <= r.items()]

    def restarted(self, times):
        """The worker of a was started so often after the first time, or more."""
        self.t.wait_for(lambda: self.line()["restarts"] >= times and self.line()["state"] == "up",
                        f"a was restarted {times} times and is up")


@contextlib.contextmanager
def pair(a="", limits="", start=True, **kwargs):
    with town(modems=(A + a, B), limits=LIMITS + limits, **kwargs) as t:
        if start:
            t.start()
        yield Pair(t)


def worker_of(t, name):
    """The worker that has the modem's port open."""
    port = os.path.realpath(t.dir / "sim" / name)

    def find():
        for pid in t.workers():
            with contextlib.suppress(OSError):
                if any(os.readlink(f"/proc/{pid}/fd/{fd}") == port for fd in os.listdir(f"/proc/{pid}/fd")):
                    return pid
        return None
    return t.wait_for(find, f"a worker has {port} open")
