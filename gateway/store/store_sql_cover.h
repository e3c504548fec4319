/* Statements of allocations, worker-months, runs and issues. Allocation states are enum allocation
 * of <payung/cover_quota.h>: 0 proposed, 1 to 3 hold a place, 4 ended, 5 released. */
#ifndef STORE_SQL_COVER_H
#define STORE_SQL_COVER_H

/* clang-format off */
#define SQL_ALLOCATION \
	"SELECT a.id, a.worker, a.pledge, a.registration, r.created_at, a.sent_day, a.answered_day," \
	" a.first, a.last, a.state, a.cause, w.job FROM allocation a JOIN worker w ON w.id = a.worker" \
	" JOIN registration r ON r.id = a.registration"
#define SQL_MONTH \
	"SELECT worker, ifnull(pledge, 0), ifnull(entry, 0), reported_day, paid_day, confirmed_day," \
	" ifnull(confirmation, 0), amount, month FROM coverage_month"
#define SQL_MONTH_PAID \
	" ON CONFLICT DO UPDATE SET pledge = excluded.pledge, entry = excluded.entry," \
	" amount = excluded.amount, reported_day = excluded.reported_day," \
	" paid_day = excluded.paid_day WHERE pledge IS NULL"
#define SQL_DUE \
	"SELECT a.id, a.worker, r.created_at, w.job, a.state, a.first, a.last, ifnull((SELECT month" \
	" FROM coverage_month m WHERE m.worker = a.worker AND m.confirmed_day > 0" \
	" ORDER BY month DESC LIMIT 1), 0) FROM allocation a JOIN worker w ON w.id = a.worker" \
	" JOIN registration r ON r.id = a.registration"
#define SQL_RUN \
	"SELECT id, as_of, started_at, finished_at, phase, cursor, actor FROM run"
#define SQL_ISSUE \
	"SELECT id, raised_at, ifnull(run, 0), resolved_at, kind, state, subject, detail, actor, note" \
	" FROM issue"

#define SQL_COVER(X) \
	X(UNMAPPED, "SELECT r.id, r.worker, r.pledge, r.created_at, r.waiting_number, p.start, p.months" \
		" FROM registration r JOIN pledge p ON p.id = r.pledge WHERE r.id > $after" \
		" AND r.worker IS NOT NULL AND r.decision IN (0, 1) AND NOT EXISTS (SELECT 1" \
		" FROM allocation a WHERE a.registration = r.id) ORDER BY r.id LIMIT 1") \
	X(ALLOCATION_ADD, "INSERT INTO allocation (registration, worker, pledge, first, last, state," \
		" created_at) SELECT id, worker, pledge, $first, $last, waiting_number = 0, $now" \
		" FROM registration WHERE id = $registration AND worker IS NOT NULL") \
	X(ALLOCATION_GET, SQL_ALLOCATION " WHERE a.id = $id") \
	X(ALLOCATION_OF_PLEDGE, SQL_ALLOCATION " WHERE a.pledge = $pledge AND a.id > $after" \
		" ORDER BY a.id LIMIT 1") \
	X(ALLOCATION_OF_WORKER, SQL_ALLOCATION " WHERE a.worker = $worker AND a.id > $after" \
		" ORDER BY a.id LIMIT 1") \
	X(ALLOCATION_SET, "UPDATE allocation SET state = $state, cause = $cause," \
		" ended_at = $ended WHERE id = $id") \
	X(ALLOCATION_SENT, "UPDATE allocation SET sent_day = $sent, answered_day = $answered" \
		" WHERE id = $id") \
	X(ALLOCATION_PLACED, "UPDATE allocation SET state = 1 WHERE registration = $registration" \
		" AND state = 0") \
	X(PLACE_OF, "SELECT pledge, waiting_number FROM registration WHERE id = $registration") \
	X(PLACE_WAITING, "SELECT p.id, p.workers - p.taken FROM pledge p WHERE p.id > $after" \
		" AND p.taken < p.workers AND EXISTS (SELECT 1 FROM registration r WHERE r.pledge = p.id" \
		" AND r.waiting_number > 0 AND r.decision IN (0, 1, 4)) ORDER BY p.id LIMIT 1") \
	X(WAITING, "SELECT id, created_at, waiting_number, ifnull(worker, 0), msisdn, nik" \
		" FROM registration WHERE pledge = $pledge AND waiting_number > 0" \
		" AND decision IN (0, 1, 4) ORDER BY waiting_number LIMIT $cap") \
	X(DUE, SQL_DUE " WHERE a.pledge = $pledge AND a.id > $after" \
		" AND a.state BETWEEN 1 AND 3 ORDER BY a.id LIMIT $cap") \
	X(PAID_MONTHS, "SELECT month FROM coverage_month WHERE worker = $worker" \
		" AND month BETWEEN $first AND $last AND package = $package AND pledge IS NOT NULL") \
	X(MONTH_GET, SQL_MONTH " WHERE worker = $worker AND month = $month AND package = $package") \
	X(MONTH_NEXT, SQL_MONTH " WHERE worker = $worker AND month > $after AND package = $package" \
		" ORDER BY month LIMIT 1") \
	X(MONTH_PAY, "INSERT INTO coverage_month (worker, month, package, pledge, entry, amount," \
		" reported_day, paid_day) VALUES ($worker, $month, $package, $pledge, $entry, $amount," \
		" $reported, $paid)" SQL_MONTH_PAID) \
	X(MONTH_PAST, "INSERT INTO coverage_past (worker, month, package, entry, pledge, amount," \
		" returned) SELECT worker, month, package, entry, pledge, amount, $returned" \
		" FROM coverage_month WHERE worker = $worker AND month = $month AND package = $package" \
		" AND pledge IS NOT NULL") \
	X(MONTH_FREE, "UPDATE coverage_month SET pledge = NULL, entry = NULL, amount = 0," \
		" reported_day = 0, paid_day = 0 WHERE worker = $worker AND month = $month" \
		" AND package = $package") \
	X(MONTH_CONFIRM, "INSERT INTO coverage_month (worker, month, package, confirmed_day," \
		" confirmation) VALUES ($worker, $month, $package, $day, $confirmation)" \
		" ON CONFLICT DO UPDATE SET confirmed_day = excluded.confirmed_day," \
		" confirmation = excluded.confirmation WHERE confirmed_day = 0") \
	X(MONTH_UNCONFIRM, "UPDATE coverage_month SET confirmed_day = 0, confirmation = NULL" \
		" WHERE worker = $worker AND month = $month AND package = $package" \
		" AND confirmed_day > 0") \
	X(MONTH_EMPTY, "DELETE FROM coverage_month WHERE worker = $worker AND month = $month" \
		" AND package = $package AND pledge IS NULL AND confirmed_day = 0 AND reported_day = 0" \
		" AND paid_day = 0") \
	X(MONTH_OF_ENTRY, "SELECT a.id, m.month, m.worker FROM ledger_entry e JOIN allocation a" \
		" ON a.pledge = e.pledge CROSS JOIN coverage_month m ON m.worker = a.worker" \
		" WHERE e.id = $entry AND m.entry = e.id AND (a.id > $allocation" \
		" OR (a.id = $allocation AND m.month > $month)) AND a.id >= $allocation" \
		" AND m.package = $package ORDER BY a.id, m.month LIMIT 1") \
	X(GAP, "SELECT pledge, month, count(*), min(max(reported_day, paid_day)), sum(amount)" \
		" FROM coverage_month WHERE confirmed_day = 0 AND pledge IS NOT NULL" \
		" AND (pledge, month) > ($pledge, $month) AND max(reported_day, paid_day) <= $until" \
		" GROUP BY pledge, month ORDER BY pledge, month LIMIT 1") \
	X(PERSON, "SELECT id, died_day, ifnull((SELECT max(created_at) FROM registration" \
		" WHERE worker = worker.id AND decision IN (0, 1)), 0), born, sex, job, name, area, card" \
		" FROM worker WHERE id = $id") \
	X(PERSON_DIED, "UPDATE worker SET died_day = $day WHERE id = $id") \
	X(RUN_ADD, "INSERT INTO run (as_of, actor, started_at) VALUES ($as_of, $by, $now)") \
	X(RUN_OPEN, SQL_RUN " WHERE finished_at = 0") \
	X(RUN_LAST, SQL_RUN " ORDER BY id DESC LIMIT 1") \
	X(RUN_MARK, "UPDATE run SET phase = $phase, cursor = $cursor WHERE id = $id" \
		" AND finished_at = 0") \
	X(RUN_END, "UPDATE run SET finished_at = $now WHERE id = $id AND finished_at = 0") \
	X(ISSUE_ADD, "INSERT INTO issue (kind, subject, detail, run, raised_at)" \
		" VALUES ($kind, $subject, $detail, $run, $now) ON CONFLICT DO NOTHING") \
	X(ISSUE_FIND, SQL_ISSUE " WHERE kind = $kind AND subject = $subject AND state <> 1" \
		" AND state = 0") \
	X(ISSUE_GET, SQL_ISSUE " WHERE id = $id") \
	X(ISSUE_NEXT, SQL_ISSUE " WHERE id > $after ORDER BY id LIMIT 1") \
	X(ISSUE_NEXT_OPEN, SQL_ISSUE " WHERE state = 0 AND id > $after ORDER BY id LIMIT 1") \
	X(ISSUE_END, "UPDATE issue SET state = $state, actor = $by, note = $note," \
		" resolved_at = $now WHERE id = $id AND state = 0")
/* clang-format on */

#endif
