#!/usr/bin/env python3
"""The main job: people register, ask and are told; what payungd does when told to reload or stop;
and that a NIK stays where it belongs."""

import pathlib
import shutil
import signal

from judge import Flight
from town import ROOT, Suite, town

A = "a,imsi=510100000000001,imei=350000000000001,number=+6281100000001"
B = "b,imsi=510100000000002,imei=350000000000002,number=+6281100000002"
SITI, BUDI, SARI = "+6281234567890", "+6281234567891", "+6281234567892"
SPONSOR = "+628129999999"
NIK_SITI, NIK_BUDI, NIK_OTHER = "3321024107900003", "3321024107900004", "3321024107900005"


def wrong_digit(code):
    return code[:7] + str((int(code[7]) + 1) % 10)


def dialogue(t, phone, code, nik, name="BUDI SANTOSO"):
    """Registers with an open code; returns all answers."""
    steps = [(f"DAFTAR {code}", "Balas 16 angka NIK"), (nik, "NIK diterima"), (f"NAMA {name}", "Pekerjaan Anda?"),
             ("2", "Benar, masih bekerja"), ("YA", "Permintaan Anda kami terima")]
    return [t.text(phone, words, expect=answer) for words, answer in steps]


def test_conversation():
    with town() as t:
        ref = t.pledge()
        open_code = t.codes(ref, 1)[0]
        named, = t.named(ref, [(NIK_SITI, "Siti Aminah", SITI, "1", "332102")])
        t.start()
        t.wait_for(lambda: t.inbox(SPONSOR), "the sponsor is told")
        told, = t.inbox(SPONSOR)
        assert ref in told and "Rp2.016.000" in told and "10 pekerja x 12 bulan" in told, told
        assert all(r["line"] for r in outbox(t, msisdn=SPONSOR)), "a line that was free to choose is named"

        assert wrong_digit(named) in t.text(SITI, f"DAFTAR {wrong_digit(named)}", expect="tidak dikenal")
        answer = t.text(SITI, f"dftar {named}", expect="Terima kasih Siti Aminah")
        worker, = t.payung("worker", "show", SITI, json_out=True)
        assert worker["ref"] in answer and "BELUM terlindungi" in answer and worker["state"] == "registered"
        for words in ("STATUS", "KARTU"):
            assert "BELUM AKTIF. Siti Aminah" in t.text(SITI, words, expect="STATUS")
        t.text(SITI, "BANTU", expect="Perintah: DAFTAR")

        answers = dialogue(t, BUDI, open_code, NIK_BUDI)
        assert "Dinsos Demak" in answers[0] and "lahir 01-07-1990" in answers[1] and "Nelayan" in answers[3]
        budi, = t.payung("worker", "show", BUDI, json_out=True)
        assert budi["name"] == "BUDI SANTOSO" and budi["job"] == 2, budi
        assert "sudah dipakai" in t.text(SARI, f"DAFTAR {open_code}", expect="dipakai")
        assert "belum terdaftar" in t.text(SARI, "STATUS", expect="belum terdaftar")
        t.stop()
        assert "none changed" in t.payung("audit", "verify")


def test_dialogue_may_be_left_and_begun_again():
    with town() as t:
        ref = t.pledge()
        code = t.codes(ref, 1)[0]
        t.start()
        t.text(BUDI, f"DAFTAR {code}", expect="Balas 16 angka NIK")
        t.text(BUDI, "33210241079", expect="kami terima 11 angka")
        t.text(BUDI, "3321029907900004", expect="NIK itu belum benar")
        t.text(BUDI, NIK_BUDI, expect="NIK diterima")
        t.text(BUDI, "NAMA BUDI", expect="Pekerjaan Anda?")
        t.text(BUDI, "ULANG", expect="Balas 16 angka NIK")
        t.text(BUDI, NIK_OTHER, expect="NIK diterima")
        t.text(BUDI, "BATAL", expect="Pendaftaran dibatalkan")
        t.text(BUDI, "STATUS", expect="belum terdaftar")
        assert t.payung("worker", "list", json_out=True) == []
        dialogue(t, BUDI, code, NIK_BUDI)
        assert len(t.payung("worker", "list", json_out=True)) == 1


def test_same_text_again_has_the_same_answer_and_no_second_effect():
    with town() as t:
        ref = t.pledge()
        code, = t.named(ref, [(NIK_SITI, "Siti Aminah", SITI, "1", "332102")])
        t.start()
        first = t.text(SITI, f"DAFTAR {code}", expect="Terima kasih", options="--scts=1790000000")
        again = t.text(SITI, f"DAFTAR {code}", expect="Terima kasih", options="--scts=1790000060")
        assert first == again
        assert len(t.payung("worker", "list", json_out=True)) == 1
        t.text(SITI, f"DAFTAR {code}", options="--scts=1790000060")  # the very same: redelivered
        t.sim("await deleted 3 30 a")
        t.text(SITI, "STATUS", expect="BELUM AKTIF")
        assert len(t.inbox(SITI)) == 3 and len(t.payung("inbox", "list", json_out=True)) == 3


def test_slot_read_again_by_the_next_run_has_no_effect():
    with town() as t:
        ref = t.pledge()
        code, = t.named(ref, [(NIK_SITI, "Siti Aminah", SITI, "1", "332102")])
        t.sim("modem fail a CMGD cms=320")
        t.start()
        t.text(SITI, f"DAFTAR {code}", expect="Terima kasih")
        for _ in range(2):
            t.stop()
            reads = len(Flight(t.sim.flight()).of("read"))
            t.start()
            t.wait_for(lambda n=reads: len(Flight(t.sim.flight()).of("read", via="CMGR")) and
                       len(Flight(t.sim.flight()).of("read")) > n + 1, "the slot is read again")
        t.sim("modem heal a")
        t.sim("await empty 30 a")
        t.text(SITI, "STATUS", expect="BELUM AKTIF")
        assert len(t.inbox(SITI)) == 2, t.inbox(SITI)
        assert len(t.payung("inbox", "list", json_out=True)) == 2


def test_an_answer_goes_out_on_the_line_that_heard():
    with town(modems=(A, B)) as t:
        t.start()
        for to, number in (("a", "+6281100000001"), ("b", "+6281100000002"), ("a", "+6281100000001")):
            before = len(t.sim(f"inbox {SITI}"))
            t.text(SITI, f"BANTU {before}", to=to, expect="Perintah")
            line = t.sim(f"inbox {SITI}")[before]
            assert line.split("\t")[2] == number, (to, line)


def transcript(known):
    """What a phone that is not linked sees when it registers with a NIK that is or is not known."""
    with town() as t:
        ref = t.pledge()
        named, = t.named(ref, [(NIK_SITI, "Siti Aminah", SITI, "1", "332102")])
        code = t.codes(ref, 1)[0]
        t.start()
        t.text(SITI, f"DAFTAR {named}", expect="Terima kasih")
        heard = dialogue(t, BUDI, code, NIK_SITI if known else NIK_OTHER)
        heard += [t.text(BUDI, words, expect="") for words in ("STATUS", "KARTU", "BAYAR", "BANTU")]
        heard += [t.text(BUDI, f"DAFTAR {code} {NIK_SITI if known else NIK_OTHER}", expect="")]
        t.wait_for(lambda: t.status()["queue"]["queued"] == t.status()["queue"]["handed"] == 0, "all is sent")
        assert len(t.inbox(BUDI)) == len(heard)
        return [line.replace(code, "KODE") for line in heard], t.inbox(SITI)


def test_no_answer_tells_whether_a_nik_is_known():
    stranger, told_stranger = transcript(False)
    known, told_known = transcript(True)
    assert stranger == known, f"unknown NIK: {stranger}\nknown NIK: {known}"
    assert len(told_stranger) == 1
    assert len(told_known) == 2 and "mengirim NIK Siti" in told_known[1], told_known  # who it belongs to is warned


def test_nik_is_nowhere():
    niks = [f"33210241079000{n:02d}" for n in range(3, 12)]
    with town(log_level="debug", limits="scan_every_s = 1") as t:
        ref = t.pledge()
        named, = t.named(ref, [(niks[0], "Siti Aminah", SITI, "1", "332102")])
        codes = t.codes(ref, 2)
        t.start()
        t.text(SITI, f"DAFTAR {named}", expect="Terima kasih")
        said = dialogue(t, BUDI, codes[0], niks[1])
        said.append(t.text(SARI, f"DAFTAR {codes[1]} {niks[2]}", expect="NIK diterima"))
        said.append(t.text("+6281234500001", f"GANTI {niks[3]}", expect=""))
        said.append(t.text("+6281234500002", f"{niks[4][:4]} {niks[4][4:8]} {niks[4][8:12]} {niks[4][12:]}", expect=""))
        said.append(t.text("+6281234500003", f"tolong pak nik saya{niks[5]}ya", expect=""))
        long = "STATUS " + "mohon dibantu " * 9 + f"NIK {niks[6]} terima kasih " + "sekali " * 5
        said.append(t.text("+6281234500004", long, expect=""))
        t.text("name:TELKOMSEL", f"kode {niks[7]}")
        t.text("+6281234500005", f"nik {niks[8]}", options="--ucs2", expect="")
        t.wait_for(lambda: len(t.payung("inbox", "list", json_out=True)) == 13, "all came in")
        seen = [t.payung(*words, json_out=j) for j in (False, True) for words in
                (("inbox", "list"), ("outbox", "list"), ("worker", "list"), ("worker", "show", BUDI),
                 ("status",), ("modem", "list"), ("pledge", "list"))]
        seen += [t.status("status"), t.status("modems"), said, t.inbox(SPONSOR)]
        t.payung("send", SITI, f"NIK Anda {niks[0]}", code=1)
        assert niks[0] not in t.stderr
        found = nik_in_files(t, niks)
        t.kill()
        found += nik_in_files(t, niks)
    for nik in niks:
        assert nik not in repr(seen), f"{nik} in an answer"
        assert f"{nik[:4]} {nik[4:8]} {nik[8:12]}" not in repr(seen), f"{nik} in an answer, in groups"
    assert not found, found
    assert repr(seen).count("[NIK]") >= 8


def nik_in_files(t, niks):
    """Files of payungd and its log that hold a NIK, or half of one."""
    mine = [p for p in t.dir.rglob("*") if p.is_file() and "sim" not in p.parts and p.name != "named.csv"]
    assert {"payung.db", "payung.db-wal", "daemon.log"} <= {p.name for p in mine}, mine
    return [(p.name, nik) for p in mine for nik in niks
            if nik.encode() in p.read_bytes() or nik[4:].encode() in p.read_bytes()]


def own_templates(t):
    folder = t.dir / "templates"
    shutil.copytree(ROOT / "templates", folder)
    return folder


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


MODEMS = {name: f'modem "{name}" {{ device = "sim/{name}" }}' for name in "abc"}


def hang_up(t, words):
    """SIGHUP; returns when the log says so."""
    seen = (t.dir / "daemon.log").read_text().count(words)
    t.daemon.send_signal(signal.SIGHUP)
    t.wait_for(lambda: (t.dir / "daemon.log").read_text().count(words) > seen, words)


def test_reload_of_templates():
    with town() as t:
        folder = own_templates(t)
        t.write_conf(MODEMS["a"], templates=folder)
        t.start()
        t.text(SITI, "BANTU 1", expect="Perintah: DAFTAR")
        worker = folder / "id" / "worker.txt"
        replace(worker, "Perintah: DAFTAR", "Kata kunci: DAFTAR")
        t.text(SITI, "BANTU 2", expect="Perintah: DAFTAR")
        hang_up(t, "reloaded")
        t.text(SITI, "BANTU 3", expect="Kata kunci: DAFTAR")
        good = worker.read_text()
        for broken in (good.replace("Kata kunci:", "{nonsens}:"), good.replace("Kata kunci:", "x" * 100), "[W21]"):
            worker.write_text(broken)
            hang_up(t, "reload refused")
            answer = t.status("reload")
            assert "worker.txt" in answer["error"], answer
            t.text(SITI, f"BANTU {len(t.inbox(SITI))}", expect="Kata kunci: DAFTAR")
        worker.write_text(good.replace("Kata kunci", "Perintah"))
        assert t.status("reload") == {"ok": True}
        t.text(SITI, "BANTU 9", expect="Perintah: DAFTAR")


def test_reload_of_the_modem_list():
    with town(modems=(A, B)) as t:
        t.start()
        t.sim("modem add c,imsi=510100000000003,imei=350000000000003,number=+6281100000003")
        t.write_conf(MODEMS["a"] + "\n" + MODEMS["b"] + "\n" + MODEMS["c"])
        hang_up(t, "reloaded")
        t.wait_for(lambda: len(t.status()["lines"]) == 3 and t.is_up(), "three lines")
        t.text(SITI, "BANTU", to="c", expect="Perintah")
        t.write_conf(MODEMS["b"] + "\n" + MODEMS["c"])
        hang_up(t, "reloaded")
        t.wait_for(lambda: [x["name"] for x in t.status()["lines"]] in (["b", "c"], ["c", "b"]), "a is gone")
        t.text(BUDI, "BANTU", to="a")
        t.text(SITI, "BANTU 2", to="b", expect="Perintah")
        assert t.inbox(BUDI) == []
        t.conf.write_text(t.conf.read_text() + '\nmodem "c" { device = "sim/c" }\n')
        hang_up(t, "reload refused")
        t.text(SITI, "BANTU 3", to="c", expect="Perintah")
        t.write_conf(MODEMS["a"] + "\n" + MODEMS["b"] + "\n" + MODEMS["c"])
        hang_up(t, "reloaded")
        t.wait_for(lambda: t.inbox(BUDI), "what a heard meanwhile is answered")
        assert all(x["restarts"] == 0 for x in t.status()["lines"]), t.status()


def outbox(t, **wanted):
    return [r for r in t.payung("outbox", "list", json_out=True) if wanted.items() <= r.items()]


def test_sigterm_waits_for_the_text_under_way():
    with town(modems=(A + ",network=1000",)) as t:
        t.start()
        t.text(SITI, "BANTU")
        t.sim("await accepted 1 30 a")
        t.text(BUDI, "BANTU")
        t.stop()
        assert not outbox(t, state="handed") and not outbox(t, state="unknown"), outbox(t)
        assert len(outbox(t, msisdn=SITI, state="sent")) == 1 and len(t.inbox(SITI)) == 1
        t.start()
        t.wait_for(lambda: t.inbox(BUDI), "what came in meanwhile is answered")


def test_sigterm_does_not_wait_for_ever():
    with town(modems=(A + ",network=600000",)) as t:
        t.start()
        t.text(SITI, "BANTU")
        t.sim("await accepted 1 30 a")
        t.text(BUDI, "BANTU")
        t.stop()
        assert not outbox(t, state="handed"), outbox(t)
        assert [r["msisdn"] for r in outbox(t, state="unknown")] == [SITI], outbox(t)
        assert {s["to"] for s in Flight(t.sim.flight()).sends.values()} == {SITI}


def test_start_and_stop_without_modems():
    with town(conf_modems="") as t:
        t.start(wait=False)
        t.wait_for(t.status, "payungd answers")
        assert t.status()["lines"] == [] and t.payung("modem", "list", json_out=True) == []
        ident = t.payung("send", SITI, "menunggu").strip()
        assert [str(r["id"]) for r in outbox(t, state="queued")] == [ident]
        t.stop()
        assert not pathlib.Path(t.dir / "control").exists(), "the socket stays behind"


Suite.main(globals())
