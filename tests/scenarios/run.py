#!/usr/bin/env python3
"""Plays the scenarios beside this file on the real programs, by a clock of their own: run.py [WORD...].

A scenario is a folder with scenario.txt and the CSV files it names. It is read from top to bottom;
README.md beside this file says how to write one. Everything that goes out must be expected: a text
nobody wrote down is a fault like one that does not come. A fault names file and line."""

import concurrent.futures
import contextlib
import csv
import json
import os
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
os.environ.setdefault("PAYUNG_BUILD", str(HERE.parents[1] / "build" / "release"))

import people  # noqa: E402
import town as e2e  # noqa: E402

# The clock stands while a scenario does not move it, so no hour ever ends by itself. The daily sign of life
# to duty phones comes at a minute no story reaches.
LIMITS = "\n".join(f"    {k} = {v}" for k, v in {
    "per_sim_hour": 10000, "per_sim_day": 100000, "all_hour": 100000, "all_day": 1000000,
    "answers_all_hour": 1000000, "answers_line_hour": 1000000, "heartbeat_minute": 1439}.items())


# Off unless a scenario names them: their windows of days would fill each story with texts it is not about.
REMINDERS = ("self_first self_second self_last arrears arrears_last lapsed sponsored sponsor_late sponsor_ends"
             " not_active_first not_active_second number_check due_first due_second due_last overdue pledge_ends"
             " renewal_risk").split()


class Fault(Exception):
    pass


class Step:
    """An action and, indented below it, what must come of it."""

    def __init__(self, line, words):
        self.line, self.words, self.below = line, words, []


def read_steps(path):
    steps = []
    for number, raw in enumerate(path.read_text().splitlines(), 1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if raw[0] not in " \t":
            steps.append(Step(number, text))
        elif not steps:
            raise Fault(f"{path}:{number}: nothing stands above this indented line")
        else:
            steps[-1].below.append((number, text))
    return steps


def cells(line):
    return [c.strip() for c in line.strip().strip("|").split("|")]


def pairs(words):
    """`a=1, b=two words` as a dictionary."""
    return dict(part.strip().split("=", 1) for part in words.split(", ") if part.strip())


class Scenario:
    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "scenario.txt"
        self.words = {}       # {NAME} -> text
        self.phones = {}      # name -> number
        self.got, self.read_to = [], 0  # texts that reached phones; how far the simulator's log was read
        self.seen = 0         # of them, how many were looked at
        self.now = None
        self.town = None
        self.reminders = []   # which go out
        self.made = set()     # files that were made or added to
        self.files = None     # where commands find the CSV files, names filled in

    def fault(self, line, words):
        return Fault(f"{os.path.relpath(self.path)}:{line}: {words}")

    # ---- words ----

    def fill(self, text, line):
        def word(m):
            if m[1] not in self.words:
                raise self.fault(line, f"nothing was called {{{m[1]}}} before; known: {', '.join(sorted(self.words))}")
            return self.words[m[1]]
        return re.sub(r"\{([^{}]+)\}", word, text)

    def phone(self, name, line):
        if name in self.phones:
            return self.phones[name]
        digits = re.sub(r"[ .-]", "", name)
        if re.fullmatch(r"(\+62|0)8\d{7,11}", digits):
            return "+62" + digits[1:] if digits[0] == "0" else digits
        raise self.fault(line, f"whose phone is {name!r}? Write: phone {name}: 08...")

    # ---- the world ----

    def texts(self):
        """(phone, words) of all texts phones have got, from the simulator's log."""
        found = re.compile(r" complete .*?phone=(\S+) n=\d+ from=\S+ hash=\S+ text=(.*)$")
        with open(self.town.sim.log, encoding="utf-8") as f:
            f.seek(self.read_to)
            new = f.read()
        end = new.rfind("\n") + 1
        self.read_to += len(new[:end].encode())
        self.got += [(m[1], m[2].replace("\\n", "\n")) for m in map(found.search, new[:end].splitlines()) if m]
        return self.got

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.town.dir}/payung.db?mode=ro", uri=True, timeout=10)) as db:
            return db.execute(sql).fetchone()[0]

    def is_calm(self):
        """Nothing waits that may go out now, and what went out has arrived."""
        if not self.town.daemon:
            return True
        if self.reminders and self.ask("SELECT EXISTS (SELECT 1 FROM reminder_watch WHERE day <="
                                       f" {(self.town.clock.now + 7 * 3600) // 86400})"):
            return False  # somebody is still to be looked at
        waits = self.ask("SELECT count(*) FROM outbox WHERE state = 1 OR (state = 0"
                         f" AND not_before <= {self.town.clock.now})")
        return waits == 0 and self.ask("SELECT count(*) FROM outbox WHERE state IN (2, 3)") == len(self.texts())

    def settle(self, line):
        end = time.monotonic() + e2e.PATIENCE
        while not self.is_calm():
            if self.reminders:
                self.town.status("ping")
            if time.monotonic() > end:
                raise self.fault(line, f"texts still wait to go out:\n{self.town.payung('outbox', 'list')}")
            time.sleep(0.005)

    def new_texts(self):
        all_texts = self.texts()
        new, self.seen = list(all_texts[self.seen:]), len(all_texts)
        return new

    # ---- actions ----

    def start(self, when, line):
        off = "".join(f"    {r} = off\n" for r in REMINDERS if r not in self.reminders)
        self.town = e2e.Town(clock=when, limits=LIMITS)
        with open(self.town.conf, "a") as f:
            f.write(f"reminders {{\n{off}}}\n")
        self.files = self.town.dir / "files"
        self.files.mkdir()
        self.town.start()

    def do_on(self, step, words):
        if self.town is None:
            self.start(words, step.line)
        if self.now and words < self.now:
            raise self.fault(step.line, f"{words} is before {self.now}")
        self.now = words
        self.town.at(words)
        self.settle(step.line)
        self.expect_texts(step, step.below)

    def do_payungd(self, step, words):
        if words == "stops":
            self.town.stop()
            return
        self.town.start()
        self.settle(step.line)
        self.expect_texts(step, step.below)

    def do_reminders(self, step, words):
        self.reminders = words.split()
        unknown = set(self.reminders) - set(REMINDERS)
        if unknown or self.town:
            raise self.fault(step.line, f"stands before the first day; there are {', '.join(REMINDERS)}")

    def do_phone(self, step, words):
        name, number = (w.strip() for w in words.split(":", 1))
        self.phones[name] = self.phone(number, step.line)

    def do_people(self, step, words):
        """Whom a file names can be spoken of by name."""
        for row in self.table(words, step.line):
            if row.get("phone"):
                self.phones[row["name"]] = self.phone(row["phone"], step.line)

    def table(self, name, line):
        for folder in (self.files, self.folder):
            if folder and (folder / name).exists():
                with open(folder / name, newline="") as f:
                    return list(csv.DictReader(f))
        raise self.fault(line, f"there is no file {name}")

    def do_file(self, step, words):
        """`file NAME: 500 people in 332101, 332102` or `file NAME: OTHER.csv rows 2-9 with a=1, b=2`"""
        name, made_of = (w.strip() for w in words.split(":", 1))
        rows = [row for part in self.fill(made_of, step.line).split(" + ") for row in self.rows_of(part.strip(), step.line)]
        columns = list(dict.fromkeys(k for row in rows for k in row))
        self.write(name, [{k: row.get(k, "") for k in columns} for row in rows])

    def rows_of(self, made_of, line):
        m = re.fullmatch(r"(\d+) people in ([\d, ]+)(?: from (\d+))?", made_of)
        if m:
            return people.make(int(m[1]), re.findall(r"\d+", m[2]), int(m[3] or 1))
        m = re.fullmatch(r"(\S+\.csv)(?: rows (\d+)-(\d+))?(?: with (.*))?", made_of)
        if not m:
            raise self.fault(line, "a file is made of `N people in AREA, AREA` or `OTHER.csv rows 1-9 with column=value`")
        rows = self.table(m[1], line)
        if m[2]:
            rows = rows[int(m[2]) - 1:int(m[3])]
        for row in rows:
            row.update({k: self.of_row(v, row, line) for k, v in pairs(m[4] or "").items()})
        return rows

    def of_row(self, text, row, line):
        """[column] is what the row has there."""
        def cell(m):
            if m[1] not in row:
                raise self.fault(line, f"there is no column [{m[1]}]; there are {', '.join(row)}")
            return row[m[1]]
        return re.sub(r"\[([\w ]+)\]", cell, text)

    def write(self, name, rows):
        if not rows:
            raise Fault(f"{name} would have no rows")
        self.made.add(name)
        with open(self.files / name, "w", newline="") as f:
            w = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
            w.writeheader()
            w.writerows(rows)

    def fill_files(self):
        """The scenario's own files, with what is known by now in the place of {NAME}."""
        for source in self.folder.glob("*.csv"):
            if source.name in self.made:
                continue
            text = re.sub(r"\{([^{}]+)\}", lambda m: self.words.get(m[1], m[0]), source.read_text())
            (self.files / source.name).write_text(text)

    def run(self, step, words, wanted=0, as_json=False, user=None):
        """Runs payung; returns stdout and stderr."""
        argv = shlex.split(self.fill(words, step.line))
        command = [str(e2e.BUILD / "payung"), "--config", str(self.town.conf)] + (["--json"] if as_json else []) + argv
        env = dict(os.environ, **self.town.env, **({"SUDO_USER": user} if user else {}))
        r = subprocess.run(command, capture_output=True, text=True, cwd=self.files, env=env, timeout=e2e.PATIENCE * 10)
        if r.returncode != wanted:
            raise self.fault(step.line, f"payung {' '.join(argv)}: exit {r.returncode}, expected {wanted}\n{r.stdout}{r.stderr}")
        return r.stdout, r.stderr

    def do_each(self, step, words):
        """`each of FILE.csv: COMMAND with [column]`; `each of A.csv dealing B.csv by COLUMN:` gives each row so
        many rows of B.csv, in order, as dealt.csv."""
        m = re.fullmatch(r"of (\S+)(?: dealing (\S+) by (\w+))?: (.*)", words)
        if not m:
            raise self.fault(step.line, "write: each of FILE.csv: COMMAND")
        self.fill_files()
        rows, rest = self.table(m[1], step.line), []
        deck = self.table(m[2], step.line) if m[2] else []
        column = None
        for line, w in step.below:
            gives = re.fullmatch(r"gives column (\w+)", w)
            column = gives[1] if gives else column
            if not gives:
                rest.append((line, w))
        for row in rows:
            if m[2]:
                n = int(row[m[3]])
                self.write("dealt.csv", deck[:n])
                deck = deck[n:]
            out, _ = self.run(step, self.of_row(m[4], row, step.line))
            if column:
                row[column] = out.strip()
        if column:
            self.write(m[1], rows)
        self.settle(step.line)
        self.expect_texts(step, rest)

    def do_office(self, step, words, user=None):
        self.fill_files()
        lists = any(w[0] == "|" or re.match(r"rows |gives \w+ of each ", w) for _, w in step.below)
        wanted, error = 0, None
        for line, w in step.below:
            m = re.fullmatch(r"ends with (\d+)(?:: (.*))?", w)
            if m:
                wanted, error = int(m[1]), (line, m[2])
        out, err = self.run(step, words, wanted, lists, user)
        if error and error[1]:
            self.expect_words(error[0], error[1], out + err)
        self.settle(step.line)
        self.expect_output(step, out, err, lists)

    def do_text(self, step, name, words):
        t, before = self.town, self.ask("SELECT count(*) FROM inbox WHERE state > 0")
        t.stamp = max(t.stamp + 1, t.clock.now)
        escaped = self.fill(words, step.line).replace("\\", "\\\\")
        t.sim(f"sms {self.phone(name, step.line)} a --scts={t.stamp} -- {escaped}")
        t.wait_for(lambda: self.ask("SELECT count(*) FROM inbox WHERE state > 0") > before, f"the text of {name} is read")
        self.settle(step.line)
        self.expect_texts(step, step.below)

    # ---- what must come of it ----

    def expect_words(self, line, words, text):
        for part in self.fill(words, line).split("|"):
            if part.strip() not in text:
                raise self.fault(line, f"{part.strip()!r} is not in:\n{text}")

    def expect_output(self, step, out, err, is_list):
        rows = json.loads(out) if is_list and out.strip() else []
        rest, lines = [], []
        for line, w in step.below:
            m = re.fullmatch(r"gives (\w+)", w)
            each = re.fullmatch(r"gives (\w+) of each (\w+) as (\w+)", w)
            count = re.fullmatch(r"rows (\d+)(?: where (.*))?", w)
            if m:
                self.words[m[1]] = out.strip()
            elif each:
                self.words.update({f"{each[3]} {row[each[2]]}": str(row[each[1]]) for row in rows})
            elif count:
                self.expect_count(line, rows, int(count[1]), pairs(self.fill(count[2] or "", line)))
            elif w.startswith("says:"):
                self.expect_words(line, w[5:], out + err)
            elif w[0] == "|":
                lines.append((line, cells(self.fill(w, line))))
            elif w.startswith("keeps "):
                (self.files / w[6:].strip()).write_text(out)
            elif not w.startswith("ends with "):
                rest.append((line, w))
        if lines:
            self.expect_rows(lines, rows)
        self.expect_texts(step, rest)

    def expect_count(self, line, rows, wanted, where):
        unknown = [k for k in where if rows and k not in rows[0]]
        if unknown:
            raise self.fault(line, f"the list has no column {unknown[0]}; it has {', '.join(rows[0])}")
        n = sum(all(str(row[k]) == v for k, v in where.items()) for row in rows)
        if n != wanted:
            raise self.fault(line, f"{n} such rows, expected {wanted}; the list:\n" + "\n".join(map(str, rows[:40])))

    def expect_rows(self, lines, rows):
        (first, columns), wanted = lines[0], lines[1:]
        unknown = [k for k in columns if rows and k not in rows[0]]
        if unknown:
            raise self.fault(first, f"the list has no column {unknown[0]}; it has {', '.join(rows[0])}")
        got = [[str(row[k]) for k in columns] for row in rows]
        for line, row in wanted:
            if row not in got:
                raise self.fault(line, f"this row is not in the list:\n" + "\n".join(" | ".join(r) for r in got))
            got.remove(row)
        if got:
            raise self.fault(first, "rows nobody expected:\n" + "\n".join(" | ".join(r) for r in got))

    def expect_texts(self, step, below):
        """Every text since the last step stands below it, and nothing else came."""
        new = self.new_texts()
        for line, w in below:
            many = re.fullmatch(r"(all|\d+) of (\S+\.csv) gets?: (.*)", w)
            one = re.fullmatch(r"(.+?) gets: (.*)", w)
            if many:
                self.take_many(line, new, many[1], many[2], many[3])
            elif one:
                self.take(line, new, self.phone(one[1], line), one[1], one[2])
            else:
                raise self.fault(line, f"not understood: {w}")
        if new:
            raise self.fault(step.line, "texts nobody expected:\n" + "\n".join(f"  {self.name(p)}: {t}" for p, t in new))

    def take(self, line, new, phone, name, words):
        parts = [p.strip() for p in self.fill(words, line).split("|")]
        for i, (p, t) in enumerate(new):
            if p == phone and all(part in t for part in parts):
                del new[i]
                return
        others = "\n".join(f"  {self.name(p)}: {t}" for p, t in new) or "  nothing"
        raise self.fault(line, f"{name} gets no text with {' and '.join(map(repr, parts))}; came:\n{others}")

    def take_many(self, line, new, n, file, words):
        phones = {self.phone(row["phone"], line) for row in self.table(file, line) if row.get("phone")}
        parts = [p.strip() for p in self.fill(words, line).split("|")]
        taken = [i for i, (p, t) in enumerate(new) if p in phones and all(part in t for part in parts)]
        who = {new[i][0] for i in taken}
        wanted = len(phones) if n == "all" else int(n)
        if len(taken) != wanted or len(who) != wanted:
            others = "\n".join(f"  {self.name(p)}: {t}" for p, t in new[:20])
            raise self.fault(line, f"{len(who)} phones of {file} got {len(taken)} such texts, expected {wanted}; came:\n{others}")
        for i in reversed(taken):
            del new[i]

    def name(self, phone):
        return next((n for n, p in self.phones.items() if p == phone), phone)

    # ---- the play ----

    def play_step(self, step):
        w = step.words
        office = re.fullmatch(r"office(?: \((\w+)\))?: (.*)", w)
        texts = re.fullmatch(r"(.+?) texts: (.*)", w)
        gateway = re.fullmatch(r"payungd (stops|starts)", w)
        first = re.match(r"(on|phone|people|file|each|reminders) (.*)", w)
        if not first and self.town is None:
            raise self.fault(step.line, "begin with a day: on 2027-01-04 08:00")
        if gateway:
            self.do_payungd(step, gateway[1])
        elif office:
            self.do_office(step, office[2], office[1])
        elif first:
            getattr(self, "do_" + first[1])(step, first[2])
        elif texts:
            self.do_text(step, texts[1], texts[2])
        else:
            raise self.fault(step.line, f"not understood: {w}")

    def play(self):
        try:
            for step in read_steps(self.path):
                try:
                    self.play_step(step)
                except Fault:
                    raise
                except Exception as e:  # noqa: BLE001 - whatever it is, it is told with its line
                    raise self.fault(step.line, f"{type(e).__name__}: {e}") from e
            self.town.payung("audit", "verify")
            if self.town.daemon:
                self.town.stop()
        finally:
            if self.town:
                self.town.close()


def play(folder):
    """None, or what is wrong; and how long it took."""
    began = time.monotonic()
    try:
        Scenario(folder).play()
        fault = None
    except Fault as e:
        fault = str(e)
    return folder.name, fault, time.monotonic() - began


def main():
    wanted = sys.argv[1:]
    folders = [p.parent for p in sorted(HERE.glob("*/scenario.txt"))]
    folders = [f for f in folders if not wanted or any(w in f.name for w in wanted)]
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, fault, took in pool.map(play, folders):
            failed += fault is not None
            print(f"FAILED {name}\n{fault}" if fault else f"ok {name} ({took:.1f} s)", flush=True)
    print(f"{len(folders) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not folders else 0)


if __name__ == "__main__":
    main()
