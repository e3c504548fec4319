/* Statements of what a sponsor may be told and has been asked. A pledge is not over until two
 * months after its last one: who comes late to renew it is still understood. */
#ifndef STORE_SQL_SPONSOR_H
#define STORE_SQL_SPONSOR_H

/* clang-format off */
#define SQL_QUESTION \
	"SELECT o.id, o.template_id, o.subject, ifnull(o.args, ''), EXISTS (SELECT 1 FROM" \
	" question_answered WHERE outbox = o.id) FROM outbox o WHERE o.msisdn = $msisdn" \
	" AND o.template_id IN ('S04', 'S05', 'S08', 'S14', 'S15')" \
	" AND o.template_id IN ($one, $other) AND o.created_at >= $since" \
	" AND o.state IN (1, 2, 3, 7) ORDER BY o.id DESC LIMIT 1"

#define SQL_SPONSORS(X) \
	X(SPONSOR_OF_PHONE, "SELECT id, sms_name FROM sponsor WHERE phone = $phone" \
		" ORDER BY id DESC LIMIT 1") \
	X(PLEDGES_OF_PHONE, "SELECT count(*), ifnull(max(p.id), (SELECT max(p.id) FROM pledge p" \
		" JOIN sponsor s ON s.id = p.sponsor WHERE s.phone = $phone)) FROM pledge p" \
		" JOIN sponsor s ON s.id = p.sponsor WHERE s.phone = $phone" \
		" AND p.start + p.months + 2 > $month") \
	X(PLEDGE_OF_REF, "SELECT p.id FROM pledge p JOIN sponsor s ON s.id = p.sponsor" \
		" WHERE p.ref = $ref AND s.phone = $phone") \
	X(PLEDGE_OF_PAYMENT, "SELECT p.id FROM payment m JOIN pledge p ON p.id = m.pledge" \
		" JOIN sponsor s ON s.id = p.sponsor WHERE m.id = $payment AND s.phone = $phone") \
	X(PLEDGE_SUMS, "SELECT p.sponsor, s.sms_name, p.ref, p.taken, (SELECT count(DISTINCT r.worker)" \
		" FROM registration r JOIN coverage_month c ON c.worker = r.worker AND c.month = $month" \
		" AND c.confirmed_day > 0 JOIN worker w ON w.id = r.worker AND w.died_day = 0" \
		" WHERE r.pledge = p.id AND r.decision NOT IN (2, 3)), p.waiting, ifnull((SELECT max(i.last)" \
		" FROM instalment i WHERE i.pledge = p.id AND i.expected > 0 AND i.paid >= i.expected" \
		" AND NOT EXISTS (SELECT 1 FROM instalment e WHERE e.pledge = p.id" \
		" AND e.number < i.number AND e.paid < e.expected)), 0) FROM pledge p" \
		" JOIN sponsor s ON s.id = p.sponsor WHERE p.id = $pledge") \
	X(PAYMENT_STRAY, "SELECT id, amount FROM payment WHERE state < 5 AND state NOT IN (1, 2)" \
		" AND sponsor = $sponsor AND amount > 0 LIMIT 2") \
	X(PAYMENT_ASKED, "SELECT id, amount FROM payment WHERE id = $payment AND state < 5" \
		" AND state NOT IN (1, 2)") \
	X(QUESTION, SQL_QUESTION) \
	X(QUESTION_ANSWER, "INSERT INTO question_answered (outbox, answer, at) VALUES ($outbox, $answer," \
		" $now) ON CONFLICT DO NOTHING")
/* clang-format on */

#endif
