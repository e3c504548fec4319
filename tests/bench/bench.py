"""`make bench`: what the gateway reaches, beside what is possible, measured in the same run on the
same simulator. Only ratios and the few bounds that are promises; ends with a table and exit 1 when
one of them is not met. Takes about five minutes. Names of parts as arguments run only those."""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
os.environ.setdefault("PAYUNG_BUILD", str(HERE.parents[1] / "build" / "release"))

import crowd  # noqa: E402
import money  # noqa: E402
import peers  # noqa: E402
import town as e2e  # noqa: E402

TEXT = "Kantor desa buka besok jam 9. Bawa kartu dan KTP. Terima kasih."
TO = "+628129999001"
LIMITS = "\n".join(f"    {k} = {v}" for k, v in {
    "per_sim_hour": 10000, "per_sim_day": 100000, "all_hour": 100000, "all_day": 1000000,
    "answers_all_hour": 1000000, "answers_line_hour": 1000000}.items())
LATENCY = 5     # ms a modem thinks about a command
NETWORK = 1000  # ms a text takes on the air
INBOUND_S = 3   # every so often a text comes in, at every modem
rows = []


def row(figure, ours, reference, ratio, wanted, met):
    """met None: for information."""
    rows.append((figure, ours, reference, ratio, wanted, {True: "yes", False: "NO", None: "-"}[met]))
    print("  " + " | ".join(rows[-1]), flush=True)


def modem(name, i, **settings):
    spec = f"{name},imsi=51010{i:010d},imei=35{i:013d},number=+62811{i:07d},slots=200"
    return spec + "".join(f",{k}={v}" for k, v in settings.items())


def lines(*names):
    return "\n".join(f'modem "{n}" {{ device = "sim/{n}" }}' for n in names)


def queue(t, n):
    for i in range(n):
        t.payung("send", f"+62813{i:08d}", TEXT)


def events(t, name):
    """(ms, modem, rest) of each such event of the flight log, in order."""
    found = re.compile(rf"^\d+ (\d+) \d+ {name} modem=(\S+) (.*)")
    return [(int(m[1]), m[2], m[3]) for m in map(found.match, t.sim.flight()) if m]


class Inbound(threading.Thread):
    """A text at each of the modems, every INBOUND_S seconds, from ever new phones."""

    def __init__(self, t, names):
        super().__init__(daemon=True)
        self.t, self.names, self.ended = t, names, threading.Event()
        self.session = t.sim.connect()
        self.start()

    def run(self):
        n = 0
        while not self.ended.wait(INBOUND_S / len(self.names)):
            n += 1
            self.t.sim(f"sms +62857{n:08d} {self.names[n % len(self.names)]} BANTU", self.session)

    def stop(self):
        self.ended.set()
        self.join()


def rate(answered, name, begin, end):
    """Texts a second between the first and the last answer of this modem in the window; how many."""
    at = [ms for ms, m, _ in answered if m == name and begin <= ms <= end]
    return ((len(at) - 1) / (at[-1] - at[0]) * 1000 if len(at) > 2 else 0.0), len(at)


def window(t, names, seconds):
    """Lets everybody send for so long once all of them do; returns the window in ms."""
    t.wait_for(lambda: {m for _, m, _ in events(t, "answered")} >= set(names), f"all of {names} send", 60)
    begin = time.monotonic() * 1000
    time.sleep(seconds)
    return begin, time.monotonic() * 1000


def read_after(t, name):
    """Median ms from a text being stored in this modem to its first reading; how many were read."""
    number = re.compile(r"id=(\d+)")
    first = {}
    for ms, m, rest in reversed(events(t, "read")):
        if m == name:
            first[number.match(rest)[1]] = ms
    waits = [first[i] - ms for ms, m, rest in events(t, "stored")
             if m == name and " from=" in rest and (i := number.match(rest)[1]) in first]
    return statistics.median(waits) if waits else 0, len(waits)


def port(t, name):
    return (t.dir / "sim" / name).resolve()


def side_by_side():
    """(a) one modem each: the bare loop, we, and the other daemons, all at once."""
    seconds = 60
    names = ["bare", "ours", "gammu", "smst"]
    specs = [modem(n, i + 1, latency=LATENCY, network=NETWORK) for i, n in enumerate(names)]
    with e2e.town(modems=specs, limits=LIMITS, conf_modems=lines("ours")) as t:
        queue(t, seconds + 15)
        running = {
            "bare": peers.bare(e2e.BUILD, t.dir / "bare", port(t, "bare"), TO, TEXT),
            "gammu": peers.gammu_smsd(t.dir / "gammu", port(t, "gammu"), TO, TEXT, seconds * 2),
            "smst": peers.smstools(t.dir / "smst", port(t, "smst"), TO, TEXT, seconds * 2)}
        t.start()
        there = [n for n in names if n == "ours" or running[n]]
        inbound = Inbound(t, names)
        begin, end = window(t, there, seconds)
        inbound.stop()
        for p in filter(None, running.values()):
            p.stop()
        answered = events(t, "answered")
        bare, sample = rate(answered, "bare", begin, end)
        ours, n = rate(answered, "ours", begin, end)
        title = f"(a) texts/s, 1 modem, {LATENCY} ms/AT, {NETWORK} ms network, inbound 1 per {INBOUND_S} s"
        row(f"{title} (n={n}/{sample})", f"{ours:.3f}", f"{bare:.3f} bare loop", f"{ours / bare:.3f}", ">= 0.97",
            ours >= 0.97 * bare)
        for name, peer in (("gammu", "gammu-smsd"), ("smst", "smstools")):
            if name not in there:
                print(f"  {peer} is not installed: not compared (see .ci/packages-bench)")
                continue
            other, n = rate(answered, name, begin, end)
            row(f"    the same: {peer} (n={n})", f"{ours:.3f}", f"{other:.3f} {peer}", f"{other / bare:.3f} of bare",
                "", None)
            (mine, k), (theirs, n) = read_after(t, "ours"), read_after(t, name)
            row(f"    a text in is read after, median, meanwhile (n={k}/{n})", f"{mine:.0f} ms",
                f"{theirs:.0f} ms {peer}" if n else f"none read, {peer}", "", "", None)
        t.stop()


class Probe:
    """How long the disk takes now: fdatasync of 4 KiB appended to a file beside the store."""

    def __init__(self, folder):
        self.fd = os.open(folder / "probe", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self.ms = []

    def once(self):
        began = time.monotonic()
        os.write(self.fd, bytes(4096))
        os.fdatasync(self.fd)
        self.ms.append((time.monotonic() - began) * 1000)


def quiet(t):
    s = t.status()
    return s["queue"]["handed"] == s["queue"]["sent"] == s["queue"]["queued"] == 0 and s["commits"]


def answer_once(t, i, probe):
    """One text in; returns commits made when the modem had its answer, and when all was settled."""
    t.sim("await empty 20 a")
    before = t.wait_for(lambda: quiet(t), "a quiet line")
    probe.once()
    t.sim(f"sms +62858{i:08d} a BANTU")
    t.sim(f"await accepted {i + 1} 20 a")
    handed = t.status()["commits"]
    t.wait_for(lambda: len(t.inbox(f"+62858{i:08d}")) == 1, "the answer")
    return handed - before, t.wait_for(lambda: quiet(t), "a quiet line") - before


def answering(latency, wanted):
    """(b) from +CMTI to AT+CMGS, one text after the other."""
    n, network = 60, 200
    with e2e.town(modems=[modem("a", 1, latency=latency, network=network)], limits=LIMITS) as t:
        t.start()
        probe = Probe(t.dir)
        commits = [answer_once(t, i, probe) for i in range(n + 1)]
        # the modem told of a text when it was stored; it had AT+CMGS one command's time before the unit
        stored, accepted = ([ms for ms, _, _ in events(t, e)] for e in ("stored", "accepted"))
        turns = list(zip(stored, accepted, strict=True))
        reads = [ms for ms, _, rest in events(t, "read") if "via=CMGR" in rest]
        t.stop()
    del commits[0], turns[0]  # the scan at start meets the first text
    took = [end - begin - latency for begin, end in turns]
    most = max(sum(begin <= ms <= end for ms in reads) for begin, end in turns)
    disk = statistics.median(probe.ms)
    over = statistics.median(took) - disk
    name = f"(b) +CMTI to AT+CMGS, {latency} ms/AT (n={n})"
    row(name, f"{statistics.median(took):.1f} ms", f"{disk:.1f} ms fsync", f"+{over:.1f} ms", "<= +10 ms", over <= 10)
    if not wanted:
        return
    row(f"(b) commits until the answer is handed over (n={n})", str(max(c for c, _ in commits)), "1", "", "= 1",
        {c for c, _ in commits} == {1})
    row(f"(b) +CMGR until the answer is handed over (n={n})", str(most), "1", "", "<= 1", most <= 1)
    row("    commits of a text in, answered, sent and reported", str(max(c for _, c in commits)), "", "", "", None)


def cpu_s(pids):
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def sixteen():
    """(c) 16 modems in one daemon beside the bare loop on one modem."""
    n, seconds = 16, 30
    names = [f"m{i}" for i in range(n)]
    specs = [modem(m, i + 1, latency=LATENCY, network=NETWORK) for i, m in enumerate(names + ["bare"])]
    with e2e.town(modems=specs, limits=LIMITS, conf_modems=lines(*names)) as t:
        queue(t, n * (seconds + 8))
        t.start()
        bare = peers.bare(e2e.BUILD, t.dir / "bare", port(t, "bare"), TO, TEXT)
        inbound = Inbound(t, names)
        t.wait_for(lambda: {m for _, m, _ in events(t, "answered")} >= set(names), "all modems send", 60)
        pids = [t.daemon.pid, *t.workers()]
        assert len(pids) == n + 1
        used = cpu_s(pids)
        begin, end = window(t, names + ["bare"], seconds)
        used = cpu_s(pids) - used
        inbound.stop()
        bare.stop()
        answered = events(t, "answered")
        incoming = sum(m in names and begin <= ms <= end for ms, m, _ in events(t, "stored"))
        t.stop()
    reference, sample = rate(answered, "bare", begin, end)
    each = {m: rate(answered, m, begin, end) for m in names}
    slowest = min(each, key=lambda m: each[m][0])
    ratio = each[slowest][0] / reference
    row(f"(c) texts/s of the slowest of {n} modems (n={each[slowest][1]}/{sample})", f"{each[slowest][0]:.3f}",
        f"{reference:.3f} bare loop", f"{ratio:.3f}", ">= 0.95", ratio >= 0.95)
    texts = sum(k for _, k in each.values()) + incoming
    cost = used / texts * 1000
    row(f"(c) CPU of daemon and {n} workers a text (n={texts})", f"{cost:.2f} ms", "", "", "<= 6 ms", cost <= 6)


def registrations():
    """(d) no modems: through inbox, talk, store and outbox, beside plain SQLite with the same rows."""
    r = subprocess.run([e2e.BUILD / "bench" / "registrations", HERE.parents[1] / "templates"], text=True,
                       stdout=subprocess.PIPE, check=True)
    ours, bare, n, rounds = (float(x) for x in r.stdout.split())
    row(f"(d) registrations/s at synchronous=FULL (n={n:.0f}, median of {rounds:.0f} rounds)", f"{ours:.0f}",
        f"{bare:.0f} bare SQLite", f"{ours / bare:.2f}", ">= 0.5", ours >= 0.5 * bare)


def pss_mib(pids):
    kib = [re.search(r"^Pss: +(\d+)", pathlib.Path(f"/proc/{p}/smaps_rollup").read_text(), re.M)[1] for p in pids]
    return sum(map(int, kib)) / 1024


def memory():
    """(e) after some work, with everything touched that work touches."""
    names = [f"m{i}" for i in range(8)]
    with e2e.town(modems=[modem(m, i + 1) for i, m in enumerate(names)], limits=LIMITS) as t:
        queue(t, 80)
        t.start()
        for i in range(80):
            t.sim(f"sms +62858{i:08d} m{i % 8} BANTU")
        t.sim("await accepted 160 60")
        t.wait_for(lambda: quiet(t), "all sent")
        assert len(t.workers()) == len(names)
        mib = pss_mib([t.daemon.pid, *t.workers()])
        t.stop()
    row("(e) PSS of daemon and 8 workers after 160 texts out, 80 in", f"{mib:.1f} MiB", "", "", "<= 48 MiB", mib <= 48)


def first_send(latency):
    """(f) from exec to the modem having the first text."""
    took = []
    with e2e.town(modems=[modem("a", 1, latency=latency)], limits=LIMITS) as t:
        for i in range(5):
            t.payung("send", TO, TEXT)
            began = time.monotonic() * 1000
            t.start(wait=False)
            t.sim(f"await accepted {i + 1} 30 a")
            took.append(events(t, "accepted")[-1][0] - began)
            t.wait_for(lambda: quiet(t), "sent")
            t.stop()
    row(f"(f) start to first accepted send, {latency} ms/AT, slowest of {len(took)}", f"{max(took):.0f} ms", "", "",
        "< 1000 ms", max(took) < 1000)


PARTS = {"a": side_by_side, "b": lambda: (answering(LATENCY, True), answering(0, False)), "c": sixteen,
         "d": registrations, "e": memory, "f": lambda: (first_send(0), first_send(LATENCY)),
         "m": lambda: money.reconcile(row, modem, events, LIMITS),
         "r": lambda: crowd.reminders(row, e2e.BUILD)}


def main():
    began = time.monotonic()
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
    head = ("figure", "ours", "reference", "ratio", "wanted", "met")
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    print()
    for r in [head, tuple("-" * w for w in widths), *rows]:
        print("  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip())
    missed = sum(r[-1] == "NO" for r in rows)
    print(f"\n{missed} not met, {time.monotonic() - began:.0f} s")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
