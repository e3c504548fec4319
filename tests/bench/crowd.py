"""(r) of bench.py: a day with very many reminders, and one with none. PAYUNG_BENCH_WORKERS tells how many
workers there are, a hundredth of them due; the full measure is 10,000,000 and takes some 4 GB of disk."""

import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = "queued ours bare look day idle busy answers".split()


def crowd(build, workers, due):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="crowd-", dir=build))
    try:
        r = subprocess.run([build / "bench" / "reminders", ROOT / "templates", folder, str(workers), str(due)],
                           text=True, stdout=subprocess.PIPE, check=True)
    finally:
        shutil.rmtree(folder)
    return dict(zip(FIGURES, map(float, r.stdout.split()), strict=True))


def reminders(row, build):
    workers = int(os.environ.get("PAYUNG_BENCH_WORKERS", 1000000))
    due = workers // 100
    many, few = crowd(build, workers, due), crowd(build, workers // 10, due)
    assert many["queued"] == few["queued"] >= due * 0.99, (many, few)
    row(f"(r) {due:,} reminders of {workers:,} workers found and queued", f"{many['ours']:.2f} s",
        f"{many['bare']:.2f} s INSERT SELECT", f"{many['ours'] / many['bare']:.1f}", "<= 10",
        many["ours"] <= 10 * many["bare"])
    row("(r) the same of a tenth of the workers", f"{many['ours']:.2f} s", f"{few['ours']:.2f} s",
        f"{many['ours'] / few['ours']:.2f}", "<= 1.3", many["ours"] <= 1.3 * few["ours"])
    row("(r) CPU of a day with none due; of its first look", f"{many['day']:.1f} ms", f"{many['look']:.2f} ms", "",
        "< 10 ms", many["day"] < 10)
    row(f"(r) answer, p99, while they are queued (n={many['answers']:.0f})", f"{many['busy']:.1f} ms",
        f"{many['idle']:.1f} ms idle", f"{many['busy'] / many['idle']:.2f}", "<= 3", many["busy"] <= 3 * many["idle"])
