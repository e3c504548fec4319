/* Statements of the job of reconcile. States as in store_sql_money.h and store_sql_cover.h; outcome
 * 1 is a payment that follows a list. */
#ifndef STORE_SQL_JOB_H
#define STORE_SQL_JOB_H

#include "store_sql_cover.h"

/* clang-format off */
#define SQL_MONTH_OF(day) \
	"(CAST(strftime('%Y', " day " * 86400, 'unixepoch') AS INTEGER) * 12" \
	" + CAST(strftime('%m', " day " * 86400, 'unixepoch') AS INTEGER) - 1)"
#define SQL_JOB(X) \
	X(TALLY_ADD, "INSERT INTO run_tally (run, what, subject, n, amount)" \
		" VALUES ($run, $what, $subject, $n, $amount) ON CONFLICT DO UPDATE" \
		" SET n = n + excluded.n, amount = amount + excluded.amount") \
	X(TALLY_NEXT, "SELECT what, subject, n, amount FROM run_tally WHERE run = $run" \
		" AND (what, subject) > ($what, $subject) ORDER BY what, subject LIMIT 1") \
	X(TALLY_SUM, "SELECT count(*), ifnull(sum(n), 0), ifnull(sum(amount), 0) FROM run_tally" \
		" WHERE run = $run AND what = $what") \
	X(BOOKS_SUM, "SELECT ifnull(sum(max(amount, 0)), 0), ifnull(sum(min(amount, 0)), 0)" \
		" FROM ledger_balance") \
	X(PLACES, "SELECT w.job, count(*), a.first, a.last FROM allocation a JOIN worker w" \
		" ON w.id = a.worker WHERE a.pledge = $pledge AND a.state BETWEEN 1 AND 3" \
		" GROUP BY a.first, a.last, w.job ORDER BY a.first, a.last, w.job LIMIT $cap") \
	X(PLACES_ELSEWHERE, "SELECT w.job, count(*), m.month FROM allocation a JOIN worker w" \
		" ON w.id = a.worker CROSS JOIN coverage_month m ON m.worker = a.worker" \
		" AND m.month BETWEEN a.first AND a.last AND m.package = $package" \
		" AND m.pledge <> a.pledge WHERE a.pledge = $pledge AND a.state BETWEEN 1 AND 3" \
		" AND EXISTS (SELECT 1 FROM allocation b WHERE b.worker = a.worker" \
		" AND b.id <> a.id) GROUP BY m.month, w.job ORDER BY m.month, w.job LIMIT $cap") \
	X(MONTHS_LEFT, "SELECT m.month, sum(m.amount) FROM allocation a CROSS JOIN coverage_month m" \
		" ON m.worker = a.worker AND m.month BETWEEN a.first AND a.last" \
		" AND m.package = $package AND m.pledge = a.pledge WHERE a.pledge = $pledge" \
		" AND a.state > 3 AND NOT EXISTS (SELECT 1 FROM allocation b WHERE b.worker = a.worker" \
		" AND +b.pledge = a.pledge AND b.id <> a.id AND m.month BETWEEN b.first AND b.last" \
		" AND (b.state BETWEEN 1 AND 3 OR b.id < a.id)) GROUP BY m.month ORDER BY m.month" \
		" LIMIT $cap") \
	X(PAID_LAST, "SELECT ifnull(max(m.month), 0) FROM allocation a CROSS JOIN coverage_month m" \
		" ON m.worker = a.worker AND m.month BETWEEN a.first AND a.last" \
		" AND m.package = $package AND m.pledge = a.pledge WHERE a.pledge = $pledge") \
	X(UNCONFIRMED, "SELECT EXISTS (SELECT 1 FROM coverage_month WHERE confirmed_day = 0" \
		" AND pledge IS NOT NULL AND pledge = $pledge AND month BETWEEN $from AND $to)") \
	X(FOLLOWED, "SELECT EXISTS (SELECT 1 FROM pledge p JOIN pledge q ON q.sponsor = p.sponsor" \
		" AND q.programme = p.programme AND q.id <> p.id WHERE p.id = $pledge" \
		" AND q.start + q.months - 1 > $last AND NOT EXISTS (SELECT 1 FROM instalment" \
		" WHERE pledge = q.id AND number = 1 AND state = 6))") \
	X(WAITING_COUNT, "SELECT count(*) FROM registration WHERE pledge = $pledge" \
		" AND waiting_number > 0 AND decision IN (0, 1, 4)") \
	X(REGISTRATION_REF, "SELECT ref, ifnull(worker, 0) FROM registration WHERE id = $id") \
	X(PAYABLE, "SELECT p.id, p.day, p.amount - p.used, p.external FROM payment p" \
		" JOIN source_row r ON r.id = p.source_row WHERE p.state IN (1, 2)" \
		" AND p.pledge = $pledge AND p.outcome <> 1" \
		" ORDER BY p.day, r.hash, r.nth, p.id LIMIT $cap") \
	X(FIRST_PAYABLE, "SELECT pledge FROM payment WHERE state IN (1, 2) AND pledge IS NOT NULL" \
		" AND outcome <> 1 ORDER BY day, pledge LIMIT 1") \
	X(PLEDGE_SHARED, "SELECT EXISTS (SELECT 1 FROM allocation a JOIN allocation b" \
		" ON b.worker = a.worker AND b.id <> a.id AND b.state BETWEEN 1 AND 3" \
		" WHERE a.pledge = $pledge AND a.state BETWEEN 1 AND 3)") \
	X(PAYABLE_LIST, "SELECT p.id FROM payment p JOIN source_row r ON r.id = p.source_row" \
		" WHERE p.state IN (1, 2) AND p.outcome = 1 ORDER BY p.day, r.hash, r.nth, p.id LIMIT 1") \
	X(PAYMENTS_ALIKE, "SELECT count(*) FROM payment WHERE state < 5 AND amount = $amount" \
		" AND id <> $payment AND day BETWEEN $from AND $to" \
		" AND id NOT IN (SELECT payment FROM list WHERE payment IS NOT NULL)") \
	X(RETURNS, "SELECT p.id FROM payment p JOIN source_row r ON r.id = p.source_row" \
		" WHERE p.amount < 0 AND p.state < 5 AND p.outcome <> 5 AND ($first = 0 OR (p.day, r.hash, r.nth) >=" \
		" (SELECT f.day, g.hash, g.nth FROM payment f JOIN source_row g ON g.id = f.source_row" \
		" WHERE f.id = $first)) ORDER BY p.day, r.hash, r.nth LIMIT $cap") \
	X(PAYMENTS_RETURNED, "SELECT id FROM payment WHERE amount = $amount AND external = 0" \
		" AND (state < 6 OR (state = 6 AND NOT EXISTS (SELECT 1 FROM ledger_entry e" \
		" WHERE e.reverses = payment.entry))) AND entry IS NOT NULL AND ($account = '' OR account = $account)" \
		" AND day BETWEEN $from AND $to ORDER BY id") \
	X(REFUND_OF_LINE, "SELECT ifnull((SELECT min(entry) FROM request WHERE kind = 0 AND state = 1" \
		" AND amount = $amount AND settled_day BETWEEN $from AND $to AND NOT EXISTS (SELECT 1" \
		" FROM payment p WHERE p.entry = request.entry AND p.amount < 0)), 0)," \
		" EXISTS (SELECT 1 FROM request WHERE kind = 0 AND state = 1 AND amount = $amount" \
		" AND settled_day = 0)") \
	X(ACCOUNT_SPONSOR, "SELECT max(sponsor) FROM sponsor_account WHERE account = $account" \
		" HAVING count(*) = 1") \
	X(ENDED_UNPAID, "SELECT count(*) FROM allocation a JOIN worker w ON w.id = a.worker" \
		" WHERE a.pledge = $pledge AND a.state = 4 AND w.died_day = 0" \
		" AND a.last - a.first + 1 > (SELECT count(*) FROM coverage_month m" \
		" WHERE m.worker = a.worker AND m.month BETWEEN a.first AND a.last" \
		" AND m.pledge IS NOT NULL)") \
	X(DUE_OF, SQL_DUE " WHERE a.pledge = $pledge AND a.worker = $worker AND a.state < 4" \
		" AND a.state > 0") \
	X(MONTH_FUND, "INSERT INTO coverage_month (worker, month, package, pledge, entry, amount," \
		" reported_day, paid_day) SELECT $worker, $month, $package, $pledge, $entry, $amount," \
		" $reported, $paid WHERE EXISTS (SELECT 1 FROM allocation WHERE worker = $worker" \
		" AND pledge = $pledge AND state < 4 AND state > 0)" SQL_MONTH_PAID \
		" RETURNING confirmed_day") \
	X(WORKER_PHONES, "SELECT l.msisdn, ifnull(p.lang, 'id'), ifnull(p.home_line, 0)," \
		" max(ifnull(p.reminders_off, 0), l.reminders_off) FROM phone_link l LEFT JOIN phone p" \
		" ON p.msisdn = l.msisdn WHERE l.worker = $worker ORDER BY l.linked_at, l.msisdn" \
		" LIMIT $cap") \
	X(DECEASED, "SELECT w.id, " SQL_MONTH_OF("w.died_day") " AS died" \
		" FROM worker w WHERE w.died_day > 0 AND w.id > $after AND (EXISTS (SELECT 1" \
		" FROM allocation a WHERE a.worker = w.id AND a.state < 4 AND a.last > died)" \
		" OR EXISTS (SELECT 1 FROM coverage_month m WHERE m.worker = w.id AND m.month > died" \
		" AND m.pledge IS NOT NULL)) ORDER BY w.id LIMIT 1") \
	X(ALLOCATION_OVER, SQL_ALLOCATION " WHERE a.id > $after AND a.state BETWEEN 1 AND 3" \
		" AND (a.last < $now AND (a.last <= $lapsed + 1 OR a.last - a.first + 1 = (SELECT count(*)" \
		" FROM coverage_month m WHERE m.worker = a.worker AND m.month BETWEEN a.first AND a.last" \
		" AND m.pledge IS NOT NULL)) OR ifnull((SELECT max(m.month) FROM coverage_month m" \
		" WHERE m.worker = a.worker AND m.confirmed_day > 0), $lapsed + 1) <= $lapsed" \
		" AND NOT EXISTS (SELECT 1 FROM coverage_month m WHERE m.worker = a.worker" \
		" AND m.month > $lapsed AND m.pledge IS NOT NULL)) ORDER BY a.id LIMIT 1") \
	/* In two steps: an index seeks rows of one turn by id, but not all five columns at once. */ \
	X(CONFIRM_SAME, SQL_CONFIRMATION " WHERE c.state < 3 AND c.day = $day" \
		" AND (c.reason <> '') = $refused AND c.first = $from AND -c.last = -$to" \
		" AND c.id > $id ORDER BY c.id LIMIT 1") \
	X(CONFIRM_TURN, SQL_CONFIRMATION " WHERE c.state < 3 AND c.day <= $until" \
		" AND (c.day, c.reason <> '', c.first, -c.last) > ($day, $refused, $from, -$to)" \
		" ORDER BY c.day, c.reason <> '', c.first, -c.last, c.id LIMIT 1") \
	X(ISSUE_LAST, SQL_ISSUE " WHERE kind = $kind AND subject = $subject ORDER BY id DESC LIMIT 1") \
	X(UNANSWERED, "SELECT count(*), ifnull(min(sent_day), 0) FROM allocation" \
		" WHERE pledge = $pledge AND sent_day > 0 AND answered_day = 0 AND state BETWEEN 1 AND 3" \
		" AND sent_day <= $until")
/* clang-format on */

#endif
