#!/usr/bin/env python3
"""Modems that do not start as they should, or can less than others. Two modems: the fault is a's, b
works on; what becomes of a is said in each test."""

import os
import select

from judge import Flight, judge
from pair import pair
from town import Suite

TWO = 'modem "a" {{ device = "sim/a" {} }}\nmodem "b" {{ device = "sim/b" }}'


def dial(t, name, *commands):
    """Speaks with a simulated modem as a person with a terminal would; returns all it said."""
    fd = os.open(t.dir / "sim" / name, os.O_RDWR | os.O_NOCTTY)
    said = ""
    try:
        for command in commands:
            os.write(fd, command.encode() + b"\r")
            reply = ""
            while not any(end in reply for end in ("OK\r\n", "ERROR")):
                assert select.select([fd], [], [], 30)[0], f"{command}: no answer, only {reply!r}"
                reply += os.read(fd, 4096).decode()
            said += reply
    finally:
        os.close(fd)
    return said


def only_b(p):
    """Starts with a in trouble: b is up and answers."""
    p.t.start(wait=False)
    p.t.wait_for(lambda: p.t.status(), "payungd answers")
    p.reaches("up", "b")
    p.b_works()


def test_modem_without_echo_is_cured():
    """a: ATE1 cures it."""
    with pair(",echo=off") as p:
        p.asks("a")
        assert p.line()["restarts"] == 0
        p.is_back()


def test_modem_that_never_echoes():
    """a: down with the cure in its trouble; tried again, and up once it echoes."""
    with pair(",echo=never", start=False) as p:
        only_b(p)
        p.reaches("down", trouble="ATE1")
        waiting = p.asks("a", answered=False)
        p.b_works()
        p.sim("modem heal a")
        p.gets_answer(waiting)
        p.is_back()


def test_modem_without_gprs():
    """a: network queries fail one by one; it is up all the same and says what it knows."""
    with pair(",gprs=off") as p:
        p.t.wait_for(lambda: p.line()["signal_dbm"] == -73, "the signal is known")
        p.asks("a")
        assert p.line()["restarts"] == 0
        p.is_back()


def test_failing_status_queries_cost_nothing():
    """a: signal, registration and operator cannot be asked; it works."""
    with pair(start=False) as p:
        for command in ("CSQ", "CREG", "COPS", "CGREG"):
            p.sim(f"modem fail a {command} cme=100")
        p.t.start()
        p.asks("a")
        assert p.line()["restarts"] == 0 and p.line()["signal_dbm"] == 0, p.line()
        p.is_back()


def test_busy_sim_at_start():
    """a: CME 14 for a while after power-up: it is asked again until the SIM is ready."""
    with pair(",boot-busy=1500") as p:
        assert p.line()["restarts"] == 0
        p.asks("a")
        p.is_back()


def test_busy_sim_with_cms_515():
    """a: the same said as +CMS ERROR 515."""
    with pair(start=False) as p:
        p.sim("modem fail a CPIN cms=515 next=3")
        p.t.start()
        assert p.line()["restarts"] == 0
        p.asks("a")
        p.is_back()


def test_sim_busy_at_each_init():
    """a: AT+CFUN=1 of libgammu makes the SIM start again; waited for, not started anew."""
    with pair(",cfun-busy=800") as p:
        assert p.line()["restarts"] == 0
        p.asks("a")
        p.is_back()


def test_send_only_modem():
    """a: refuses the message store; it is up as send-only and sends what is its line's."""
    with pair(",send-only=on") as p:
        assert p.line()["state"] == "send-only", p.line()
        p.b_works()
        p.is_quiet()
        p.sim("unplug b")
        p.reaches("down", "b")
        p.t.payung("send", "+628150000001", "lewat a")
        p.t.wait_for(lambda: p.t.inbox("+628150000001"), "the text")
        sent, = Flight(p.sim.flight()).sent_to("+628150000001")
        assert sent["modem"] == "a" and p.t.inbox("+628150000001") == ["lewat a"], sent
        p.t.wait_for(lambda: p.line()["sent_hour"] == 1 and p.outbox(state="sent"), "counted, and no report comes")


def test_plain_modem():
    """a: the simplest profile, without reports and with +CMTI only."""
    with pair(",profile=plain") as p:
        p.asks("a")
        p.b_works()
        p.is_back()


def test_profiles():
    """a: what common models can do differs (reports to the port or the store); all work."""
    for profile in ("huawei", "zte", "sim800", "quectel", "wavecom"):
        with pair(f",profile={profile}") as p:
            phone = p.asks("a")
            p.t.wait_for(lambda f=phone: p.outbox(msisdn=f, state="delivered"), f"{profile}: delivered")
            assert p.line()["restarts"] == 0
            p.is_back()


def test_no_sim():
    """a: down for want of a SIM; up once there is one."""
    with pair() as p:
        p.asks("a")
        p.is_quiet()
        p.sim("sim a none")
        p.reaches("down", trouble="SIM")
        p.b_works()
        p.sim("sim a imsi=510100000000001")
        p.is_back()


def test_right_pin():
    """a: the PIN unlocks the SIM at each start."""
    with pair(",pin=1234", conf_modems=TWO.format('pin = "1234"')) as p:
        p.asks("a")
        p.is_quiet()
        p.sim("unplug a")
        p.reaches("down")
        p.sim("plug a")
        p.is_back()


def test_missing_pin():
    """a: says that a PIN is needed; up once it is in the file and payungd has reloaded."""
    with pair(",pin=1234", start=False) as p:
        only_b(p)
        p.reaches("down", trouble="PIN")
        p.t.write_conf(TWO.format('pin = "1234"'), "restart_max_s = 1")
        assert p.t.status("reload") == {"ok": True}
        p.is_back()


def test_wrong_pin_is_tried_once():
    """a: one try, never again, not even by a new payungd; up once the PIN is corrected. The SIM has
    three tries: one by payungd, one by hand here, so that the right PIN is the last."""
    with pair(",pin=1234", start=False, conf_modems=TWO.format('pin = "9999"')) as p:
        only_b(p)
        p.reaches("down", trouble="PIN")
        opened = len(Flight(p.sim.flight()).of("opened", modem="a"))
        p.t.wait_for(lambda: len(Flight(p.sim.flight()).of("opened", modem="a")) >= opened + 2, "two more starts of a")
        p.t.stop()
        for _ in range(2):
            only_b(p)
            p.reaches("down", trouble="PIN")
            p.t.stop()
        assert "PIN" in dial(p.t, "a", 'ATE1', "AT+CMEE=1", "AT+CPIN?")
        assert "ERROR" in dial(p.t, "a", 'AT+CPIN="0000"')
        assert "SIM PIN" in dial(p.t, "a", "AT+CPIN?"), "the SIM asks for its PUK: the PIN was tried twice"
        p.t.write_conf(TWO.format('pin = "1234"'), "restart_max_s = 1")
        p.t.start()
        p.is_back()
        log = (p.t.dir / "daemon.log").read_text()
        assert "9999" not in log and "1234" not in log, "a PIN in the log"


def test_puk():
    """a: down, says PUK, never tries a PIN; up once the SIM was unlocked in another phone."""
    with pair(",pin=1234", start=False, conf_modems=TWO.format('pin = "1234"')) as p:
        dial(p.t, "a", 'AT+CPIN="0000"', 'AT+CPIN="0000"', 'AT+CPIN="0000"')
        only_b(p)
        p.reaches("down", trouble="PUK")
        p.sim("modem add phone,imsi=510100000000077")
        p.sim("sim phone imsi=510100000000001")
        assert "OK" in dial(p.t, "phone", 'AT+CPIN="12345678","1234"')
        p.b_works()
        p.sim("sim a imsi=510100000000001")
        p.sim("plug a")
        p.is_back()


def test_wrong_imei():
    """a: another modem than the configured one is at its port: it gets no PIN and no text; the
    right one is taken when it appears, under whatever name."""
    conf = 'modem "a" { device = "sim/port*" imei = "350000000000777" pin = "1234" }\nmodem "b" { device = "sim/b" }'
    with pair(",pin=1234", start=False, conf_modems=conf) as p:
        p.sim("unplug a")
        p.sim("plug a as port1")
        only_b(p)
        p.reaches("down|starting", trouble="350000000000777 was expected")
        p.b_works()
        assert "SIM PIN" in dial(p.t, "port1", "AT+CPIN?"), "a strange modem got the PIN"
        p.sim("modem add port2,imei=350000000000777,imsi=510100000000077,number=+6281100000077,pin=1234")
        p.reaches("up")
        assert p.line()["device"].endswith("port2"), p.line()
        p.asks("+6281100000077")
        p.b_works()
        judge(p.t, p.texts)


def test_port_in_use():
    """a: another program holds the port; tried again until it lets go."""
    import fcntl
    with pair(start=False) as p:
        with open(p.t.dir / "sim" / "a", "r+b", buffering=0) as port:
            fcntl.flock(port, fcntl.LOCK_EX)
            only_b(p)
            p.reaches("down|starting", trouble="in use")
            p.b_works()
        p.is_back()


def test_no_such_device():
    """a: waited for; up once plugged in."""
    with pair(start=False) as p:
        p.sim("unplug a")
        only_b(p)
        p.reaches("down", trouble="no device")
        p.sim("plug a")
        p.is_back()


def test_two_names_for_one_device():
    """a has a second name, configured as another modem: one of the two works, the other waits."""
    with pair(start=False) as p:
        os.symlink("a", p.t.dir / "sim" / "alias")
        p.t.write_conf('modem "a" { device = "sim/a" }\nmodem "b" { device = "sim/b" }\n'
                       'modem "again" { device = "sim/alias" }', "restart_max_s = 1")
        only_b(p)
        p.reaches("up")
        p.reaches("down", "again", trouble="no device")
        p.is_back()


Suite.main(globals())
