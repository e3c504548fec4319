/* The schema and how older files reach it. Steps are only ever appended: what an installed store
 * has run is history. A step and its user_version are one transaction, so a power cut leaves the
 * version before or the version after. Times are UTC seconds, months counts since year 0, enums
 * the numbers of the doors; sealed columns have the key's version beside them. */
#include "store_int.h"
#include <stdio.h>

/* clang-format off */
static const char *const version_1[] = {
	"CREATE TABLE meta (name TEXT PRIMARY KEY, num INTEGER NOT NULL DEFAULT 0, data BLOB,"
	" key_version INTEGER) STRICT, WITHOUT ROWID",
	"INSERT INTO meta (name) VALUES ('newest_time')",

	"CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL,"
	" action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL)"
	" STRICT",

	"CREATE TABLE line (id INTEGER PRIMARY KEY, imsi TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
	" imei TEXT NOT NULL, number TEXT NOT NULL, operator_name TEXT NOT NULL,"
	" first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL) STRICT",

	"CREATE TABLE pin_refused (imei TEXT NOT NULL, pin_hash BLOB NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (imei, pin_hash)) STRICT, WITHOUT ROWID",

	"CREATE TABLE usage (hour INTEGER NOT NULL, line INTEGER NOT NULL REFERENCES line,"
	" segments INTEGER NOT NULL, PRIMARY KEY (hour, line)) STRICT, WITHOUT ROWID",

	/* One row a text; the parts beside it are what came over the air. sent_at is the first part's
	 * SCTS, or its arrival when the SCTS is not readable. */
	"CREATE TABLE inbox (id INTEGER PRIMARY KEY, line INTEGER REFERENCES line,"
	" sender TEXT NOT NULL, sender_kind INTEGER NOT NULL, ref INTEGER NOT NULL,"
	" total INTEGER NOT NULL, have INTEGER NOT NULL CHECK (have <= total),"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), sent_at INTEGER NOT NULL,"
	" received_at INTEGER NOT NULL, handled_at INTEGER NOT NULL DEFAULT 0, body_hash BLOB,"
	" masked TEXT NOT NULL DEFAULT '', intent TEXT NOT NULL DEFAULT '') STRICT",
	"CREATE INDEX inbox_sender ON inbox (sender, received_at)",
	"CREATE INDEX inbox_open ON inbox (line, sender, ref, total)"
	" WHERE state = 0 AND body_hash IS NULL",

	/* SCTS first: new keys go to the end of the index. */
	"CREATE TABLE inbox_part (inbox INTEGER NOT NULL REFERENCES inbox, part INTEGER NOT NULL,"
	" line INTEGER NOT NULL, sender TEXT NOT NULL, scts INTEGER NOT NULL, ref INTEGER NOT NULL,"
	" total INTEGER NOT NULL, body_hash BLOB NOT NULL, text BLOB, text_key INTEGER,"
	" pdu BLOB NOT NULL, pdu_key INTEGER NOT NULL, PRIMARY KEY (inbox, part),"
	" UNIQUE (scts, line, sender, ref, total, part, body_hash)) STRICT, WITHOUT ROWID",

	"CREATE TABLE outbox (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" class INTEGER NOT NULL CHECK (class BETWEEN 0 AND 4),"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 8), subject TEXT NOT NULL,"
	" msisdn TEXT NOT NULL, template_id TEXT NOT NULL, lang TEXT NOT NULL, args TEXT, body TEXT,"
	" parts INTEGER NOT NULL CHECK (parts BETWEEN 0 AND 10),"
	" attempts INTEGER NOT NULL DEFAULT 0, ref INTEGER NOT NULL, cause TEXT NOT NULL DEFAULT '',"
	" line INTEGER REFERENCES line, inbox INTEGER REFERENCES inbox, created_at INTEGER NOT NULL,"
	" not_before INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
	" judged INTEGER NOT NULL DEFAULT 0 CHECK (judged IN (0, 1))) STRICT",
	"CREATE INDEX outbox_state ON outbox (state, line, class, not_before)",
	"CREATE INDEX outbox_unjudged ON outbox (created_at) WHERE state = 7 AND judged = 0",
	"CREATE INDEX outbox_expiry ON outbox (expires_at) WHERE state = 0 AND expires_at > 0",
	"CREATE INDEX outbox_inbox ON outbox (inbox) WHERE inbox IS NOT NULL",

	/* peer: the last eight digits of the recipient, as reports write numbers in many ways. */
	"CREATE TABLE outbox_part (outbox INTEGER NOT NULL REFERENCES outbox, part INTEGER NOT NULL,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 8), mr INTEGER NOT NULL DEFAULT -1,"
	" line INTEGER NOT NULL DEFAULT 0, peer INTEGER NOT NULL,"
	" handed_at INTEGER NOT NULL DEFAULT 0, settled_at INTEGER NOT NULL DEFAULT 0,"
	" code INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (outbox, part)) STRICT, WITHOUT ROWID",
	"CREATE INDEX outbox_part_report ON outbox_part (line, peer, mr)",

	"CREATE TABLE programme (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, legal_basis TEXT NOT NULL, areas TEXT NOT NULL,"
	" direct INTEGER NOT NULL CHECK (direct IN (0, 1)), target INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL) STRICT",
	"CREATE TABLE sponsor (id INTEGER PRIMARY KEY, name TEXT NOT NULL, sms_name TEXT NOT NULL,"
	" phone TEXT NOT NULL, kind INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT",
	"CREATE INDEX sponsor_phone ON sponsor (phone)",
	"CREATE TABLE pledge (id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE,"
	" sponsor INTEGER NOT NULL REFERENCES sponsor, programme INTEGER NOT NULL REFERENCES programme,"
	" funding INTEGER NOT NULL, workers INTEGER NOT NULL CHECK (workers > 0),"
	" months INTEGER NOT NULL CHECK (months > 0),"
	" instalment INTEGER NOT NULL CHECK (instalment IN (1, 3, 6, 12)), start INTEGER NOT NULL,"
	" taken INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND workers),"
	" waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0), created_at INTEGER NOT NULL) STRICT",
	"CREATE INDEX pledge_sponsor ON pledge (sponsor)",

	"CREATE TABLE code_batch (id INTEGER PRIMARY KEY, pledge INTEGER NOT NULL REFERENCES pledge,"
	" area TEXT NOT NULL, named INTEGER NOT NULL CHECK (named IN (0, 1)),"
	" created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT",
	"CREATE TABLE code (code TEXT PRIMARY KEY, batch INTEGER NOT NULL REFERENCES code_batch,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4), used_by TEXT NOT NULL DEFAULT '',"
	" used_at INTEGER NOT NULL DEFAULT 0, nik BLOB, nik_key INTEGER, nik_hash BLOB, name TEXT,"
	" phone TEXT, area TEXT, job INTEGER) STRICT, WITHOUT ROWID",
	"CREATE INDEX code_nik ON code (nik_hash) WHERE nik_hash IS NOT NULL",

	"CREATE TABLE worker (id INTEGER PRIMARY KEY, nik BLOB NOT NULL, nik_key INTEGER NOT NULL,"
	" nik_hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, born TEXT NOT NULL,"
	" sex INTEGER NOT NULL, job INTEGER NOT NULL, area TEXT NOT NULL,"
	" card TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL) STRICT",
	"CREATE TABLE phone (msisdn TEXT PRIMARY KEY, lang TEXT NOT NULL,"
	" reminders_off INTEGER NOT NULL CHECK (reminders_off IN (0, 1)),"
	" home_line INTEGER REFERENCES line, replies INTEGER NOT NULL, replies_day INTEGER NOT NULL,"
	" wrong INTEGER NOT NULL, wrong_since INTEGER NOT NULL,"
	" last_effect INTEGER REFERENCES inbox, next_ref INTEGER NOT NULL,"
	" dialogue BLOB, dialogue_key INTEGER, saved_at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
	"CREATE TABLE phone_link (msisdn TEXT NOT NULL, worker INTEGER NOT NULL REFERENCES worker,"
	" linked_at INTEGER NOT NULL, PRIMARY KEY (msisdn, worker)) STRICT, WITHOUT ROWID",
	"CREATE INDEX phone_link_worker ON phone_link (worker)",

	"CREATE TABLE registration (id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE,"
	" code TEXT NOT NULL UNIQUE REFERENCES code, pledge INTEGER NOT NULL REFERENCES pledge,"
	" msisdn TEXT NOT NULL, worker INTEGER REFERENCES worker,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), waiting_number INTEGER NOT NULL,"
	" nik BLOB, nik_key INTEGER, nik_hash BLOB NOT NULL, name TEXT NOT NULL,"
	" job INTEGER NOT NULL, area TEXT NOT NULL, inbox INTEGER REFERENCES inbox,"
	" line INTEGER REFERENCES line, created_at INTEGER NOT NULL) STRICT",
	"CREATE INDEX registration_msisdn ON registration (msisdn)",
	"CREATE INDEX registration_worker ON registration (worker) WHERE worker IS NOT NULL",
	"CREATE INDEX registration_nik ON registration (nik_hash)",
	"CREATE TABLE consent (registration INTEGER PRIMARY KEY REFERENCES registration,"
	" text_id TEXT NOT NULL, msisdn TEXT NOT NULL, given_at INTEGER NOT NULL,"
	" withdrawn_at INTEGER NOT NULL DEFAULT 0) STRICT",

	/* One worker, month and package has one payer, whoever asks. evidence: 0 none, 1 the sponsor
	 * says so, 2 a bank line, 3 confirmed by the insurer. source_day: days since 1970. */
	"CREATE TABLE coverage_month (worker INTEGER NOT NULL REFERENCES worker,"
	" month INTEGER NOT NULL, package INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL CHECK (evidence BETWEEN 0 AND 3), source_day INTEGER NOT NULL,"
	" PRIMARY KEY (worker, month, package)) STRICT, WITHOUT ROWID",

	"CREATE TABLE duty_case (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL UNIQUE,"
	" msisdn TEXT NOT NULL, inbox INTEGER REFERENCES inbox, opened_at INTEGER NOT NULL,"
	" closed_at INTEGER NOT NULL DEFAULT 0) STRICT",
	NULL,
};

/* The officers' desk: what an officer, a cadre or a duty phone decides. */
static const char *const version_2[] = {
	/* A person and the cadre who speaks for that person each consent for themselves. */
	"CREATE TABLE consent_2 (registration INTEGER NOT NULL REFERENCES registration,"
	" msisdn TEXT NOT NULL, text_id TEXT NOT NULL, channel TEXT NOT NULL,"
	" given_at INTEGER NOT NULL, withdrawn_at INTEGER NOT NULL DEFAULT 0,"
	" PRIMARY KEY (registration, msisdn)) STRICT, WITHOUT ROWID",
	"INSERT INTO consent_2 SELECT registration, msisdn, text_id, 'sms', given_at, withdrawn_at"
	" FROM consent",
	"DROP TABLE consent",
	"ALTER TABLE consent_2 RENAME TO consent",

	/* decision: 0 none yet, 1 accepted, 2 rejected, 3 withdrawn by the worker, 4 the worker's own
	 * phone is asked for consent. enrolled_by: the cadre, '' = the person's own phone. */
	"ALTER TABLE registration ADD COLUMN decision INTEGER NOT NULL DEFAULT 0"
	" CHECK (decision BETWEEN 0 AND 4)",
	"ALTER TABLE registration ADD COLUMN decided_at INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE registration ADD COLUMN decided_by TEXT NOT NULL DEFAULT ''",
	"ALTER TABLE registration ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
	"ALTER TABLE registration ADD COLUMN enrolled_by TEXT NOT NULL DEFAULT ''",
	"CREATE INDEX code_batch_id ON code (batch)",
	"CREATE INDEX registration_pledge ON registration (pledge, worker)",
	"CREATE INDEX registration_place ON registration (pledge, waiting_number)"
	" WHERE waiting_number > 0",

	"ALTER TABLE phone_link ADD COLUMN reminders_off INTEGER NOT NULL DEFAULT 0"
	" CHECK (reminders_off IN (0, 1))",
	"CREATE TABLE phone_past (id INTEGER PRIMARY KEY, msisdn TEXT NOT NULL,"
	" worker INTEGER NOT NULL REFERENCES worker, linked_at INTEGER NOT NULL,"
	" ended_at INTEGER NOT NULL, why TEXT NOT NULL) STRICT",
	"CREATE TABLE change_request (id INTEGER PRIMARY KEY,"
	" worker INTEGER NOT NULL REFERENCES worker, from_msisdn TEXT NOT NULL,"
	" to_msisdn TEXT NOT NULL, otp_hash BLOB NOT NULL, tries INTEGER NOT NULL DEFAULT 0,"
	" created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
	" state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),"
	" closed_at INTEGER NOT NULL DEFAULT 0) STRICT",
	"CREATE INDEX change_from ON change_request (from_msisdn) WHERE state = 0",
	"CREATE INDEX change_worker ON change_request (worker, from_msisdn, to_msisdn, created_at)",
	"CREATE INDEX change_to ON change_request (to_msisdn, closed_at) WHERE state = 1",

	/* wrong_day: of the day in replies_day. same_*: one text that comes again and again. */
	"ALTER TABLE phone ADD COLUMN wrong_day INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE phone ADD COLUMN same_hash INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE phone ADD COLUMN same_count INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE phone ADD COLUMN same_since INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE phone ADD COLUMN quiet_until INTEGER NOT NULL DEFAULT 0",
	"CREATE TABLE hour_count (what INTEGER NOT NULL, hour INTEGER NOT NULL, n INTEGER NOT NULL,"
	" PRIMARY KEY (what, hour)) STRICT, WITHOUT ROWID",

	"CREATE TABLE cadre (msisdn TEXT PRIMARY KEY, name TEXT NOT NULL, area TEXT NOT NULL,"
	" since INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID",
	"CREATE TABLE duty_phone (msisdn TEXT NOT NULL, area TEXT NOT NULL, name TEXT NOT NULL,"
	" position INTEGER NOT NULL, added_at INTEGER NOT NULL, PRIMARY KEY (msisdn, area))"
	" STRICT, WITHOUT ROWID",
	/* step: duty phones told in this round. due_at: when the next one is. */
	"ALTER TABLE duty_case ADD COLUMN area TEXT NOT NULL DEFAULT ''",
	"ALTER TABLE duty_case ADD COLUMN worker INTEGER REFERENCES worker",
	"ALTER TABLE duty_case ADD COLUMN step INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE duty_case ADD COLUMN told_to TEXT NOT NULL DEFAULT ''",
	"ALTER TABLE duty_case ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE duty_case ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0",
	"ALTER TABLE duty_case ADD COLUMN closed_by TEXT NOT NULL DEFAULT ''",
	"ALTER TABLE duty_case ADD COLUMN note TEXT NOT NULL DEFAULT ''",
	"CREATE INDEX duty_case_due ON duty_case (due_at) WHERE closed_at = 0",
	"CREATE INDEX duty_case_phone ON duty_case (msisdn) WHERE closed_at = 0",
	/* A modem by its name in the configuration: its SIM may not be known yet. */
	"CREATE TABLE outage (modem TEXT PRIMARY KEY, since INTEGER NOT NULL,"
	" told_at INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID",
	NULL,
};
/* clang-format on */

const struct migration store_migrations[] = {
	{ version_1 },
	{ version_2 },
	{ store_schema_money },
	{ store_schema_books },
	{ store_schema_remind },
};
const int store_version = sizeof store_migrations / sizeof *store_migrations;

static int user_version(sqlite3 *db, int *out)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL);

	if (rc == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		*out = sqlite3_column_int(q, 0);
	else if (rc == SQLITE_OK)
		rc = sqlite3_errcode(db);
	sqlite3_finalize(q);
	return rc;
}

static int run_step(sqlite3 *db, const struct migration *step, int version)
{
	char pragma[64];
	int rc = SQLITE_OK;

	for (const char *const *sql = step->sql; rc == SQLITE_OK && *sql; sql++)
		rc = sqlite3_exec(db, *sql, NULL, NULL, NULL);
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", version);
	return rc == SQLITE_OK ? sqlite3_exec(db, pragma, NULL, NULL, NULL) : rc;
}

/* *more: there was a step to run. The version is read under the write lock, since another process
 * may be migrating the same file. */
static int one_step(sqlite3 *db, const struct migration *steps, int n, bool *more)
{
	int version = 0, rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = user_version(db, &version);
	*more = rc == SQLITE_OK && version < n;
	if (*more)
		rc = run_step(db, &steps[version], version + 1);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int store_migrate(sqlite3 *db, const struct migration *steps, int n)
{
	int version = 0, rc = user_version(db, &version);
	bool more = version < n; /* opening a store of today waits for nobody */

	while (rc == SQLITE_OK && more)
		rc = one_step(db, steps, n, &more);
	return rc;
}
