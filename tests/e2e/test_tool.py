#!/usr/bin/env python3
"""The operator's tool beside a running payungd: it is told, it shows, it does not disturb."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from town import BUILD, ROOT, Suite, town

PHONE = "+6281234567890"
RED, BLUE = (f"{n},imsi=51010000000000{i},number=+628110000000{i}" for i, n in ((1, "red"), (2, "blue")))


def test_chat_is_a_phone_that_waits_for_each_answer():
    with town() as t:
        t.start()
        code = t.codes(t.pledge(), 1)[0]
        script = f"STATUS\nDAFTAR {code}\nBATAL\n"
        out = t.payung("--json", "chat", PHONE, "--to", "a", stdin=script)
        texts = [json.loads(line)["text"] for line in out.splitlines()]
        assert len(texts) == 3, texts
        assert texts == t.inbox(PHONE), (texts, t.inbox(PHONE))
        assert "NIK" in texts[1], texts


def test_chat_tells_what_the_simulator_refuses():
    with town() as t:
        t.payung("chat", PHONE, "--to", "nobody", stdin="STATUS\n", code=1)
        assert "no SIM" in t.stderr, t.stderr


def test_send_reaches_the_phone_because_the_daemon_is_told():
    with town() as t:
        t.start()
        id = int(t.payung("send", PHONE, "Halo dari kantor"))
        assert t.stderr == "", t.stderr
        t.wait_for(lambda: "Halo dari kantor" in t.inbox(PHONE), "the text arrives")
        t.wait_for(lambda: any(m["id"] == id for m in
                               t.payung("outbox", "list", "--state", "delivered", json_out=True)),
                   "it is shown as delivered")


def test_text_written_while_the_daemon_is_down_goes_out_later():
    with town() as t:
        t.payung("send", PHONE, "Nanti")
        assert "not running" in t.stderr, t.stderr
        t.start()
        t.wait_for(lambda: "Nanti" in t.inbox(PHONE), "the text arrives")


def test_status_and_modems_show_every_line():
    with town(modems=(RED, BLUE)) as t:
        t.start()
        s = t.payung("status", json_out=True)
        assert s["state"] == "running" and [l["name"] for l in s["lines"]] == ["red", "blue"], s
        m = t.payung("modem", "list", json_out=True)
        assert [l["state"] for l in m] == ["up", "up"], m
        assert t.payung("status").count("red") >= 1
        t.sim("unplug red")
        t.wait_for(lambda: t.payung("modem", "list", json_out=True)[0]["state"] == "down", "red is down")


def test_backup_and_codes_beside_a_busy_daemon():
    with town(limits="all_hour = 100000 per_sim_hour = 10000") as t:
        t.start()
        ref = t.pledge(workers=1000)
        issue = subprocess.Popen([BUILD / "payung", "--config", t.conf, "code", "issue", "--pledge", ref,
                                  "--count", "5000"], stdout=subprocess.PIPE, text=True)
        for i in range(20):
            t.text(f"+62812000000{i:02}", "BANTU", expect="Perintah")
        codes = issue.communicate()[0].split()
        assert issue.returncode == 0 and len(set(codes)) == 5000, len(set(codes))
        t.payung("backup", t.dir / "copy.db")
        t.payung("audit", "verify")
        t.text(PHONE, f"DAFTAR {codes[-1]}", expect="NIK")
        t.stop()


def test_root_becomes_the_owner_of_the_store():
    if os.getuid() != 0 or "asan" in BUILD.name:
        return  # leak checks need ptrace of a process that has changed its user
    work = pathlib.Path(tempfile.mkdtemp(prefix="payung-owner-"))
    try:
        shutil.chown(work, "nobody", "nogroup")
        conf = work / "payung.conf"
        conf.write_text(f'store = "s/p.db"\nkey_file = "s/p.key"\ntemplates = "{ROOT}/templates"\n'
                        'control = "c"\nservice { name = "P" helpdesk = "0800" }\n')
        (work / "s").mkdir()
        shutil.chown(work / "s", "nobody", "nogroup")
        env = dict(os.environ, SUDO_USER="siti")
        for args in (["init"], ["programme", "add", "--code", "P", "--name", "N", "--area", "1",
                                "--legal-basis", "L", "--channel", "direct"]):
            subprocess.run([BUILD / "payung", "--config", conf, *args], check=True, env=env,
                           stdout=subprocess.DEVNULL)
        owners = {f.name: f.owner() for f in (work / "s").iterdir()}
        assert owners and set(owners.values()) == {"nobody"}, owners
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    Suite.main(globals())
