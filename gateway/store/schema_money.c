/* The third step of the schema: payments and cover. Enums are the numbers of the doors; days count
 * since 1970, 0 is no day; months are first and last, inclusive. */
#include "store_int.h"

/* What existing pledges and registrations would have had, had this been here when they were made.
 * Their instalments are due on the 20th of the month before. The months of a worker begin with that
 * of the registration (WIB), not before the pledge. */
/* clang-format off */
#define PLANS \
	"WITH RECURSIVE part (pledge, number, first, last, until, step) AS (" \
	" SELECT id, 1, start, min(start + instalment, start + months) - 1, start + months - 1," \
	" instalment FROM pledge UNION ALL" \
	" SELECT pledge, number + 1, last + 1, min(last + step, until), until, step FROM part" \
	" WHERE last < until)" \
	" INSERT INTO instalment (pledge, number, first, last, due_day)" \
	" SELECT pledge, number, first, last, CAST(julianday(printf('%04d-%02d-20'," \
	" (first - 1) / 12, (first - 1) % 12 + 1)) - 2440587.5 AS INTEGER) FROM part" \
	" ORDER BY pledge, number"
#define PLACES \
	"INSERT OR IGNORE INTO allocation (registration, worker, pledge, first, last, state," \
	" created_at) SELECT id, worker, pledge, min(max(start, since), last + 1), last," \
	" waiting_number = 0, created_at FROM (SELECT r.id, r.worker, r.pledge, r.waiting_number," \
	" r.created_at, p.start, p.start + p.months - 1 AS last," \
	" CAST(strftime('%Y', r.created_at + 25200, 'unixepoch') AS INTEGER) * 12" \
	" + CAST(strftime('%m', r.created_at + 25200, 'unixepoch') AS INTEGER) - 1 AS since" \
	" FROM registration r JOIN pledge p ON p.id = r.pledge" \
	" WHERE r.worker IS NOT NULL AND r.decision IN (0, 1)) ORDER BY id"

const char *const store_schema_money[] = {
	"ALTER TABLE worker ADD COLUMN died_day INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE pledge ADD COLUMN due_day INTEGER NOT NULL DEFAULT 20"
	" CHECK (due_day BETWEEN 1 AND 31)",
	/* A reference with one wrong sign has its first or its second half right. */
	"CREATE INDEX pledge_ref_end ON pledge (substr(ref, 4))",

	"CREATE TABLE source_file (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL"
	" CHECK (kind BETWEEN 0 AND 3), name TEXT NOT NULL, hash BLOB NOT NULL, actor TEXT NOT NULL,"
	" begun_at INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, hash)) STRICT",
	/* state: 0 taken in, 1 bad, 2 known from another file. nth: how many equal rows stand before it
	 * in its file. */
	"CREATE TABLE source_row (id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES source_file,"
	" number INTEGER NOT NULL CHECK (number > 0), kind INTEGER NOT NULL,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), hash BLOB NOT NULL,"
	" nth INTEGER NOT NULL, same_as INTEGER REFERENCES source_row,"
	" reason TEXT NOT NULL DEFAULT '', UNIQUE (file, number),"
	" CHECK ((state = 2) = (same_as IS NOT NULL))) STRICT",
	"CREATE UNIQUE INDEX source_row_once ON source_row (kind, hash, nth) WHERE state = 0",
	"CREATE INDEX source_row_known ON source_row (file, hash) WHERE state = 2",
	"CREATE INDEX source_row_bad ON source_row (file) WHERE state = 1",

	"CREATE TABLE run (id INTEGER PRIMARY KEY, as_of INTEGER NOT NULL, actor TEXT NOT NULL,"
	" started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL DEFAULT 0,"
	" phase INTEGER NOT NULL DEFAULT 0, cursor INTEGER NOT NULL DEFAULT 0) STRICT",
	"CREATE UNIQUE INDEX run_open ON run (finished_at) WHERE finished_at = 0",

	"CREATE TABLE instalment (id INTEGER PRIMARY KEY, pledge INTEGER NOT NULL REFERENCES pledge,"
	" number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" due_day INTEGER NOT NULL, expected INTEGER NOT NULL DEFAULT 0 CHECK (expected >= 0),"
	" paid INTEGER NOT NULL DEFAULT 0 CHECK (paid >= 0),"
	" state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 6), UNIQUE (pledge, number),"
	" CHECK (first <= last)) STRICT",
	"CREATE INDEX instalment_fits ON instalment (expected - paid, due_day) WHERE expected > paid",
	"CREATE INDEX instalment_due ON instalment (due_day) WHERE expected > paid",
	PLANS,

	"CREATE TABLE allocation (id INTEGER PRIMARY KEY,"
	" registration INTEGER NOT NULL UNIQUE REFERENCES registration,"
	" worker INTEGER NOT NULL REFERENCES worker, pledge INTEGER NOT NULL REFERENCES pledge,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, state INTEGER NOT NULL"
	" CHECK (state BETWEEN 0 AND 5), sent_day INTEGER NOT NULL DEFAULT 0,"
	" answered_day INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,"
	" ended_at INTEGER NOT NULL DEFAULT 0, CHECK (first <= last + 1)) STRICT",
	"CREATE UNIQUE INDEX allocation_live ON allocation (worker, pledge) WHERE state < 4",
	"CREATE INDEX allocation_worker ON allocation (worker)",
	"CREATE INDEX allocation_pledge ON allocation (pledge)",
	"CREATE INDEX allocation_asked ON allocation (id) WHERE sent_day > 0 AND answered_day = 0",
	PLACES,

	"CREATE TABLE payment (id INTEGER PRIMARY KEY,"
	" source_row INTEGER NOT NULL UNIQUE REFERENCES source_row,"
	" external INTEGER NOT NULL CHECK (external IN (0, 1)), day INTEGER NOT NULL,"
	" amount INTEGER NOT NULL CHECK (amount <> 0), used INTEGER NOT NULL DEFAULT 0,"
	" text TEXT NOT NULL, account TEXT NOT NULL, payer TEXT NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 8),"
	" outcome INTEGER NOT NULL DEFAULT 4, reason INTEGER NOT NULL DEFAULT 0,"
	" sponsor INTEGER REFERENCES sponsor, pledge INTEGER REFERENCES pledge,"
	" instalment INTEGER REFERENCES instalment, entry INTEGER REFERENCES ledger_entry,"
	" actor TEXT NOT NULL DEFAULT '', CHECK (used BETWEEN 0 AND max(amount, 0))) STRICT",
	"CREATE INDEX payment_open ON payment (id) WHERE state < 5",
	"CREATE INDEX payment_matched ON payment (pledge) WHERE state IN (1, 2)",
	"CREATE TABLE list (id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES source_file,"
	" transfer TEXT NOT NULL, day INTEGER NOT NULL, total INTEGER NOT NULL,"
	" payment INTEGER UNIQUE REFERENCES payment, UNIQUE (file, transfer)) STRICT",
	"CREATE INDEX list_open ON list (total) WHERE payment IS NULL",
	"CREATE TABLE list_row (id INTEGER PRIMARY KEY, list INTEGER NOT NULL REFERENCES list,"
	" source_row INTEGER NOT NULL UNIQUE REFERENCES source_row, nik_hash BLOB NOT NULL,"
	" name TEXT NOT NULL, first INTEGER NOT NULL, months INTEGER NOT NULL,"
	" amount INTEGER NOT NULL CHECK (amount > 0)) STRICT",
	"CREATE INDEX list_row_list ON list_row (list)",
	"CREATE TABLE sponsor_account (account TEXT NOT NULL, sponsor INTEGER NOT NULL REFERENCES sponsor,"
	" seen_day INTEGER NOT NULL, PRIMARY KEY (account, sponsor)) STRICT, WITHOUT ROWID",
	"CREATE INDEX sponsor_account_seen ON sponsor_account (sponsor, seen_day, account)",

	/* An entry's number is that of its audit entry, which holds the same in words. Postings stand in
	 * the row, so that no entry can be there without adding up to nothing. */
	"CREATE TABLE ledger_entry (id INTEGER PRIMARY KEY REFERENCES audit, at INTEGER NOT NULL,"
	" day INTEGER NOT NULL, reason INTEGER NOT NULL, reversed INTEGER NOT NULL,"
	" reverses INTEGER UNIQUE REFERENCES ledger_entry, payment INTEGER REFERENCES payment,"
	" sponsor INTEGER REFERENCES sponsor, pledge INTEGER REFERENCES pledge,"
	" worker INTEGER REFERENCES worker, months INTEGER NOT NULL, run INTEGER REFERENCES run,"
	" actor TEXT NOT NULL, account_1 INTEGER NOT NULL, owner_1 INTEGER NOT NULL,"
	" amount_1 INTEGER NOT NULL, account_2 INTEGER NOT NULL, owner_2 INTEGER NOT NULL,"
	" amount_2 INTEGER NOT NULL, account_3 INTEGER, owner_3 INTEGER, amount_3 INTEGER,"
	" CHECK (amount_1 + amount_2 + ifnull(amount_3, 0) = 0),"
	" CHECK (amount_1 <> 0 AND amount_2 <> 0 AND ifnull(amount_3, 1) <> 0),"
	" CHECK ((account_3 IS NULL) = (amount_3 IS NULL)),"
	" CHECK ((account_3 IS NULL) = (owner_3 IS NULL))) STRICT",
	"CREATE INDEX ledger_payment ON ledger_entry (payment) WHERE payment IS NOT NULL",
	"CREATE INDEX ledger_sponsor ON ledger_entry (sponsor) WHERE sponsor IS NOT NULL",
	"CREATE INDEX ledger_pledge ON ledger_entry (pledge) WHERE pledge IS NOT NULL",
	"CREATE INDEX ledger_worker ON ledger_entry (worker) WHERE worker IS NOT NULL",
	"CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry BEGIN"
	" SELECT raise(ABORT, 'a ledger entry is never changed'); END",
	"CREATE TRIGGER ledger_entry_remains BEFORE DELETE ON ledger_entry BEGIN"
	" SELECT raise(ABORT, 'a ledger entry is never removed'); END",
	"CREATE VIEW ledger_posting AS SELECT id AS entry, account_1 AS account, owner_1 AS owner,"
	" amount_1 AS amount FROM ledger_entry UNION ALL SELECT id, account_2, owner_2, amount_2"
	" FROM ledger_entry UNION ALL SELECT id, account_3, owner_3, amount_3 FROM ledger_entry"
	" WHERE account_3 IS NOT NULL",
	"CREATE TABLE ledger_balance (account INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" amount INTEGER NOT NULL, PRIMARY KEY (account, owner)) STRICT, WITHOUT ROWID",
	"CREATE TRIGGER ledger_entry_counts AFTER INSERT ON ledger_entry BEGIN"
	" INSERT INTO ledger_balance VALUES (new.account_1, new.owner_1, new.amount_1)"
	" ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;"
	" INSERT INTO ledger_balance VALUES (new.account_2, new.owner_2, new.amount_2)"
	" ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;"
	" INSERT INTO ledger_balance SELECT new.account_3, new.owner_3, new.amount_3"
	" WHERE new.account_3 IS NOT NULL"
	" ON CONFLICT DO UPDATE SET amount = amount + excluded.amount; END",

	/* Rows of what the insurer said; months: last < first is none. */
	"CREATE TABLE confirmation (id INTEGER PRIMARY KEY,"
	" source_row INTEGER NOT NULL UNIQUE REFERENCES source_row, nik_hash BLOB NOT NULL,"
	" name TEXT NOT NULL, card TEXT NOT NULL, reason TEXT NOT NULL, day INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, segment INTEGER NOT NULL,"
	" born TEXT NOT NULL, sex INTEGER NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4)) STRICT",
	"CREATE INDEX confirmation_open ON confirmation (id) WHERE state < 3",

	/* One worker, month and package has one payer, and each kind of evidence has its day. */
	"CREATE TABLE coverage_month_3 (worker INTEGER NOT NULL REFERENCES worker,"
	" month INTEGER NOT NULL, package INTEGER NOT NULL, pledge INTEGER REFERENCES pledge,"
	" entry INTEGER REFERENCES ledger_entry, amount INTEGER NOT NULL DEFAULT 0,"
	" reported_day INTEGER NOT NULL DEFAULT 0, paid_day INTEGER NOT NULL DEFAULT 0,"
	" confirmed_day INTEGER NOT NULL DEFAULT 0, confirmation INTEGER REFERENCES confirmation,"
	" PRIMARY KEY (worker, month, package), CHECK ((pledge IS NULL) = (entry IS NULL)),"
	" CHECK ((pledge IS NULL) = (amount = 0))) STRICT, WITHOUT ROWID",
	"INSERT INTO coverage_month_3 (worker, month, package, reported_day, paid_day, confirmed_day)"
	" SELECT worker, month, package, CASE evidence WHEN 1 THEN source_day ELSE 0 END,"
	" CASE evidence WHEN 2 THEN source_day ELSE 0 END,"
	" CASE evidence WHEN 3 THEN source_day ELSE 0 END FROM coverage_month",
	"DROP TABLE coverage_month",
	"ALTER TABLE coverage_month_3 RENAME TO coverage_month",
	"CREATE INDEX coverage_gap ON coverage_month (pledge, month)"
	" WHERE confirmed_day = 0 AND pledge IS NOT NULL",
	/* Who paid a month before: returned is the entry that gave the money back. */
	"CREATE TABLE coverage_past (worker INTEGER NOT NULL REFERENCES worker, month INTEGER NOT NULL,"
	" package INTEGER NOT NULL, entry INTEGER NOT NULL REFERENCES ledger_entry,"
	" pledge INTEGER NOT NULL REFERENCES pledge, amount INTEGER NOT NULL,"
	" returned INTEGER NOT NULL REFERENCES ledger_entry,"
	" PRIMARY KEY (worker, month, package, entry)) STRICT, WITHOUT ROWID",

	"CREATE TABLE issue (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, subject TEXT NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 2), detail TEXT NOT NULL,"
	" raised_at INTEGER NOT NULL, run INTEGER REFERENCES run,"
	" resolved_at INTEGER NOT NULL DEFAULT 0, actor TEXT NOT NULL DEFAULT '',"
	" note TEXT NOT NULL DEFAULT '') STRICT",
	"CREATE UNIQUE INDEX issue_once ON issue (kind, subject) WHERE state <> 1",
	"CREATE INDEX issue_open ON issue (id) WHERE state = 0",
	"CREATE TABLE request (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 2),"
	" sponsor INTEGER NOT NULL REFERENCES sponsor, payment INTEGER REFERENCES payment,"
	" pledge INTEGER REFERENCES pledge, amount INTEGER NOT NULL CHECK (amount >= 0),"
	" workers INTEGER NOT NULL CHECK (workers >= 0), actor TEXT NOT NULL,"
	" at INTEGER NOT NULL, decider TEXT, decided_at INTEGER NOT NULL DEFAULT 0,"
	" note TEXT NOT NULL DEFAULT '', entry INTEGER REFERENCES ledger_entry,"
	" CHECK (decider IS NULL OR decider <> actor), CHECK ((state = 0) = (decider IS NULL))) STRICT",
	"CREATE UNIQUE INDEX request_once ON request (kind, sponsor, ifnull(payment, 0),"
	" ifnull(pledge, 0)) WHERE state = 0",
	"CREATE INDEX request_open ON request (id) WHERE state = 0",
	NULL,
};
/* clang-format on */
