#!/usr/bin/env python3
"""docs/EXPLAIN.md is what `payung explain` really says: the year of money_story.py is played, eleven
explanations are taken on the way, and the document must hold them word for word.
PAYUNG_WRITE=1 writes the document anew; read it aloud before you commit it."""

import os
import re
import sqlite3

import money_story as story
from town import ROOT, Suite

DOCUMENT = ROOT / "docs" / "EXPLAIN.md"
HEAD = """# What `payung explain` says

Answers to the question "where is my money?", as an officer reads them aloud on the phone. They
are real: `tests/e2e/test_explain.py` plays a small year with the real programs and compares this
page with what they say (references and entry numbers are made small here). After a change of words:
`PAYUNG_WRITE=1 tests/e2e/test_explain.py`.
"""


class Page:
    def __init__(self, o):
        self.o, self.parts = o, []

    def small(self, text):
        """Entries by their place in the books instead of the audit chain, which everything counts up."""
        with sqlite3.connect(f"file:{self.o.t.dir}/payung.db?mode=ro", uri=True) as db:
            rank = {i: n for n, (i,) in enumerate(db.execute("SELECT id FROM ledger_entry ORDER BY id"), 1)}
        text = re.sub(r"\bEntry (\d+)( to (\d+))?",
                      lambda m: f"Entry {rank[int(m[1])]}" + (f" to {rank[int(m[3])]}" if m[3] else ""), text)
        return text

    def take(self, title, what):
        text = self.small(self.o.explain(what))
        assert text.rstrip().endswith("It balances."), text
        self.parts.append(f"## {len(self.parts) + 1}. {title}\n\n    payung explain {self.o.refs.get(what, what)}\n\n"
                          + "".join(f"> {line}  \n" for line in text.splitlines()))

    def whole(self):
        return HEAD + "\n" + "\n".join(self.parts)


def play(o, page):
    story.begin(o)
    story.spring(o)
    page.take("A worker whose first months are confirmed", "worker/1")
    page.take("Paid, but the insurer has said nothing yet", "worker/5")
    page.take("A worker who waits for a place", "worker/4")
    page.take("A payment that fits, and a little too much", "payment/1")
    page.take("A payment that is nobody's", "payment/2")
    story.wrong_and_right(o)
    page.take("A payment that was given to the wrong pledge first", "payment/2")
    page.take("A civil servant who has paid a part", o.servant)
    story.summer(o)
    page.take("A worker who died", "worker/6")
    page.take("A budget that pays the insurer itself", o.regency)
    page.take("A company whose second instalment is late", o.company)
    story.refused(o)
    page.take("A worker whom the insurer refused after it had confirmed", "worker/1")


def test_the_document_is_what_the_tool_says():
    with story.office() as o:
        page = Page(o)
        play(o, page)
        text = page.whole()
        if os.environ.get("PAYUNG_WRITE"):
            DOCUMENT.write_text(text)
        said, kept = text.splitlines(), DOCUMENT.read_text().splitlines()
        for n, (a, b) in enumerate(zip(said + ["(end)"] * len(kept), kept + ["(end)"]), 1):
            assert a == b, f"docs/EXPLAIN.md:{n} differs:\n  is   {b}\n  said {a}"
        assert len(said) == len(kept), "docs/EXPLAIN.md: lines are missing at its end"


def test_sentences_are_short_enough_to_listen_to():
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("> "):
            for sentence in re.split(r"(?<=[.!?]) ", line[2:].strip()):
                assert len(sentence.split()) <= 28, sentence


if __name__ == "__main__":
    Suite.main(globals())
