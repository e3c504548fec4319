"""A made-up district for a year of money: sponsors, pledges, workers, and by rules of its own (not the
program's) who pays what and which worker-months that covers. The truth the year is judged by."""

import random

import people

RATE, HALF = 16800, 8400
TRANSPORT_JOB = "4"
KINDS = {  # kind of sponsor: funding, programme, choices of (workers, instalment)
    "civil_servant": ("civil_servant", "PNS", [(1, 3), (1, 6), (1, 12), (2, 3), (2, 6), (3, 12)]),
    "company": ("csr", "GN", [(40, 6), (30, 12), (60, 3)]),
    "government": ("local_budget", "APBD", [(0, 3), (0, 6)]),  # 0: what is left over
}
AREAS = ["332101", "332102", "332103", "332104", "332111"]


def month(text):
    year, m = map(int, text.split("-"))
    return year * 12 + m - 1


def month_name(m):
    return f"{m // 12}-{m % 12 + 1:02d}"


def rate(m, job, public):
    """Rupiah for a worker-month of 2026: half for transport, and from April for all, not for budgets."""
    if public or m < month("2026-01"):
        return RATE
    if job == TRANSPORT_JOB:
        return HALF
    return HALF if month("2026-04") <= m <= month("2026-12") else RATE


class Worker:
    def __init__(self, row):
        self.row = row
        self.confirmed = set()  # months the insurer has told us and that we believe
        self.dead = None        # month
        self.gone = False       # refused by the insurer
        self.silent = False     # the insurer says nothing more of them


class Pledge:
    def __init__(self, number, kind, workers, instalment, start):
        self.number, self.kind, self.instalment, self.start = number, kind, instalment, start
        self.funding, self.programme, _ = KINDS[kind]
        self.public = kind == "government"
        self.direct = self.programme == "GN"
        self.workers = workers
        self.account = f"{1000000 + number:010d}"
        self.name = f"Sponsor {number}"
        self.phone = f"+62811{number:07d}"
        self.ref = self.sponsor = None
        self.shares = None   # another pledge of the same sponsor
        self.doubled = None  # a worker of another pledge whom this one lists too
        self.defect = None
        self.over = False    # its cover has ended, it pays no more
        self.credit = 0
        self.paid = {}       # (worker's place, month) -> (rupiah, day)

    def months(self, k):
        """Of the k-th instalment, from 0."""
        first = self.start + k * self.instalment
        return range(first, min(first + self.instalment, self.start + 12))

    def instalments(self):
        return range((12 + self.instalment - 1) // self.instalment)

    def price(self, worker, months):
        return sum(rate(m, worker.row["occupation"], self.public) for m in months)

    def owed(self, k):
        """What is still to pay of it: the oldest month of all workers first, then the next."""
        return [(i, m, self.price(w, [m])) for m in self.months(k) for i, w in enumerate(self.workers)
                if (i, m) not in self.paid and not w.gone and (w.dead is None or m <= w.dead)]

    def bill(self, k):
        return sum(amount for _, _, amount in self.owed(k))

    def begun(self, last):
        """The newest instalment that begins in that month or before."""
        return max((k for k in self.instalments() if self.months(k)[0] <= last), default=0)

    def receive(self, amount, until, paid_day, today):
        """Money that is surely ours pays whole worker-months of the instalments up to `until`, after what
        credit there is; the rest is credit."""
        self.spend(until, today)
        self.credit += amount
        self.spend(until, paid_day)

    def spend(self, until, day):
        for k in range(until + 1) if self.credit and not self.over else ():
            for i, m, price in self.owed(k):
                if price > self.credit:
                    return
                self.credit -= price
                self.paid[i, m] = (price, day)

    def give_back(self, i, after):
        """The worker's paid months after that one become credit."""
        for key in [key for key in self.paid if key[0] == i and key[1] > after]:
            self.credit += self.paid.pop(key)[0]


class District:
    def __init__(self, workers, sponsors, seed):
        self.random = random.Random(seed)
        self.pledges = []
        start = month("2026-01")
        rows = people.make(workers, AREAS)
        servants, companies, offices = sponsors * 3 // 4, sponsors // 5, max(1, sponsors // 20)
        at = 0
        sizes = ([("civil_servant", *self.random.choice(KINDS["civil_servant"][2])) for _ in range(servants)]
                 + [("company", *self.random.choice(KINDS["company"][2])) for _ in range(companies)])
        fixed = sum(n for _, n, _ in sizes)
        if fixed >= workers:  # a small town has small companies
            sizes = [(k, max(1, n // 8), i) for k, n, i in sizes]
            fixed = sum(n for _, n, _ in sizes)
        rest = workers - fixed
        for i in range(offices):
            n = rest // offices + (1 if i < rest % offices else 0)
            sizes.append(("government", n, self.random.choice((3, 6))))
        for number, (kind, n, instalment) in enumerate(sizes, 1):
            self.pledges.append(Pledge(number, kind, [Worker(r) for r in rows[at:at + n]], instalment, start))
            at += n
        assert at == workers, (at, workers)
