/* Statements of what officers put right and of what explains money. Payment states are those of
 * <payung/store_money.h>: 4 unmatched, 5 posted, 6 reversed; outcome 4 and reason 11 say the same
 * of a match. Ledger reasons 2 and 4: months paid by a payment, by credit; account 3: a
 * sponsor's credit. */
#ifndef STORE_SQL_CORRECT_H
#define STORE_SQL_CORRECT_H

#include "store_sql_money.h"

/* clang-format off */
#define SQL_EXPORT \
	"SELECT a.id, w.id, p.ref, a.first, a.last, w.name, w.born, w.sex, w.job, w.area, w.nik," \
	" w.nik_key FROM allocation a JOIN worker w ON w.id = a.worker JOIN pledge p" \
	" ON p.id = a.pledge WHERE a.sent_day = 0 AND a.state BETWEEN 1 AND 3 AND w.died_day = 0" \
	" AND a.id > $after"

#define SQL_CORRECT(X) \
	X(PAYMENT_TEXT, "SELECT id, state FROM outbox WHERE key > $first AND key < $beyond" \
		" AND template_id IN ('S02', 'S03', 'S04', 'S09')" \
		" AND (+state = 0 OR (+state = 7 AND judged = 0)) ORDER BY key LIMIT 1") \
	X(PAYMENT_TAKEN_BACK, "SELECT count(*) FROM ledger_entry WHERE payment = $payment" \
		" AND reverses IS NOT NULL") \
	X(CORRECTION_ADD, "INSERT INTO correction (at, actor, subject, action, detail, note)" \
		" VALUES ($at, $by, $subject, $action, $detail, $note)") \
	X(CORRECTION_NEXT, "SELECT id, at, actor, action, detail, note FROM correction" \
		" WHERE subject = $subject AND id > $after ORDER BY id LIMIT 1") \
	X(PAYMENT_NEXT, SQL_PAYMENT " WHERE p.id > $after ORDER BY p.id LIMIT 1") \
	X(PAYMENT_IN_STATE, SQL_PAYMENT " WHERE p.id > $after AND p.state = $state" \
		" ORDER BY p.id LIMIT 1") \
	X(PAYMENT_OPEN_AGAIN, "UPDATE payment SET state = 4, outcome = 4, reason = 11, used = 0," \
		" pledge = NULL, instalment = NULL, sponsor = NULL, actor = $by," \
		" entry = CASE WHEN $rebook THEN NULL ELSE entry END" \
		" WHERE id = $id AND state <= 6 AND used = 0") \
	X(LIST_FREE, "UPDATE list SET payment = NULL WHERE payment = $id") \
	X(LEDGER_PAYING, SQL_LEDGER " e WHERE sponsor = $sponsor" \
		" AND ((account_1 = 3 AND amount_1 > 0) OR (account_2 = 3 AND amount_2 > 0))" \
		" AND reason IN (2, 4) AND EXISTS (SELECT 1 FROM allocation a CROSS JOIN coverage_month m" \
		" ON m.worker = a.worker WHERE a.pledge = e.pledge AND m.entry = e.id)" \
		" ORDER BY id DESC LIMIT 1") \
	X(MONTH_LAST_OF_ENTRY, "SELECT a.id, m.month, m.worker FROM ledger_entry e JOIN allocation a" \
		" ON a.pledge = e.pledge CROSS JOIN coverage_month m ON m.worker = a.worker" \
		" WHERE e.id = $entry AND m.entry = e.id AND m.package = $package" \
		" ORDER BY m.month DESC, a.id DESC LIMIT 1") \
	X(CONFIRMATION_ORIGIN, "SELECT c.day, r.number, f.name FROM confirmation c JOIN source_row r" \
		" ON r.id = c.source_row JOIN source_file f ON f.id = r.file WHERE c.id = $id") \
	X(REQUEST_SETTLE, "UPDATE request SET entry = $entry, settled_day = $day WHERE id = $id" \
		" AND state = 1 AND settled_day = 0") \
	X(PLEDGE_WORKERS, "UPDATE pledge SET workers = $workers WHERE id = $id") \
	X(PLEDGE_PAYMENTS, "SELECT count(*) FROM payment WHERE pledge = $pledge" \
		" AND state NOT IN (0, 3, 4, 6)") \
	X(PLEDGE_END_PLACES, "UPDATE allocation SET state = 5, cause = 6, ended_at = $now" \
		" WHERE pledge = $pledge AND state < 4") \
	X(PLEDGE_END_WORKERS, "UPDATE registration SET decision = 2, waiting_number = 0" \
		" WHERE pledge = $pledge AND decision IN (0, 1, 4)") \
	X(PLEDGE_END_CODES, "UPDATE code SET state = 4 WHERE state = 1 AND batch IN" \
		" (SELECT id FROM code_batch WHERE pledge = $pledge)") \
	X(PLEDGE_END_PLAN, "UPDATE instalment SET state = 6, expected = 0 WHERE pledge = $pledge") \
	/* It carries nobody on, and another may do in its place. */ \
	X(PLEDGE_EMPTY, "UPDATE pledge SET taken = 0, renews = NULL WHERE id = $pledge") \
	X(INSTALMENT_OF_MONTH, SQL_INSTALMENT " WHERE pledge = $pledge AND first <= $month" \
		" AND last >= $month") \
	X(ALLOCATION_SPAN, "UPDATE allocation SET first = $first, last = $last WHERE id = $id") \
	X(ALLOCATION_REVIVE, "UPDATE allocation SET state = 1, cause = 0, ended_at = 0," \
		" last = $last WHERE id = $id AND state > 3") \
	X(BASIS_ADD, "INSERT INTO legal_basis SELECT id, (SELECT max(number) + 1 FROM legal_basis" \
		" WHERE programme = p.id), $text, $now FROM programme p WHERE code = $code") \
	X(BASIS_SET, "UPDATE programme SET legal_basis = $text WHERE code = $code") \
	X(BASIS_NEXT, "SELECT b.number, b.text, b.since FROM legal_basis b JOIN programme p" \
		" ON p.id = b.programme WHERE p.code = $code AND b.number > $after" \
		" ORDER BY b.number LIMIT 1") \
	X(EXPORT_NEXT, SQL_EXPORT " ORDER BY a.id LIMIT 1") \
	X(EXPORT_OF_PLEDGE, SQL_EXPORT " AND a.pledge = $pledge ORDER BY a.id LIMIT 1") \
	X(EXPORT_BEGIN, "INSERT INTO export (at, actor, head) VALUES ($now, $by, $head)") \
	X(EXPORT_KEEP, "INSERT INTO export_line (export, allocation, worker, line)" \
		" VALUES ($export, $allocation, $worker, $line)") \
	X(EXPORT_HEAD, "SELECT head FROM export WHERE id = $export") \
	X(EXPORT_LINE, "SELECT l.allocation, l.line, w.nik, w.nik_key FROM export_line l" \
		" JOIN worker w ON w.id = l.worker WHERE l.export = $export AND l.allocation > $after" \
		" ORDER BY l.allocation LIMIT 1") \
	X(PLEDGE_MONTHS, "SELECT m.month, count(*), sum(m.amount), sum(m.confirmed_day > 0)," \
		" sum(CASE WHEN m.confirmed_day > 0 THEN m.amount ELSE 0 END), max(m.confirmed_day)" \
		" FROM allocation a CROSS JOIN coverage_month m ON m.worker = a.worker" \
		" AND m.pledge = a.pledge AND m.month BETWEEN a.first AND a.last" \
		" WHERE a.pledge = $pledge AND m.package = $package" \
		" GROUP BY m.month ORDER BY m.month") \
	X(PLEDGE_PLACES, "SELECT state, count(*) FROM allocation WHERE pledge = $pledge GROUP BY state" \
		" ORDER BY state") \
	X(SPONSOR_BY_PHONE, "SELECT id FROM sponsor WHERE phone = $phone ORDER BY id LIMIT 1") \
	X(PLEDGE_OF_SPONSOR, SQL_PLEDGE " WHERE p.sponsor = $sponsor AND p.id > $after" \
		" ORDER BY p.id LIMIT 1") \
	X(REGISTRATION_TARGET, "SELECT id, worker, pledge FROM registration WHERE ref = $ref")
/* clang-format on */

#endif
