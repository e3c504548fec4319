/* Statements of payments, instalments, the books and requests. States are the enums of
 * <payung/store_money.h>: payments 1 matched, 2 part matched, 5 posted, 6 reversed. */
#ifndef STORE_SQL_MONEY_H
#define STORE_SQL_MONEY_H

/* clang-format off */
#define SQL_PAYMENT \
	"SELECT p.id, p.day, ifnull(p.sponsor, 0), ifnull(p.pledge, 0), ifnull(p.instalment, 0)," \
	" ifnull(p.entry, 0), p.amount, p.used, p.external, p.state, p.outcome, p.reason, r.number," \
	" p.text, p.account, p.payer, f.name, p.actor FROM payment p" \
	" JOIN source_row r ON r.id = p.source_row JOIN source_file f ON f.id = r.file"
#define SQL_INSTALMENT \
	"SELECT id, pledge, due_day, number, first, last, expected, paid, state FROM instalment"
#define SQL_ORDER \
	"SELECT i.id, i.pledge, i.due_day, max(i.expected - i.paid, 0), p.ref," \
	" coalesce((SELECT account FROM sponsor_account WHERE account = $account" \
	" AND sponsor = p.sponsor), (SELECT account FROM sponsor_account WHERE sponsor = p.sponsor" \
	" ORDER BY seen_day DESC, account DESC LIMIT 1), '')," \
	" (SELECT direct FROM programme WHERE id = p.programme)"
#define SQL_LEDGER \
	"SELECT id, at, day, ifnull(run, 0), ifnull(reverses, 0), reason, reversed, ifnull(payment, 0)," \
	" ifnull(sponsor, 0), ifnull(pledge, 0), ifnull(worker, 0), months, actor, account_1, owner_1," \
	" amount_1, account_2, owner_2, amount_2, account_3, owner_3, ifnull(amount_3, 0)" \
	" FROM ledger_entry"
#define SQL_REQUEST \
	"SELECT id, sponsor, ifnull(payment, 0), ifnull(pledge, 0), at, decided_at, ifnull(entry, 0)," \
	" kind, state, amount, workers, actor, ifnull(decider, ''), note, answer, settled_day" \
	" FROM request"

#define SQL_MONEY(X) \
	X(PAYMENT_GET, SQL_PAYMENT " WHERE p.id = $id") \
	X(PAYMENT_UNPOSTED, SQL_PAYMENT " WHERE p.state < 5 AND p.id > $after ORDER BY p.id LIMIT 1") \
	X(PAYMENT_PAYABLE, "SELECT pledge FROM payment WHERE state IN (1, 2) AND pledge > $after" \
		" ORDER BY pledge LIMIT 1") \
	X(PAYMENT_MATCH, "UPDATE payment SET state = $state, outcome = $outcome, reason = $reason," \
		" pledge = $pledge, instalment = $instalment, actor = $by," \
		" sponsor = (SELECT sponsor FROM pledge WHERE id = $pledge) WHERE id = $id" \
		" AND state < 5 AND used = 0 AND (state, outcome, reason, pledge, instalment, actor)" \
		" IS NOT ($state, $outcome, $reason, $pledge, $instalment, $by)") \
	X(PAYMENT_BOOKED, "UPDATE payment SET entry = $entry WHERE id = $id AND entry IS NULL") \
	X(PAYMENT_USE, "UPDATE payment SET used = used + $amount, state = CASE" \
		" WHEN used + $amount = amount THEN 5 ELSE 2 END WHERE id = $id AND state IN (1, 2)" \
		" AND $amount > 0") \
	X(PAYMENT_STATE, "UPDATE payment SET state = $to, used = CASE $to WHEN 6 THEN 0 ELSE used END" \
		" WHERE id = $id AND state = $from") \
	X(ACCOUNT_SEEN, "INSERT INTO sponsor_account (account, sponsor, seen_day)" \
		" VALUES ($account, $sponsor, $day) ON CONFLICT DO UPDATE SET seen_day = excluded.seen_day" \
		" WHERE excluded.seen_day > seen_day") \
	X(INSTALMENT_ADD, "INSERT INTO instalment (pledge, number, first, last, due_day)" \
		" VALUES ($pledge, $number, $first, $last, $due_day)") \
	X(INSTALMENTS, SQL_INSTALMENT " WHERE pledge = $pledge ORDER BY number") \
	X(INSTALMENT_SET, "UPDATE instalment SET expected = $expected, paid = $paid, state = $state" \
		" WHERE id = $id AND (expected, paid, state) IS NOT ($expected, $paid, $state)") \
	X(INSTALMENT_EXISTS, "SELECT 1 FROM instalment WHERE id = $id") \
	X(ORDERS_REF, SQL_ORDER " FROM pledge p JOIN instalment i ON i.pledge = p.id" \
		" WHERE p.ref = $ref AND i.state <> 6") \
	X(ORDERS_NEAR, SQL_ORDER " FROM pledge p CROSS JOIN instalment i ON i.pledge = p.id" \
		" WHERE (substr(p.ref, 4) = $end OR (p.ref >= $begin AND p.ref < $beyond))" \
		" AND i.state <> 6") \
	X(REFS_NEAR, "SELECT ref FROM pledge p WHERE (substr(ref, 4) = $end OR (ref >= $begin" \
		" AND ref < $beyond)) AND EXISTS (SELECT 1 FROM instalment WHERE pledge = p.id" \
		" AND state <> 6) ORDER BY id") \
	X(ORDERS_ACCOUNT, SQL_ORDER " FROM sponsor_account k CROSS JOIN pledge p ON p.sponsor = k.sponsor" \
		" CROSS JOIN instalment i ON i.pledge = p.id WHERE k.account = $account" \
		" AND i.state <> 6") \
	X(ORDERS_AMOUNT, SQL_ORDER " FROM instalment i CROSS JOIN pledge p ON p.id = i.pledge" \
		" WHERE i.expected - i.paid = $amount AND i.expected > i.paid" \
		" AND i.due_day BETWEEN $from AND $to AND i.state <> 6 ORDER BY i.due_day, i.id LIMIT $cap") \
	X(LEDGER_ADD, "INSERT INTO ledger_entry (id, at, day, run, reverses, reason, reversed, payment," \
		" sponsor, pledge, worker, months, actor, account_1, owner_1, amount_1, account_2," \
		" owner_2, amount_2, account_3, owner_3, amount_3) VALUES ($id, $at, $day, $run," \
		" $reverses, $reason, $reversed, $payment, $sponsor, $pledge, $worker, $months, $by," \
		" $account_1, $owner_1, $amount_1, $account_2, $owner_2, $amount_2, $account_3," \
		" $owner_3, $amount_3)") \
	X(LEDGER_GET, SQL_LEDGER " WHERE id = $id") \
	X(LEDGER_REVERSED, "SELECT id FROM ledger_entry WHERE reverses = $reverses") \
	X(LEDGER_EACH, SQL_LEDGER " WHERE id > $after ORDER BY id LIMIT 1") \
	X(LEDGER_PAYMENT, SQL_LEDGER " WHERE payment = $of AND id > $after ORDER BY id LIMIT 1") \
	X(LEDGER_SPONSOR, SQL_LEDGER " WHERE sponsor = $of AND id > $after ORDER BY id LIMIT 1") \
	X(LEDGER_PLEDGE, SQL_LEDGER " WHERE pledge = $of AND id > $after ORDER BY id LIMIT 1") \
	X(LEDGER_WORKER, SQL_LEDGER " WHERE worker = $of AND id > $after ORDER BY id LIMIT 1") \
	X(LEDGER_AUDIT, "SELECT seq, actor, at, detail FROM audit WHERE action = 'ledger'" \
		" AND seq > $after ORDER BY seq LIMIT 1") \
	X(LEDGER_SUMS, "SELECT count(*) FROM (SELECT account, owner, sum(amount) AS amount" \
		" FROM ledger_posting GROUP BY account, owner) p FULL JOIN ledger_balance b" \
		" ON b.account = p.account AND b.owner = p.owner WHERE p.amount IS NOT b.amount") \
	X(BALANCE, "SELECT amount FROM ledger_balance WHERE account = $account AND owner = $owner") \
	X(REQUEST_ADD, "INSERT INTO request (kind, sponsor, payment, pledge, amount, workers, actor," \
		" at, note, entry) VALUES ($kind, $sponsor, $payment, $pledge, $amount, $workers, $by," \
		" $at, $note, $entry)") \
	X(REQUEST_GET, SQL_REQUEST " WHERE id = $id") \
	X(REQUEST_NEXT, SQL_REQUEST " WHERE id > $after ORDER BY id LIMIT 1") \
	X(REQUEST_NEXT_OPEN, SQL_REQUEST " WHERE state = 0 AND id > $after ORDER BY id LIMIT 1") \
	X(REQUEST_DECIDE, "UPDATE request SET state = $state, decider = $by, decided_at = $now," \
		" answer = $answer, entry = ifnull($entry, entry) WHERE id = $id AND state = 0")
/* clang-format on */

#endif
