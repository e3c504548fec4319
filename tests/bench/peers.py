"""Senders to compare with: the bare loop, and two SMS daemons of Debian, tuned for speed as far as
their manuals allow. Each gets a port of the simulator and more texts than it can send."""

import shutil
import subprocess

SMSD_CONF = """[gammu]
device = {port}
connection = at115200
synchronizetime = no
logformat = nothing
[smsd]
service = files
inboxpath = {dir}/inbox/
outboxpath = {dir}/outbox/
sentsmspath = {dir}/sent/
errorsmspath = {dir}/error/
logfile = {dir}/log
debuglevel = 0
commtimeout = 1
loopsleep = 1
receivefrequency = 1
statusfrequency = 0
checksecurity = 0
checkbattery = 0
checksignal = 0
checknetwork = 0
resetfrequency = 0
deliveryreport = log
"""

SMSTOOLS_CONF = """devices = M
outgoing = {dir}/outgoing
checked = {dir}/checked
incoming = {dir}/incoming
sent = {dir}/sent
failed = {dir}/failed
logfile = {dir}/log
loglevel = 4
infofile = {dir}/info
pidfile = {dir}/pid
delaytime = 1
delaytime_mainprocess = 1
receive_before_send = no
stats_interval = 0
[M]
device = {port}
incoming = yes
report = yes
baudrate = 115200
rtscts = no
check_network = 0
keep_open = yes
"""


def gsm7(text):
    """Packed septets; the texts of the bench hold only signs that ASCII and GSM 03.38 share."""
    bits = "".join(f"{ord(c):07b}"[::-1] for c in text)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8][::-1], 2) for i in range(0, len(bits), 8))


def submit(number, text):
    """SMS-SUBMIT of 23.040 9.2.2.2 as hex: relative validity, a report wanted, default SMSC."""
    digits = number.lstrip("+")
    swapped = digits + "F" * (len(digits) % 2)
    swapped = "".join(swapped[i + 1] + swapped[i] for i in range(0, len(swapped), 2))
    return f"003100{len(digits):02X}91{swapped}0000A7{len(text):02X}{gsm7(text).hex().upper()}"


class Peer:
    def __init__(self, argv, folder):
        self.process = subprocess.Popen([str(a) for a in argv], stdout=open(folder / "out", "wb"),
                                        stderr=subprocess.STDOUT, start_new_session=True)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def folders(base, *names):
    base.mkdir()
    for name in names:
        (base / name).mkdir()
    return base


def bare(build, base, port, number, text):
    return Peer([build / "bench" / "bare_sender", port, submit(number, text)], folders(base))


def gammu_smsd(base, port, number, text, count):
    program = shutil.which("gammu-smsd")
    if not program:
        return None
    folders(base, "inbox", "outbox", "sent", "error")
    for i in range(count):
        (base / "outbox" / f"OUTA20200101_000000_{i:04d}_{number}_0.txt").write_text(text)
    conf = base / "conf"
    conf.write_text(SMSD_CONF.format(port=port, dir=base))
    return Peer([program, "-c", conf], base)


def smstools(base, port, number, text, count):
    program = shutil.which("smsd", path="/usr/sbin:/usr/bin")
    if not program:
        return None
    folders(base, "outgoing", "checked", "incoming", "sent", "failed")
    for i in range(count):
        (base / "outgoing" / f"text{i:04d}").write_text(f"To: {number.lstrip('+')}\n\n{text}")
    conf = base / "conf"
    conf.write_text(SMSTOOLS_CONF.format(port=port, dir=base))
    return Peer([program, f"-c{conf}", "-t"], base)
