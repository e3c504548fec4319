#!/usr/bin/python3
"""A payung-modem gone mad. Workers get no environment, so the file `how` beside this copy says which
modem behaves how; a modem it does not name gets the real worker."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import struct
import time

HERE = pathlib.Path(__file__).resolve().parent
SETUP = json.loads((HERE / "how").read_text())
READY, STATUS, STARTED, SENT, READING, INBOX, REPORT, POISON, PONG, TROUBLE, LOG = range(32, 43)

channel = socket.socket(fileno=3)
deaf_now = False


def text(s):
    b = s.encode() if isinstance(s, str) else s
    return struct.pack("<H", len(b)) + b


def frame(kind, *fields):
    body = b"".join(text(f) if isinstance(f, (str, bytes)) else struct.pack(*f) for f in fields)
    return struct.pack("<BBH", 1, kind, len(body)) + body


def u32(*n):
    return ("<" + "I" * len(n), *n)


def ready(imsi="510109999999999"):
    return frame(READY, u32(1), "359999999999999", imsi, "M", "M", "F", "", u32(1, 10))


def inbox(seq, words, sender="+6281200000001", scts=1790000000, ref=0, total=1, part=1):
    return frame(INBOX, u32(seq), "SM", u32(1), sender, u32(1), ("<qi", scts, 420),
                 u32(ref, total, part, 0), words, b"\x00\x01")


def report(seq):
    return frame(REPORT, u32(seq), "SR", u32(1), ("<i", seq % 256), "+6281200000001", u32(0), ("<qq", 1, 1))


def log(words, level=1):
    return frame(LOG, u32(level), words)


def put(*frames):
    for f in frames:
        channel.send(f)
        with contextlib.suppress(BlockingIOError):
            while not deaf_now and channel.recv(9000, socket.MSG_DONTWAIT):
                pass


def hang():
    while channel.recv(9000):
        pass


def done():
    (HERE / "done").touch()
    hang()


def garbage():
    channel.send(b"\x01\xff" * 50)
    hang()


def truncated():
    put(inbox(1, "STATUS")[:-3])
    hang()


def sent_unknown():
    put(ready(), frame(SENT, ("<Q", 2**64 - 1), u32(1, 0), ("<i", 1), u32(0), ("<i", 0)))
    hang()


def started_unknown():
    put(ready(), frame(STARTED, ("<Q", 1), u32(1)))
    hang()


def inbox_first():
    put(inbox(1, "STATUS"), ready())
    hang()


def ready_twice():
    put(ready(), ready("510108888888888"))
    hang()


def foreign_frame():
    put(ready(), frame(1, "x"))
    hang()


def inbox_flood():
    put(ready(), *(inbox(n, f"kata {n}", sender=f"+62812{n:08}") for n in range(1, 10001)))
    done()


def report_flood():
    put(ready(), *(report(n) for n in range(2**32 - 5000, 2**32)))
    done()


def log_flood():
    put(ready(), *(log(f"flood {n}") for n in range(20000)))
    put(*(frame(TROUBLE, u32(12), f"flood {n}") for n in range(20000)))
    done()


def exits():
    os._exit(3)


def killed():
    os.kill(os.getpid(), signal.SIGSEGV)


def deaf():
    global deaf_now
    deaf_now = True
    put(ready())
    while True:
        put(frame(PONG, u32(0)))
        time.sleep(0.01)


def chatty():
    """Never ready, never silent."""
    while True:
        put(frame(STATUS, ("<i", -70), u32(1), "X", u32(0, 0)))
        time.sleep(0.05)


def orphan():
    """Ends, yet something of it goes on writing."""
    put(ready())
    child = os.fork()
    if child:
        (HERE / "orphan").write_text(str(child))
        os._exit(0)
    while True:
        put(frame(PONG, u32(0)))


setup = channel.recv(9000, socket.MSG_PEEK)
device = setup[6:6 + struct.unpack_from("<H", setup, 4)[0]].decode()
how = SETUP["modems"].get(pathlib.Path(device).name)
if how is None:
    os.execv(SETUP["real"], ["payung-modem"])
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
with (HERE / "starts").open("a") as f:
    f.write(how + "\n")
globals()[how]()
