/* The fourth step of the schema: what the flows of money and the sponsors' answers need beyond the
 * tables of step three. Enums are the numbers of the doors; days count since 1970, 0 is no day. */
#include "store_int.h"

/* clang-format off */
const char *const store_schema_books[] = {
	/* What an officer put right and why: the audit chain holds the same, but not by subject. */
	"CREATE TABLE correction (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL,"
	" subject TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL, note TEXT NOT NULL)"
	" STRICT",
	"CREATE INDEX correction_subject ON correction (subject)",
	/* A programme's legal basis is revised; the older ones stay. */
	"CREATE TABLE legal_basis (programme INTEGER NOT NULL REFERENCES programme,"
	" number INTEGER NOT NULL, text TEXT NOT NULL, since INTEGER NOT NULL,"
	" PRIMARY KEY (programme, number)) STRICT, WITHOUT ROWID",
	"INSERT INTO legal_basis SELECT id, 1, legal_basis, created_at FROM programme",
	"CREATE TRIGGER programme_basis AFTER INSERT ON programme BEGIN"
	" INSERT INTO legal_basis VALUES (new.id, 1, new.legal_basis, new.created_at); END",
	/* note: of the one who asked; answer: of the one who decided. settled_day: a refund that was
	 * paid out. */
	"ALTER TABLE request ADD COLUMN answer TEXT NOT NULL DEFAULT ''",
	"ALTER TABLE request ADD COLUMN settled_day INTEGER NOT NULL DEFAULT 0",
	/* Which of our questions to sponsors are answered, and with what. */
	"CREATE TABLE question_answered (outbox INTEGER PRIMARY KEY REFERENCES outbox,"
	" answer TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
	"CREATE INDEX outbox_question ON outbox (msisdn, id)"
	" WHERE template_id IN ('S04', 'S05', 'S08', 'S14', 'S15')",
	/* What a run did, by kind and by whom it concerns. */
	"CREATE TABLE run_tally (run INTEGER NOT NULL REFERENCES run, what TEXT NOT NULL,"
	" subject TEXT NOT NULL, n INTEGER NOT NULL, amount INTEGER NOT NULL,"
	" PRIMARY KEY (run, what, subject)) STRICT, WITHOUT ROWID",
	"CREATE INDEX worker_died ON worker (id) WHERE died_day > 0",
	"CREATE INDEX payment_alike ON payment (amount, day)",
	"CREATE INDEX payment_turn ON payment (day, pledge) WHERE state IN (1, 2)"
	" AND pledge IS NOT NULL AND outcome <> 1",
	"CREATE INDEX payment_listed ON payment (day) WHERE outcome = 1 AND state IN (1, 2)",
	/* The insurer's words in the order in which it said them, of one day what it refused last;
	 * older months first. */
	"CREATE INDEX confirmation_turn ON confirmation (day, reason <> '', first, -last, id)"
	" WHERE state < 3",
	/* All its words about one person, and whether any is a refusal. */
	"CREATE INDEX confirmation_of ON confirmation (nik_hash, day, reason <> '')",
	"CREATE INDEX confirmation_refused ON confirmation (nik_hash) WHERE reason <> ''",
	/* Texts that say AKTIF and may still go out. */
	"CREATE INDEX outbox_aktif ON outbox (subject, id)"
	" WHERE template_id IN ('W14', 'R09') AND state IN (0, 1, 7)",
	/* The newest issue about something, whatever became of it: asked before one is raised. */
	"CREATE INDEX issue_about ON issue (kind, subject)",
	/* Why a place is held no more. */
	"ALTER TABLE allocation ADD COLUMN cause INTEGER NOT NULL DEFAULT 0",
	"CREATE INDEX registration_asked ON registration (created_at) WHERE decision = 4",
	/* A pledge that goes on from another one and carries its workers. */
	"ALTER TABLE pledge ADD COLUMN renews INTEGER REFERENCES pledge",
	"CREATE INDEX pledge_renews ON pledge (renews) WHERE renews IS NOT NULL",
	"CREATE INDEX code_batch_pledge ON code_batch (pledge)",
	/* A treasurer's corrected list stands in the place of the wrong one. */
	"ALTER TABLE list ADD COLUMN replaced_by INTEGER REFERENCES list",
	/* Lists for the insurer, byte by byte but for the NIK, which stays sealed with its worker. */
	"CREATE TABLE export (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL,"
	" head TEXT NOT NULL) STRICT",
	"CREATE TABLE export_line (export INTEGER NOT NULL REFERENCES export,"
	" allocation INTEGER NOT NULL REFERENCES allocation, worker INTEGER NOT NULL REFERENCES worker,"
	" line TEXT NOT NULL, PRIMARY KEY (export, allocation)) STRICT, WITHOUT ROWID",
	NULL,
};
/* clang-format on */
