"""Reconcile at the size of a province: a million worker-months against a hundred thousand payments,
beside plain SQLite writing the same rows, and what the live daemon's phones notice of it."""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import time

import town as e2e

PLEDGES = int(os.environ.get("PAYUNG_BENCH_PLEDGES", "50000"))  # two payments, twenty worker-months each
BEGIN, AS_OF = "2026-12-01 08:00", "2026-12-20"
TEXTS = 300
LATENCY = 5  # ms a modem thinks about a command


def tool(t, *args):
    """The tool with --json; returns its answer, seconds and greatest memory in MiB."""
    argv = [str(e2e.BUILD / "payung"), "--config", str(t.conf), "--json", *args]
    out = t.dir / "tool.out"
    began = time.monotonic()
    with open(out, "wb") as f:
        p = subprocess.Popen(argv, stdout=f, stderr=f, env=dict(os.environ, **t.env))
        _, status, usage = os.wait4(p.pid, 0)
    took = time.monotonic() - began
    p.returncode = os.waitstatus_to_exitcode(status)
    assert p.returncode == 0, f"payung {' '.join(args)}: exit {p.returncode}\n{out.read_text()[-2000:]}"
    return json.loads(out.read_text()), took, usage.ru_maxrss / 1024


def p99(values):
    return statistics.quantiles(values, n=100)[98]


def answers(t, events, first, n):
    """ms from a text's arrival on the SIM to the modem having its answer, one text after the other."""
    for i in range(first, first + n):
        t.sim(f"sms +62858{i:08d} a BANTU")
        t.sim(f"await accepted {i + 1} 60 a")
    stored, accepted = ([ms for ms, _, _ in events(t, e)] for e in ("stored", "accepted"))
    return [end - begin for begin, end in zip(stored, accepted)][first:first + n]


def make(t):
    db = t.dir / "payung.db"
    subprocess.run([e2e.BUILD / "bench" / "money_make", db, t.dir / "payung.key", str(PLEDGES)], check=True)
    for name in ("before.db", "bare.db"):
        shutil.copy(db, t.dir / name)


def alone(t, row):
    """No daemon: all the time is ours."""
    db = t.dir / "payung.db"
    t.clock.set(f"{AS_OF} 08:00")
    done, took, mib = tool(t, "reconcile", "--as-of", AS_OF)
    assert done["payments_posted"] == 2 * PLEDGES and done["months_paid"] == 20 * PLEDGES, done
    bare = subprocess.run([e2e.BUILD / "bench" / "bare_money", t.dir / "bare.db", db, str(done["groups"])],
                          capture_output=True, text=True)
    assert bare.returncode == 0, bare.stderr
    seconds, rows = bare.stdout.split()
    ratio = took / float(seconds)
    size = f"{done['months_paid']} worker-months, {done['payments_posted']} payments"
    row(f"(m) reconcile of {size}", f"{took:.1f} s", f"{float(seconds):.1f} s bare SQLite, {rows} rows", f"{ratio:.2f}",
        "<= 5", ratio <= 5)
    row("(m) greatest memory of that run", f"{mib:.0f} MiB", "", "", "<= 256 MiB", mib <= 256)
    held = done["held_p99_us"] / 1000
    row("(m) p99 of how long it held the write lock", f"{held:.1f} ms", "", "", "<= 10 ms", held <= 10)
    again, took, _ = tool(t, "reconcile", "--as-of", AS_OF)
    assert again["run"] == 0, again
    row("    a second run, with nothing to do", f"{took:.1f} s", "", "", "", None)


def beside(t, row, events):
    """With the daemon answering phones all the while."""
    n = 0
    t.clock.set(f"{AS_OF} 08:00")
    t.start()
    idle = answers(t, events, n, TEXTS)
    n += TEXTS
    p = subprocess.Popen([str(e2e.BUILD / "payung"), "--config", str(t.conf), "--json", "reconcile", "--as-of", AS_OF],
                         stdout=subprocess.PIPE, text=True, env=dict(os.environ, **t.env))
    busy = []
    while p.poll() is None and len(busy) < 20 * TEXTS:
        busy += answers(t, events, n, 10)
        n += 10
    p.kill() if p.poll() is None else None  # it would go on for long at that pace of texts
    out, _ = p.communicate()
    ratio = p99(busy) / p99(idle)
    row(f"(m) p99 of +CMTI to AT+CMGS beside it (n={len(busy)})", f"{p99(busy):.1f} ms",
        f"{p99(idle):.1f} ms idle (n={len(idle)})", f"{ratio:.2f}", "<= 3", ratio <= 3)
    if out:
        held = json.loads(out)["held_p99_us"] / 1000
        row("(m) p99 of that beside the daemon", f"{held:.1f} ms", "", "", "<= 10 ms", held <= 10)
    t.stop()


def swap(t):
    """The store as it was before."""
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            (t.dir / f"payung.db{end}").unlink()
    shutil.move(t.dir / "before.db", t.dir / "payung.db")


def reconcile(row, modem, events, limits):
    with e2e.town(modems=[modem("a", 1, latency=LATENCY)], limits=limits, clock=BEGIN, log_level="warn") as t:
        make(t)
        alone(t, row)
        swap(t)
        beside(t, row, events)
