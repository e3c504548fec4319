/* The fifth step of the schema: reminders. Enums are the numbers of the doors; days count since
 * 1970, 0 is no day. Whoever writes a fact that a reminder rests on need not know of reminders:
 * triggers bring the subject's next look forward to now, and end in the very transaction what
 * waits to be sent and whose reason is certainly gone. What only the rules can tell is settled at
 * hand-over. */
#include "store_int.h"

/* Day 0: to be looked at now. Who is there already costs one seek and no write. */
#define LOOK "UPDATE reminder_watch SET day = 0 WHERE day <> 0 AND "
#define LOOK_WORKER(id) LOOK "kind = 0 AND subject = " id ";"
#define LOOK_WORKERS_OF(pledge_id) \
	LOOK "kind = 0 AND subject IN (SELECT worker FROM allocation WHERE pledge = " pledge_id ");"
#define LOOK_INSTALMENT(id) LOOK "kind = 1 AND subject = " id ";"
#define LOOK_PLEDGE(id) LOOK "kind = 2 AND subject = " id ";"
#define LOOK_SPONSORS_OF(phone)                                                                 \
	LOOK "kind = 2 AND subject IN (SELECT p.id FROM sponsor s JOIN pledge p ON"             \
	     " p.sponsor = s.id WHERE s.phone = " phone ");" LOOK                               \
	     "kind = 1 AND subject IN (SELECT i.id FROM sponsor s JOIN pledge p"                \
	     " ON p.sponsor = s.id JOIN instalment i ON i.pledge = p.id WHERE s.phone = " phone \
	     ");"
/* What still waits of a subject; why as in enum remind_why. */
#define CANCEL(why, whom) \
	"UPDATE reminder SET state = 3, why = " why ", open = 0 WHERE open = 1 AND " whom ";"
#define CANCEL_WORKER(why, id) CANCEL(why, "kind = 0 AND subject = " id)
/* A month somebody pays for takes the reason from what asks for that month or tells of its lack:
 * self-first to sponsor-ends of enum remind_occasion, whose cycle it is. */
#define CANCEL_PAID(id) \
	CANCEL("1", "kind = 0 AND subject = " id " AND occasion <= 8 AND cycle <= new.month")
/* Reconcile writes a million months: whether anything waits is one look at a small index. */
#define WAITS(id)                                                                \
	"EXISTS (SELECT 1 FROM reminder INDEXED BY reminder_open WHERE open = 1" \
	" AND kind = 0 AND subject = " id ")"
#define LIVE(row) "(" row ".state BETWEEN 1 AND 3)"

/* clang-format off */
const char *const store_schema_remind[] = {
	/* The newest text or call from the phone. */
	"ALTER TABLE phone ADD COLUMN heard_at INTEGER NOT NULL DEFAULT 0",
	"UPDATE phone SET heard_at = saved_at",
	"CREATE INDEX request_pledge ON request (pledge, kind) WHERE pledge IS NOT NULL",
	"CREATE INDEX outbox_unasked ON outbox (msisdn, not_before) WHERE class IN (2, 4)",

	/* One row a subject. day: of its next look; last: the last day of what is due then. */
	"CREATE TABLE reminder_watch (kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),"
	" subject INTEGER NOT NULL, zone INTEGER NOT NULL DEFAULT 420, day INTEGER NOT NULL DEFAULT 0,"
	" last INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, subject)) STRICT, WITHOUT ROWID",
	"INSERT INTO reminder_watch (kind, subject) SELECT 0, id FROM worker",
	"INSERT INTO reminder_watch (kind, subject) SELECT 1, i.id FROM instalment i"
	" JOIN pledge p ON p.id = i.pledge WHERE p.funding <> 5",
	"INSERT INTO reminder_watch (kind, subject) SELECT 2, id FROM pledge WHERE funding <> 5",
	"CREATE INDEX reminder_watch_day ON reminder_watch (zone, day, last, kind, subject)",

	/* open: it waits in the queue, and no part of it has gone out. */
	"CREATE TABLE reminder (kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),"
	" subject INTEGER NOT NULL, occasion INTEGER NOT NULL, cycle INTEGER NOT NULL,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), why INTEGER NOT NULL,"
	" day INTEGER NOT NULL, outbox INTEGER REFERENCES outbox, msisdn TEXT NOT NULL DEFAULT '',"
	" open INTEGER NOT NULL DEFAULT 0 CHECK (open IN (0, 1)), noted_at INTEGER NOT NULL,"
	" PRIMARY KEY (kind, subject, occasion, cycle)) STRICT, WITHOUT ROWID",
	"CREATE INDEX reminder_outbox ON reminder (outbox) WHERE outbox IS NOT NULL",
	"CREATE INDEX reminder_open ON reminder (kind, subject) WHERE open = 1",
	"CREATE INDEX reminder_to ON reminder (msisdn) WHERE open = 1",
	"CREATE INDEX reminder_asked ON reminder (msisdn, noted_at)"
	" WHERE occasion = 11 AND outbox IS NOT NULL",

	/* ---- the message and what it carries ---- */
	"CREATE TRIGGER reminder_leaves AFTER UPDATE OF state ON outbox WHEN new.class = 4"
	" AND (new.state = 0) <> (old.state = 0) BEGIN"
	" UPDATE reminder SET open = new.state = 0 AND NOT EXISTS (SELECT 1 FROM outbox_part"
	" WHERE outbox = new.id AND state NOT IN (0, 1)) WHERE outbox = new.id AND state = 0;"
	" UPDATE reminder SET state = new.state / 8 + 2, why = CASE new.state WHEN 5 THEN 12 ELSE 0 END"
	" WHERE outbox = new.id AND state = 0 AND new.state IN (5, 8); END",
	/* One message may carry several: it goes when the last one does. */
	"CREATE TRIGGER reminder_cancelled AFTER UPDATE OF state ON reminder WHEN old.open = 1"
	" AND new.state <> 0 BEGIN UPDATE outbox SET state = 8, cause = CASE new.why"
	" WHEN 1 THEN 'paid' WHEN 2 THEN 'deceased' WHEN 3 THEN 'stopped' WHEN 4 THEN 'no phone'"
	" WHEN 5 THEN 'no consent' WHEN 7 THEN 'renewed' WHEN 8 THEN 'closed' WHEN 9 THEN 'switched off'"
	" WHEN 11 THEN 'texts of the day' WHEN 12 THEN 'no line' WHEN 14 THEN 'cover began'"
	" WHEN 15 THEN 'heard from'"
	" ELSE 'the reason is gone' END WHERE id = new.outbox AND state = 0 AND NOT EXISTS"
	" (SELECT 1 FROM reminder WHERE outbox = new.outbox AND open = 1);"
	" UPDATE outbox_part SET state = 8 WHERE outbox = new.outbox AND state = 0"
	" AND (SELECT state FROM outbox WHERE id = new.outbox) = 8; END",

	/* ---- workers ---- */
	"CREATE TRIGGER remind_worker_new AFTER INSERT ON worker BEGIN"
	" INSERT INTO reminder_watch (kind, subject) VALUES (0, new.id); END",
	"CREATE TRIGGER remind_worker_died AFTER UPDATE OF died_day ON worker"
	" WHEN new.died_day <> old.died_day BEGIN " LOOK_WORKER("new.id") "END",
	"CREATE TRIGGER remind_worker_dead AFTER UPDATE OF died_day ON worker"
	" WHEN new.died_day > 0 BEGIN " CANCEL_WORKER("2", "new.id") "END",
	"CREATE TRIGGER remind_month_new AFTER INSERT ON coverage_month BEGIN "
	LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_month_paid_new AFTER INSERT ON coverage_month"
	" WHEN new.pledge IS NOT NULL AND " WAITS("new.worker") " BEGIN " CANCEL_PAID("new.worker") "END",
	"CREATE TRIGGER remind_month AFTER UPDATE ON coverage_month BEGIN "
	LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_month_paid AFTER UPDATE OF pledge ON coverage_month"
	" WHEN new.pledge IS NOT NULL AND old.pledge IS NULL AND " WAITS("new.worker") " BEGIN "
	CANCEL_PAID("new.worker") "END",
	"CREATE TRIGGER remind_month_gone AFTER DELETE ON coverage_month BEGIN "
	LOOK_WORKER("old.worker") "END",
	"CREATE TRIGGER remind_place_new AFTER INSERT ON allocation BEGIN "
	LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_place AFTER UPDATE OF state, first, last ON allocation"
	" WHEN " LIVE("new") " <> " LIVE("old") " OR new.first <> old.first OR new.last <> old.last"
	" BEGIN " LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_registration_new AFTER INSERT ON registration"
	" WHEN new.worker IS NOT NULL BEGIN " LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_registration AFTER UPDATE OF worker, decision ON registration"
	" WHEN new.worker IS NOT NULL AND (old.worker, old.decision)"
	" IS NOT (new.worker, new.decision) BEGIN " LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_consent AFTER UPDATE OF withdrawn_at ON consent"
	" WHEN new.withdrawn_at <> old.withdrawn_at BEGIN "
	LOOK_WORKER("(SELECT worker FROM registration WHERE id = new.registration)")
	CANCEL("5", "new.withdrawn_at > 0 AND kind = 0 AND subject ="
		" (SELECT worker FROM registration WHERE id = new.registration)") "END",

	/* ---- phones ---- */
	"CREATE TRIGGER remind_link_new AFTER INSERT ON phone_link BEGIN "
	LOOK_WORKER("new.worker") "END",
	"CREATE TRIGGER remind_link_gone AFTER DELETE ON phone_link BEGIN "
	LOOK_WORKER("old.worker")
	CANCEL("4", "kind = 0 AND subject = old.worker AND msisdn = old.msisdn") "END",
	"CREATE TRIGGER remind_link_stop AFTER UPDATE OF reminders_off ON phone_link"
	" WHEN new.reminders_off <> old.reminders_off BEGIN " LOOK_WORKER("new.worker")
	CANCEL("3", "new.reminders_off = 1 AND kind = 0 AND subject = new.worker"
		" AND msisdn = new.msisdn") "END",
	"CREATE TRIGGER remind_phone_stop AFTER UPDATE OF reminders_off ON phone"
	" WHEN new.reminders_off <> old.reminders_off BEGIN "
	LOOK "kind = 0 AND subject IN (SELECT worker FROM phone_link WHERE msisdn = new.msisdn);"
	LOOK_SPONSORS_OF("new.msisdn")
	CANCEL("3", "new.reminders_off = 1 AND msisdn = new.msisdn") "END",
	"CREATE TRIGGER remind_phone_new AFTER INSERT ON phone WHEN new.reminders_off = 1 BEGIN "
	LOOK "kind = 0 AND subject IN (SELECT worker FROM phone_link WHERE msisdn = new.msisdn);"
	LOOK_SPONSORS_OF("new.msisdn") CANCEL("3", "msisdn = new.msisdn") "END",

	/* ---- sponsors; who pays for themselves is reminded as a worker ---- */
	"CREATE TRIGGER remind_pledge_new AFTER INSERT ON pledge BEGIN"
	" INSERT INTO reminder_watch (kind, subject) SELECT 2, new.id WHERE new.funding <> 5; "
	LOOK "kind = 2 AND subject IN (SELECT id FROM pledge WHERE sponsor = new.sponsor);" "END",
	"CREATE TRIGGER remind_pledge AFTER UPDATE OF start, months ON pledge"
	" WHEN (new.start, new.months) <> (old.start, old.months) BEGIN " LOOK_PLEDGE("new.id") "END",
	"CREATE TRIGGER remind_sponsor AFTER UPDATE OF phone ON sponsor WHEN new.phone <> old.phone"
	" BEGIN " LOOK_SPONSORS_OF("new.phone")
	CANCEL("4", "msisdn = old.phone AND (kind, subject) IN (SELECT 2, id FROM pledge WHERE sponsor ="
		" new.id UNION ALL SELECT 1, i.id FROM pledge p JOIN instalment i ON i.pledge = p.id WHERE"
		" p.sponsor = new.id)") "END",
	"CREATE TRIGGER remind_instalment_new AFTER INSERT ON instalment BEGIN"
	" INSERT INTO reminder_watch (kind, subject) SELECT 1, new.id FROM pledge"
	" WHERE id = new.pledge AND funding <> 5; END",
	"CREATE TRIGGER remind_instalment AFTER UPDATE ON instalment BEGIN "
	LOOK_INSTALMENT("new.id")
	CANCEL("CASE new.state WHEN 6 THEN 8 ELSE 1 END", "kind = 1 AND subject = new.id"
		" AND (new.paid >= new.expected OR new.state = 6)") "END",
	"CREATE TRIGGER remind_request_new AFTER INSERT ON request WHEN new.kind IN (3, 8) BEGIN "
	LOOK_PLEDGE("new.pledge")
	CANCEL("CASE new.kind WHEN 3 THEN 7 ELSE 8 END", "kind = 2 AND subject = new.pledge") "END",
	/* A sponsor who does not go on: its workers hear of it while they are still covered. */
	"CREATE TRIGGER remind_declined_new AFTER INSERT ON request WHEN new.kind = 8 BEGIN "
	LOOK_WORKERS_OF("new.pledge") "END",
	"CREATE TRIGGER remind_declined AFTER UPDATE OF state ON request WHEN new.kind = 8 BEGIN "
	LOOK_WORKERS_OF("new.pledge") "END",
	"CREATE TRIGGER remind_request AFTER UPDATE OF state ON request WHEN new.kind IN (3, 8) BEGIN "
	LOOK_PLEDGE("new.pledge") "END",
	NULL,
};
/* clang-format on */
