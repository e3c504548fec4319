/* Statements about what the insurer said, word by word. Confirmation state 3: an acceptance that
 * was applied. Outbox states 0, 1, 7: may still go out. */
#ifndef STORE_SQL_WORD_H
#define STORE_SQL_WORD_H

#include "store_sql_job.h"

/* clang-format off */
#define SQL_PERSON "(SELECT nik_hash FROM worker WHERE id = $worker)"
#define SQL_WORD(X) \
	X(WORD_OF_MONTH, "SELECT reason <> '' FROM confirmation" \
		" WHERE nik_hash = " SQL_PERSON " AND day <= $until" \
		" AND (reason <> '' OR state = 3 OR id = $also) AND ($month BETWEEN first AND last" \
		" OR (last < first AND " SQL_MONTH_OF("day") " <= $month))" \
		" ORDER BY day DESC, reason <> '' DESC LIMIT 1") \
	/* Money is no proof of a month the insurer refused and has not confirmed since. */ \
	X(EVIDENCE, "SELECT month, reported_day, CASE WHEN paid_day > 0 AND confirmed_day = 0" \
		" AND EXISTS (SELECT 1 FROM confirmation r WHERE r.nik_hash = (SELECT nik_hash" \
		" FROM worker WHERE id = coverage_month.worker) AND r.reason <> ''" \
		" AND (month BETWEEN r.first AND r.last OR (r.last < r.first AND month >= " \
		SQL_MONTH_OF("r.day") "))) THEN 0 ELSE paid_day END, confirmed_day FROM coverage_month" \
		" WHERE worker = $worker ORDER BY month DESC LIMIT $cap") \
	X(ACCEPTED_SINCE, "SELECT EXISTS (SELECT 1 FROM confirmation" \
		" WHERE nik_hash = " SQL_PERSON " AND day > $day" \
		" AND reason = '' AND state = 3)") \
	X(AKTIF_NEXT, "SELECT id, state FROM outbox WHERE subject = $subject" \
		" AND template_id IN ('W14', 'R09') AND state IN (0, 1, 7) AND id > $after" \
		" ORDER BY id LIMIT 1") \
	X(REFUSED_LAST, "SELECT ifnull(max(day), 0) FROM confirmation" \
		" WHERE nik_hash = " SQL_PERSON \
		" AND reason <> '' AND day <= $until") \
	X(WORD_NEXT, "SELECT c.id, c.day, c.state, c.first, c.last, c.reason, r.number, f.name" \
		" FROM confirmation c JOIN source_row r ON r.id = c.source_row JOIN source_file f" \
		" ON f.id = r.file WHERE c.nik_hash = " SQL_PERSON \
		" AND (c.day, c.reason <> '', c.id) > ($day, $refused, $id)" \
		" ORDER BY c.day, c.reason <> '', c.id LIMIT 1")
/* clang-format on */

#endif
