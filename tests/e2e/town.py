"""A small town for tests: simulated modems with the operator network behind them, the real payungd,
real workers, the real tool. Everything waits for events (a text, a count, an answer), never for
time to pass; what does not come fails with the logs."""

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PAYUNG_BUILD", ROOT / "build" / "asan-gcc")).resolve()
PATIENCE = float(os.environ.get("PAYUNG_PATIENCE", "30"))  # seconds; only ever reached by a failure

CONF = """store = "payung.db"
key_file = "payung.key"
templates = "{templates}"
control = "control"
simulator = "sim/control"
worker = "{worker}"
log_level = {log_level}
service {{
    name = "PAYUNG DEMAK"
    number = "+6281100000000"
    helpdesk = "08001234567"
    official = "175"
}}
limits {{
{limits}
}}
{reminders}{modems}
"""
# A town in real time has no night and no holidays: what is tested does not depend on when. One with
# a clock of its own has the hours of an office.
ALWAYS = """reminders {
    window = "00:00-24:00"
    notices = "00:00-24:00"
    holidays = "holidays.csv"
}
"""


def processes():
    """(pid, parent) of all."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])


class Sim:
    """payung-sim and a session on its control socket."""

    def __init__(self, folder, modems, log=None, env=None):
        self.dir = folder
        folder.mkdir(exist_ok=True)
        self.log = log or folder / "flight.log"
        args = [BUILD / "payung-sim", "--dir", folder, "--log", self.log]
        for spec in modems:
            args += ["--modem", spec]
        self.process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=open(folder / "sim.err", "wb"),
                                        env=dict(os.environ, **(env or {})))
        line = self.process.stdout.readline().decode()
        assert "READY" in line.upper(), f"payung-sim did not start: {line!r} {(folder / 'sim.err').read_text()}"
        self.session = self.connect()

    def connect(self):
        s = socket.socket(socket.AF_UNIX)
        s.connect(str(self.dir / "control"))
        return s.makefile("rwb", buffering=0), s

    def __call__(self, command, session=None):
        """Runs one command; returns its data lines; an error answer is an AssertionError."""
        f = (session or self.session)[0]
        f.write(command.encode() + b"\n")
        lines = []
        while True:
            line = f.readline().decode().rstrip("\n")
            if line == "ok":
                return lines
            if line.startswith("error"):
                raise AssertionError(f"payung-sim: {command!r}: {line}")
            if line == "":
                if self.process.poll() is not None:
                    raise AssertionError("payung-sim is gone")
            lines.append(line)

    def flight(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def stop(self):
        self.process.kill()
        self.process.wait()


class Clock:
    """The time of day of all programs of a town (PAYUNG_CLOCK). It stands still unless set."""

    def __init__(self, path, when):
        self.path = path
        self.env = {"PAYUNG_CLOCK": str(path)}
        self.set(when)

    def set(self, when):
        """Seconds UTC, or "2027-01-31 08:00" in WIB."""
        if isinstance(when, str):
            when = int(datetime.datetime.fromisoformat(when + "+07:00").timestamp())
        self.now = when
        with open(self.path, "r+b" if self.path.exists() else "wb") as f:
            f.write(struct.pack("=q", when))


class Town:
    def __init__(self, modems=("a,imsi=510100000000001,imei=350000000000001,number=+6281100000001",),
                 limits="", log_level="info", conf_modems=None, templates=None,
                 clock=None):
        """clock: what the programs take for now (see Clock.set); None: the real time."""
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="payung-town-"))
        self.clock = Clock(self.dir / "clock", clock) if clock is not None else None
        self.env = self.clock.env if self.clock else {}
        self.sim = Sim(self.dir / "sim", modems, env=self.env)
        names = [m.split(",")[0] for m in modems]
        if conf_modems is None:
            conf_modems = "\n".join(f'modem "{n}" {{ device = "sim/{n}" }}' for n in names)
        self.conf = self.dir / "payung.conf"
        self.write_conf(conf_modems, limits, log_level, templates)
        self.daemon = None
        self.stamp = 0
        self.log = open(self.dir / "daemon.log", "ab")
        self.payung("init")

    def write_conf(self, modems, limits="", log_level="info", templates=None):
        (self.dir / "holidays.csv").write_text("date,name,basis\n")
        self.conf.write_text(CONF.format(templates=templates or ROOT / "templates", modems=modems,
                                         reminders="" if self.clock else ALWAYS,
                                         worker=BUILD / "payung-modem", limits=limits, log_level=log_level))
        self.conf.chmod(0o600)

    # ---- programs ----

    def payung(self, *args, code=0, stdin=None, json_out=False):
        """Runs the tool; returns its stdout (parsed with json_out); checks the exit code."""
        argv = [BUILD / "payung", "--config", self.conf] + (["--json"] if json_out else []) + [str(a) for a in args]
        r = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=PATIENCE * 4,
                           env=dict(os.environ, **self.env))
        if r.returncode != code:
            raise AssertionError(f"payung {' '.join(map(str, args))}: exit {r.returncode}, expected {code}\n"
                                 f"{r.stdout}{r.stderr}{self.tail()}")
        self.stderr = r.stderr
        return json.loads(r.stdout) if json_out else r.stdout

    def start(self, wait=True, env=None, program="payungd"):
        e = dict(os.environ, **self.env, **(env or {}))
        e.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
        self.daemon = subprocess.Popen([BUILD / program, "--config", self.conf], stdout=self.log, stderr=self.log, env=e)
        if wait:
            self.wait_for(self.is_up, "all lines up")
        return self.daemon

    def status(self, request="status"):
        """What the daemon says on its control socket, None when nobody is there."""
        try:
            with contextlib.closing(socket.socket(socket.AF_UNIX)) as s:
                s.settimeout(PATIENCE)
                s.connect(str(self.dir / "control"))
                s.sendall(request.encode() + b"\n")
                return json.loads(s.makefile().readline())
        except (FileNotFoundError, ConnectionError, json.JSONDecodeError):
            return None

    def is_up(self):
        if self.daemon.poll() is not None:
            raise AssertionError(f"payungd ended with {self.daemon.returncode}{self.tail()}")
        s = self.status()
        return s and all(l["state"] in ("up", "send-only") for l in s["lines"]) and s["lines"]

    def stop(self, expect=0):
        """SIGTERM; checks that it ends by itself with that code."""
        if self.daemon and self.daemon.poll() is None:
            self.daemon.terminate()
            self.daemon.wait(PATIENCE)
        if expect is not None:
            assert self.daemon.returncode == expect, f"payungd: exit {self.daemon.returncode}{self.tail()}"
        self.daemon = None

    def kill(self):
        self.daemon.kill()
        self.daemon.wait()

    def workers(self):
        return [pid for pid, parent in processes() if parent == self.daemon.pid]

    def at(self, when):
        """Sets the virtual clock; returns when the daemon has seen what that makes due."""
        self.clock.set(when)
        if self.daemon:
            assert self.status("ping"), f"payungd does not answer{self.tail()}"

    # ---- waiting ----

    def wait_for(self, question, what, patience=None):
        """Asks until the answer is true. Polling a condition, bounded; never a blind pause."""
        end = time.monotonic() + (patience or PATIENCE)
        while True:
            answer = question()
            if answer:
                return answer
            if time.monotonic() > end:
                raise AssertionError(f"did not happen: {what}{self.tail()}")
            time.sleep(0.01)

    def tail(self, lines=40):
        self.log.flush()
        text = (self.dir / "daemon.log").read_text(errors="replace").splitlines()[-lines:]
        return "\n--- payungd's log:\n" + "\n".join(text)

    # ---- people ----

    def text(self, phone, words, to="a", expect=None, options=""):
        """A phone texts; with expect, waits for an answer that holds it and returns that answer."""
        before = len(self.inbox(phone))
        escaped = words.replace("\\", "\\\\").replace("\n", "\\n")
        if "--scts" not in options:  # nobody texts twice in a second: that would be a redelivery
            self.stamp = max(self.stamp + 1, self.clock.now if self.clock else int(time.time()))
            options += f" --scts={self.stamp}"
        self.sim(f"sms {phone} {to} {options} -- {escaped}")
        if expect is None:
            return None
        return self.wait_for(lambda: next((t for t in self.inbox(phone)[before:] if expect in t), None),
                             f"{phone} gets {expect!r} for {words!r}, has {self.inbox(phone)[before:]}")

    def inbox(self, phone):
        """The texts a phone shows, oldest first."""
        return [parse_text(line) for line in self.sim(f"inbox {phone}")]

    # ---- the scheme ----

    def pledge(self, workers=10, phone="+628129999999"):
        self.payung("programme", "add", "--code", "PNS", "--name", "PNS Peduli", "--area", "3321",
                    "--legal-basis", "SE 1/2026", "--channel", "direct")
        sponsor = self.payung("sponsor", "add", "--name", "Dinas Sosial Demak", "--sms-name", "Dinsos Demak",
                              "--kind", "government", "--phone", phone).strip()
        return self.payung("pledge", "add", "--sponsor", sponsor, "--programme", "PNS", "--funding", "local_budget",
                           "--workers", workers, "--months", 12, "--instalment", 3, "--start", "2027-01").strip()

    def codes(self, ref, n):
        return self.payung("code", "issue", "--pledge", ref, "--count", n).split()

    def named(self, ref, people):
        """people: (nik, name, phone, occupation, area); returns the codes in their order."""
        path = self.dir / "named.csv"
        path.write_text("nik,name,phone,occupation,area\n" + "".join(",".join(map(str, p)) + "\n" for p in people))
        out = self.payung("code", "issue", "--pledge", ref, "--named", path).splitlines()
        column = out[0].split(",").index("code")
        return [line.split(",")[column] for line in out[1:]]

    # ---- end ----

    def close(self):
        with contextlib.suppress(Exception):
            if self.daemon and self.daemon.poll() is None:
                self.kill()
        self.sim.stop()
        self.log.close()
        if not os.environ.get("PAYUNG_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)


def parse_text(line):
    """A line of the simulator's `inbox`: number, time, sender, text."""
    return line.split("\t", 3)[3].replace("\\n", "\n").replace("\\\\", "\\")


class Suite:
    """Runs functions named test_*; ends with the plain line `N passed, N failed`."""

    @staticmethod
    def main(namespace):
        wanted = sys.argv[1:]
        passed = failed = 0
        for name, test in list(namespace.items()):
            if not name.startswith("test_") or (wanted and not any(w in name for w in wanted)):
                continue
            began = time.monotonic()
            try:
                test()
            except Exception as e:  # noqa: BLE001 - every failure is told and counted
                failed += 1
                print(f"FAILED {name}: {e}", flush=True)
            else:
                passed += 1
                print(f"ok {name} ({time.monotonic() - began:.1f} s)", flush=True)
        print(f"{passed} passed, {failed} failed", flush=True)
        sys.exit(1 if failed or not passed else 0)


@contextlib.contextmanager
def town(**kwargs):
    t = Town(**kwargs)
    try:
        yield t
    finally:
        t.close()
