#!/usr/bin/env python3
"""The rest of the conversation: a worker's new phone, warned phones, shared phones, cadres, sponsors
and languages, between real phones of the simulator."""

import re
import sqlite3

from town import Suite, town

SITI, BUDI, SARI, NEW, CADRE = ("+628123456789" + d for d in "01234")
SPONSOR = "+628129999999"
NIK_SITI, NIK_BUDI, NIK_SARI, NIK_NEW = ("332102410790000" + d for d in "3456")
W11 = "Permintaan Anda kami terima dan diperiksa petugas"


def register(t, people):
    """Registers listed workers from their phones: (nik, name, phone)."""
    ref = t.pledge()
    codes = t.named(ref, [(nik, name, "", "1", "332102") for nik, name, _ in people])
    t.start()
    for code, (_, name, phone) in zip(codes, people):
        t.text(phone, f"DAFTAR {code}", expect="Terima kasih " + name)
    return ref


def comes(t, phone, words, n=1):
    """Waits for the n-th text with these words; returns it."""
    return t.wait_for(lambda: [x for x in t.inbox(phone) if words in x][n - 1:n], f"{phone} gets {words!r}")[0]


def silent(t, phone, act):
    """Nothing more comes to this phone while act happens. What is queued behind act is sent before it."""
    before = t.inbox(phone)
    act()
    t.wait_for(lambda: t.status()["queue"]["queued"] == 0 and t.status()["queue"]["handed"] == 0, "all is sent")
    assert t.inbox(phone) == before, t.inbox(phone)[len(before):]


def names(t, phone):
    return [w["name"] for w in t.payung("worker", "show", phone, json_out=True)]


def no_worker(t, phone):
    t.payung("worker", "show", phone, code=3)


def cases(t):
    with sqlite3.connect(t.dir / "payung.db") as db:
        return [kind for kind, in db.execute("SELECT kind FROM duty_case ORDER BY id")]


def cadre(t):
    t.payung("cadre", "add", "--phone", CADRE, "--name", "Bu Kader", "--area", "3321")


def otp_of(text):
    return re.search(r"YA (\d{4,6})", text).group(1)


def other_otp(otp):
    return str(9999 - int(otp) % 1000)


def test_new_phone_with_consent_of_the_old():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        t.text(NEW, f"ganti {NIK_SITI}", expect=W11)
        asked = comes(t, SITI, "Ada permintaan pindah data")
        assert "Siti ke HP ..7893" in asked and "Tanpa jawaban 24 jam" in asked, asked
        t.text(NEW, f"GANTI {NIK_SITI}", expect=W11)  # again: nobody is asked twice
        t.text(SITI, "YA", expect="BELUM DIUBAH")
        t.text(SITI, f"YA {other_otp(otp_of(asked))}", expect="BELUM DIUBAH")
        t.text(SITI, "STATUS", expect="Siti Aminah")
        answer = t.text(SITI, f"ya {otp_of(asked)}", expect="tidak lagi tercatat")
        assert "PAYUNG DEMAK" in answer
        assert "Siti Aminah" in comes(t, NEW, "sekarang tercatat")
        assert names(t, NEW) == ["Siti Aminah"]
        no_worker(t, SITI)
        t.text(NEW, "STATUS", expect="BELUM AKTIF. Siti Aminah")
        t.text(SITI, "STATUS", expect="belum terdaftar")
        assert len([x for x in t.inbox(SITI) if "Ada permintaan" in x]) == 1
        t.text(NEW, f"GANTI {NIK_SITI}", expect="BELUM AKTIF. Siti Aminah")  # theirs already
        t.text(SITI, f"YA {otp_of(asked)}", expect="Perintah:")  # nothing is open any more
        with sqlite3.connect(t.dir / "payung.db") as db:
            assert db.execute("SELECT msisdn, why FROM phone_past").fetchall() == [(SITI, "moved")]


def test_old_phone_refuses():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        t.text(NEW, "GANTI", expect="Ganti nomor: dari HP BARU")
        t.text(NEW, NIK_SITI[:15], expect="kami terima 15 angka")
        t.text(NEW, NIK_SITI, expect=W11)
        asked = comes(t, SITI, "Ada permintaan pindah data")
        t.text(SITI, "TIDAK", expect="DITOLAK")
        t.text(SITI, f"YA {otp_of(asked)}", expect="Perintah:")
        assert names(t, SITI) == ["Siti Aminah"]
        # asked once a day, whatever the other phone does
        silent(t, SITI, lambda: t.text(NEW, f"GANTI {NIK_SITI} trims", expect=W11))


def test_three_wrong_numbers_refuse():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        t.text(NEW, f"GANTI {NIK_SITI}", expect=W11)
        otp = otp_of(comes(t, SITI, "Ada permintaan pindah data"))
        wrong = [str(n) for n in range(1000, 1004) if str(n) != otp]
        t.text(SITI, f"YA {wrong[0]}", expect="BELUM DIUBAH")
        t.text(SITI, f"YA {wrong[1]}", expect="BELUM DIUBAH")
        t.text(SITI, f"YA {wrong[2]}", expect="DITOLAK")
        t.text(SITI, f"YA {otp}", expect="Perintah:")
        assert names(t, SITI) == ["Siti Aminah"]
        no_worker(t, NEW)


def test_request_lapses():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        t.text(NEW, f"GANTI {NIK_SITI}", expect=W11)
        otp = otp_of(comes(t, SITI, "Ada permintaan pindah data"))
        with sqlite3.connect(t.dir / "payung.db") as db:  # a day goes by
            db.execute("UPDATE change_request SET created_at = created_at - 90000, expires_at = expires_at - 90000")
        t.text(SITI, f"YA {otp}", expect="Perintah:")
        assert names(t, SITI) == ["Siti Aminah"]
        t.text(NEW, f"GANTI {NIK_SITI} lagi", expect=W11)
        comes(t, SITI, "Ada permintaan pindah data", 2)


def test_wrong_person_gives_it_back():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        t.text(NEW, f"GANTI {NIK_SITI}", expect=W11)
        t.text(SITI, f"YA {otp_of(comes(t, SITI, 'Ada permintaan pindah data'))}", expect="tidak lagi tercatat")
        comes(t, NEW, "sekarang tercatat")
        t.text(NEW, "bukan saya", expect="sudah dilepas dari nomor ini")
        no_worker(t, NEW)
        assert cases(t) == ["NOT_MINE"]
        t.text(NEW, "BUKAN", expect="Perintah:")


def test_unknown_nik_reads_the_same():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        words = ["GANTI {}", "{}", "daftar {}", "cek {}", "ganti"]
        seen = {}
        for phone, nik in ((NEW, NIK_SITI), (SARI, NIK_SARI)):
            for w in words:
                before = len(t.inbox(phone))
                t.text(phone, w.format(nik))
                t.wait_for(lambda: len(t.inbox(phone)) > before, "an answer")
            seen[phone] = t.inbox(phone)
        assert seen[NEW] == seen[SARI], seen


def test_linked_phone_is_warned_once_a_day():
    with town() as t:
        ref = register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        code, other = t.codes(ref, 2)
        t.text(NEW, NIK_SITI, expect="belum terdaftar")
        warned = comes(t, SITI, "mengirim NIK")
        assert "HP ..7893 mengirim NIK Siti." in warned, warned
        silent(t, SITI, lambda: t.text(NEW, f"DAFTAR {code} {NIK_SITI}", expect="NIK diterima"))
        t.text(BUDI, f"DAFTAR {other}", expect="Balas 16 angka NIK")
        t.text(BUDI, NIK_SITI, expect="NIK diterima")
        assert "HP ..7891" in comes(t, SITI, "mengirim NIK", 2)
        t.text(SARI, NIK_SARI, expect="belum terdaftar")  # nobody's: nobody to warn
        assert not [m for m in t.payung("outbox", "list", json_out=True)
                    if m["template"] == "W45" and m["msisdn"] != SITI]


def test_shared_phone():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI), (NIK_BUDI, "Budi Santoso", SITI), (NIK_SARI, "Sari Dewi", SITI)])
        t.text(SITI, "STATUS", expect="1 Siti BELUM AKTIF 2 Budi BELUM AKTIF 3 Sari BELUM AKTIF")
        t.text(SITI, "STATUS 2", expect="BELUM AKTIF. Budi Santoso")
        t.text(SITI, "kartu", expect="KARTU utk siapa? 1 Siti 2 Budi 3 Sari")
        t.text(SITI, "KARTU 3", expect="BELUM AKTIF. Sari Dewi")
        t.text(SITI, "BAYAR", expect="BAYAR utk siapa?")
        t.text(SITI, "STOP 2", expect="Pengingat utk Budi dihentikan")
        with sqlite3.connect(t.dir / "payung.db") as db:
            off = "SELECT name, l.reminders_off FROM phone_link l JOIN worker w ON w.id = l.worker ORDER BY w.id"
            assert [o for _, o in db.execute(off)] == [0, 1, 0]
            assert db.execute("SELECT reminders_off FROM phone WHERE msisdn = ?", (SITI,)).fetchone() == (0,)
            t.text(SITI, "MULAI 2", expect="Pengingat utk Budi dikirim lagi")
            assert [o for _, o in db.execute(off)] == [0, 0, 0]
            t.text(SITI, "STOP", expect="SMS pengingat utk nomor ini dihentikan")
            assert db.execute("SELECT reminders_off FROM phone WHERE msisdn = ?", (SITI,)).fetchone() == (1,)
        t.text(SITI, "STOP 7", expect="STOP utk siapa?")


def test_three_workers_on_a_phone():
    with town() as t:
        ref = register(t, [(NIK_SITI, "Siti Aminah", SITI), (NIK_BUDI, "Budi Santoso", SITI),
                           (NIK_SARI, "Sari Dewi", SITI)])
        t.text(SITI, f"DAFTAR {t.codes(ref, 1)[0]}", expect="paling banyak utk 3 pekerja")


def enrol(t, code, nik, name, phone):
    for words, answer in [(f"DAFTAR {code}", "Balas 16 angka NIK"), (nik, "NIK diterima"), (name, "Pekerjaan Anda?"),
                          ("4", f"Nomor HP milik {name} sendiri?"), (phone, "Benar, masih bekerja")]:
        t.text(CADRE, words, expect=answer)
    return t.text(CADRE, "YA", expect=f"Diterima: pendaftaran {name}")


def test_cadre_enrols_others():
    with town() as t:
        ref = t.pledge()
        codes = t.codes(ref, 5)
        cadre(t)
        t.start()
        for code, nik, name in zip(codes, (NIK_SITI, NIK_BUDI, NIK_SARI, NIK_NEW), ("Siti", "Budi", "Sari", "Dewi")):
            enrol(t, code, nik, name, "0")  # more than a phone may have otherwise
        t.text(CADRE, "STATUS", expect="belum terdaftar")  # they are not the cadre's
        no_worker(t, CADRE)
        enrol(t, codes[4], "3321024107900011", "Joko", "0812 3456 7893")
        asked = comes(t, NEW, "kader mendaftarkan Anda")
        assert "Joko" in asked, asked
        with sqlite3.connect(t.dir / "payung.db") as db:
            trail = db.execute("SELECT r.name, r.msisdn, r.enrolled_by, r.decision, c.msisdn, c.channel"
                               " FROM registration r JOIN consent c ON c.registration = r.id ORDER BY r.id").fetchall()
            assert trail[0] == ("Siti", "", CADRE, 0, CADRE, "cadre") and len(trail) == 5, trail
            assert trail[4] == ("Joko", NEW, CADRE, 4, CADRE, "cadre"), trail
            t.text(NEW, "nggih", expect="Terima kasih Joko")
            assert db.execute("SELECT c.msisdn, c.channel, r.decision FROM consent c JOIN registration r"
                              " ON r.id = c.registration WHERE r.name = 'Joko' ORDER BY c.given_at, c.channel"
                              ).fetchall() == [(CADRE, "cadre", 0), (NEW, "sms", 0)]
            assert db.execute("SELECT job FROM registration WHERE name = 'Joko'").fetchone() == (4,)


def test_worker_declines_a_cadre():
    with town() as t:
        code = t.codes(t.pledge(), 1)[0]
        cadre(t)
        t.start()
        enrol(t, code, NIK_SITI, "Siti", "081234567893")
        comes(t, NEW, "kader mendaftarkan Anda")
        t.text(NEW, "TIDAK", expect="DIBATALKAN")
        assert cases(t) == ["ENROL_REFUSED"]
        with sqlite3.connect(t.dir / "payung.db") as db:
            assert db.execute("SELECT decision FROM registration").fetchone() == (3,)
            assert db.execute("SELECT withdrawn_at > 0 FROM consent").fetchall() == [(1,)]


def test_an_officer_moves_a_worker():
    with town() as t:
        register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        worker = t.payung("worker", "show", SITI, json_out=True)[0]
        note = ("--note", "KTP seen, old phone lost")
        t.payung("worker", "move", worker["ref"], "--to", NEW, code=2)  # a reason is needed
        t.payung("worker", "move", "999", "--to", NEW, *note, code=3)
        t.payung("worker", "move", worker["ref"], "--to", NEW, *note)
        comes(t, NEW, "Nomor ini sekarang tercatat utk Siti Aminah")
        comes(t, SITI, "tidak lagi tercatat di nomor ini")
        no_worker(t, SITI)
        t.payung("worker", "move", worker["ref"], "--to", NEW, *note, code=1)  # is there already
        t.text(SITI, "STATUS", expect="belum terdaftar")
        t.text(NEW, "STATUS", expect="Siti Aminah")
        t.text(NEW, "BUKAN", expect="sudah dilepas dari nomor ini")
        no_worker(t, NEW)
        t.payung("worker", "move", str(worker["id"]), "--to", SITI, *note)
        comes(t, SITI, "sekarang tercatat utk Siti Aminah")
        t.payung("worker", "unlink", str(worker["id"]), "--from", SITI, *note)
        comes(t, SITI, "dilepas oleh petugas")
        no_worker(t, SITI)
        t.payung("audit", "verify")
        with sqlite3.connect(t.dir / "payung.db") as db:
            assert [w for w, in db.execute("SELECT why FROM phone_past ORDER BY id")] == [
                "moved by an officer", "not this person", "ended by an officer"]


def test_sponsor_texts():
    with town() as t:
        ref = register(t, [(NIK_SITI, "Siti Aminah", SITI)])
        t.text(SPONSOR, "REKAP", expect=f"REKAP {ref}: terdaftar 1, aktif 0, tunggu 0")
        for words in ("TAMBAH 20", "LANJUT", "SELESAI", f"REF {ref}"):
            t.text(SPONSOR, words, expect=f"ref {ref} kami catat")
        assert cases(t) == ["SPONSOR"], cases(t)
        wishes = {(r["kind"], r["workers"], r["by"]) for r in t.payung("request", "list", json_out=True)}
        assert wishes == {("workers", 20, "sponsor/1"), ("renewal", 0, "sponsor/1"), ("done", 0, "sponsor/1"),
                          ("reference", 0, "sponsor/1")}, wishes
        t.text(SPONSOR, "1", expect="Perintah:")  # nothing was asked
        t.text(SPONSOR, "STOP", expect="dikirim lewat surat")
        assert cases(t) == ["SPONSOR", "SPONSOR_STOP"], cases(t)
        t.text(SITI, "LANJUT", expect="SMS pengingat utk nomor ini dikirim lagi")
        t.text(SITI, "TAMBAH 20", expect="Perintah:")
        t.text(SITI, "HAPUS DATA", expect="Laporan Anda diterima")
        assert cases(t)[2:] == ["ERASE"], cases(t)


def test_area_of_the_only_programme():
    with town() as t:
        code = t.codes(t.pledge(), 1)[0]
        t.start()
        for words, answer in [(f"DAFTAR {code}", "Balas 16"), (NIK_SITI, "NIK diterima"), ("Siti", "Pekerjaan"),
                              ("ojek", "Benar"), ("YA", W11)]:
            t.text(SITI, words, expect=answer)
        worker, = t.payung("worker", "show", SITI, json_out=True)
        assert (worker["area"], worker["occupation"], worker["sector"]) == ("3321", "ojek", "TRANSPORT"), worker


def test_empty_texts_are_answered_once_a_day():
    with town() as t:
        t.start()
        t.text(SITI, "...", expect="Perintah:")
        t.text(SITI, "!!")
        t.text(SITI, "STATUS", expect="belum terdaftar")
        assert len(t.inbox(SITI)) == 2, t.inbox(SITI)


def test_every_answer_in_krama():
    with town() as t:
        ref = register(t, [(NIK_SITI, "Siti Aminah", SITI), (NIK_BUDI, "Budi Santoso", BUDI)])
        code = t.codes(ref, 1)[0]
        for phone in (SITI, NEW):
            t.text(phone, "JAWA", expect="JAWI KRAMA")
        krama = [("STATUS", SITI), ("KARTU", SITI), ("BAYAR", SITI), ("SALDO", SITI), ("BANTU", SITI), ("STOP", SITI),
                 ("MULAI", SITI), ("LAPOR", SITI), ("MANDIRI", SITI), ("KLAIM", SITI), ("3", SITI), ("kecelakaan", SITI),
                 ("suami sedo", SITI), ("STPO", SITI), ("GANTI", NEW), (NIK_BUDI, NEW), (f"DAFTAR {code}", NEW),
                 (NIK_NEW, NEW), ("Dewi", NEW), ("2", NEW), ("YA", NEW), ("DAFTAR 12345678", NEW), ("DAFTAR 4821", NEW),
                 (f"DAFTAR {code}", BUDI)]
        for words, phone in krama:
            before = len(t.inbox(phone))
            t.text(phone, words)
            t.wait_for(lambda: len(t.inbox(phone)) > before, f"an answer to {words}")
        t.text(NEW, f"GANTI {NIK_SITI}", expect="Panyuwunan dipuntampi")
        t.text(SITI, f"YA {otp_of(comes(t, SITI, 'Sarujuk: bales YA'))}", expect="sampun pindhah")
        comes(t, NEW, "sakmenika kacathet")
        t.text(NEW, "BUKAN", expect="sampun dipunuculaken")
        with sqlite3.connect(t.dir / "payung.db") as db:
            rows = db.execute("SELECT DISTINCT msisdn, template_id, lang FROM outbox WHERE template_id <> 'S01'").fetchall()
        said = {(p, x) for p, x, lang in rows if lang == "jv_krama"}
        assert len({x for _, x in said}) > 20, said
        indonesian = [x for x in t.inbox(SITI)[2:] + t.inbox(NEW)[1:] if re.search(r"\b(Anda|kami|tidak|balas)\b", x)]
        assert not indonesian, indonesian
        t.text(SITI, "INDONESIA", expect="Bahasa: INDONESIA")


if __name__ == "__main__":
    Suite.main(globals())
