#!/usr/bin/env python3
"""Whole programs by a clock of the test's own: what is due by time alone comes with a jump."""

from town import Suite, town

DUTY = "+6281355550001"


def day_after_day(t):
    t.payung("duty", "add", "--phone", DUTY, "--area", "all", "--name", "Bu Duty")
    t.start()
    assert any("clock=" in line and "test" in line for line in t.tail(1000).splitlines()), "the log must say so"
    for told, day in enumerate(("2027-02-28", "2027-03-01", "2027-03-02", "2027-12-31"), 1):
        t.at(f"{day} 12:00")
        queued = len(t.payung("outbox", "list", json_out=True))
        assert queued == told, f"{queued} texts for {told} days, told of the jump or not"
        t.wait_for(lambda: len(t.inbox(DUTY)) == told, f"the sign of life of {day}")
        t.at(f"{day} 12:30")  # the same day: nothing new
    assert len(t.inbox(DUTY)) == 4, t.inbox(DUTY)


def test_a_jump_of_days_is_acted_upon():
    with town(clock="2027-02-27 06:00") as t:
        day_after_day(t)


def test_texts_carry_the_time_of_the_clock():
    with town(clock="2027-02-27 06:00") as t:
        t.start()
        t.at("2028-02-29 09:15")
        t.text("+6281300000001", "STATUS", expect="belum terdaftar")
        assert "2028-02-29" in t.payung("inbox", "list"), t.payung("inbox", "list")


def test_without_the_variable_there_is_no_such_clock():
    with town() as t:
        t.start()
        assert "clock=" not in t.tail(1000)


def test_a_file_that_is_none_is_refused():
    with town() as t:
        t.env = {"PAYUNG_CLOCK": str(t.dir / "missing")}
        t.payung("status", code=1)
        assert "PAYUNG_CLOCK" in t.stderr
        d = t.start(wait=False)
        assert d.wait(30) == 1 and "PAYUNG_CLOCK" in t.tail()


if __name__ == "__main__":
    Suite.main(globals())
