/* Statements of reminders. Kinds of subjects, occasions and states are the enums of
 * <payung/cover_remind.h> and <payung/store_remind.h>; zones are minutes east of UTC. */
#ifndef STORE_SQL_REMIND_H
#define STORE_SQL_REMIND_H

/* clang-format off */
#define SQL_WATCH "SELECT kind, subject, day, last, zone FROM reminder_watch WHERE zone = $zone"
#define SQL_REMINDER \
	"SELECT kind, subject, occasion, cycle, state, why, day, ifnull(outbox, 0), open, noted_at," \
	" msisdn FROM reminder"
/* Somebody asked for it to go on, or it goes on already. */
#define SQL_RENEWED(p) \
	"(EXISTS (SELECT 1 FROM request WHERE pledge = " p ".id AND kind = 3 AND state < 2)" \
	" OR EXISTS (SELECT 1 FROM pledge n WHERE n.sponsor = " p ".sponsor" \
	" AND n.programme = " p ".programme AND n.start + n.months > " p ".start + " p ".months" \
	" AND NOT EXISTS (SELECT 1 FROM instalment WHERE pledge = n.id AND number = 1 AND state = 6)))"
#define SQL_DECLINED(p) "(EXISTS (SELECT 1 FROM request WHERE pledge = " p ".id AND kind = 8 AND state < 2)" \
	" OR EXISTS (SELECT 1 FROM instalment WHERE pledge = " p ".id AND number = 1 AND state = 6))"
/* Who is to be texted about a pledge p of sponsor s and programme g. */
#define SQL_PAYER \
	" p.ref, p.funding, p.taken, p.created_at, p.sponsor, s.name, s.sms_name, s.kind, s.phone, g.areas, ifnull(f.lang, '')," \
	" ifnull(f.reminders_off, 0)"
#define SQL_PAYER_FROM \
	" JOIN sponsor s ON s.id = p.sponsor JOIN programme g ON g.id = p.programme" \
	" LEFT JOIN phone f ON f.msisdn = s.phone"

#define SQL_PAID_DAY \
	"(CASE WHEN paid_day > 0 THEN paid_day WHEN reported_day > 0 THEN reported_day ELSE confirmed_day END)"

#define SQL_REMIND(X) \
	X(WATCH_CHANGED, SQL_WATCH " AND day = 0 LIMIT 1") \
	X(WATCH_DAY, SQL_WATCH " AND day > $after ORDER BY day, last, kind, subject LIMIT 1") \
	X(WATCH_BESIDE, SQL_WATCH " AND day = $day AND last = $last AND (kind, subject)" \
		" > ($kind, $subject) ORDER BY kind, subject LIMIT $cap") \
	X(WATCH_LISTED, SQL_WATCH " AND day <= $until AND (day, last, kind, subject)" \
		" > ($day, $last, $kind, $subject) ORDER BY day, last, kind, subject LIMIT 1") \
	X(WATCH_GET, "SELECT kind, subject, day, last, zone FROM reminder_watch WHERE kind = $kind" \
		" AND subject = $subject") \
	X(WATCH_SET, "UPDATE reminder_watch SET zone = $zone, day = $day, last = $last" \
		" WHERE kind = $kind AND subject = $subject") \
	X(WATCH_BEHIND, "SELECT kind, subject, day, last, zone FROM reminder_watch WHERE (kind, subject)" \
		" > ($kind, $subject) ORDER BY kind, subject LIMIT $cap") \
	X(WATCH_TOUCH, "UPDATE reminder_watch SET day = 0 WHERE day <> 0 AND kind = $kind" \
		" AND subject = $subject") \
	X(WATCH_RULES, "SELECT num FROM meta WHERE name = 'remind_rules'") \
	X(WATCH_RULED, "INSERT INTO meta (name, num) VALUES ('remind_rules', $mark)" \
		" ON CONFLICT (name) DO UPDATE SET num = excluded.num") \
	X(WATCH_COUNT, "SELECT count(*) FROM reminder_watch WHERE zone = $zone" \
		" AND day BETWEEN $from AND $to AND last > 0") \
	X(REMIND_WORKER, "SELECT w.name, w.area, w.job, w.died_day, ifnull(r.created_at, 0)," \
		" NOT EXISTS (SELECT 1 FROM consent WHERE registration = r.id AND withdrawn_at > 0)," \
		" ifnull((SELECT noted_at FROM reminder WHERE kind = 0 AND subject = w.id" \
		" AND occasion = 11 AND state = 0 ORDER BY cycle DESC LIMIT 1), 0)" \
		" FROM worker w LEFT JOIN registration r ON r.id = (SELECT id FROM registration" \
		" WHERE worker = w.id AND decision IN (0, 1) ORDER BY created_at DESC, id DESC LIMIT 1)" \
		" WHERE w.id = $id") \
	X(REMIND_PHONE, "SELECT l.msisdn, ifnull(p.lang, ''), l.reminders_off" \
		" OR ifnull(p.reminders_off, 0) AS off, max(l.linked_at, ifnull(p.heard_at, 0))" \
		" FROM phone_link l LEFT JOIN phone p ON p.msisdn = l.msisdn WHERE l.worker = $worker" \
		" ORDER BY off, l.linked_at, l.msisdn LIMIT 1") \
	X(REMIND_LINK, "SELECT l.reminders_off OR ifnull(p.reminders_off, 0) FROM phone_link l" \
		" LEFT JOIN phone p ON p.msisdn = l.msisdn WHERE l.msisdn = $msisdn AND l.worker = $worker") \
	X(REMIND_PLACES, "SELECT a.first, a.last, a.state, p.funding, p.instalment, p.sponsor," \
		" s.sms_name, p.ref, " SQL_RENEWED("p") ", " SQL_DECLINED("p") " FROM allocation a JOIN pledge p ON p.id = a.pledge" \
		" JOIN sponsor s ON s.id = p.sponsor WHERE a.worker = $worker AND a.state > 0" \
		" ORDER BY a.last, a.id") \
	X(REMIND_MONTHS, "SELECT month, reported_day, paid_day, confirmed_day, pledge IS NOT NULL" \
		" FROM coverage_month WHERE worker = $worker ORDER BY month DESC LIMIT $cap") \
	X(REMIND_INSTALMENT, "SELECT i.first, i.last, i.due_day, i.expected - i.paid, i.state," SQL_PAYER \
		" FROM instalment i JOIN pledge p ON p.id = i.pledge" SQL_PAYER_FROM " WHERE i.id = $id") \
	X(REMIND_PLEDGE, "SELECT p.start, p.start + p.months - 1, " SQL_RENEWED("p") "," \
		SQL_DECLINED("p") "," SQL_PAYER \
		" FROM pledge p" SQL_PAYER_FROM " WHERE p.id = $id") \
	X(REMIND_OF_PHONE, "SELECT worker FROM phone_link WHERE msisdn = $msisdn AND worker > $after" \
		" ORDER BY worker LIMIT 1") \
	X(REMINDER_ADD, "INSERT INTO reminder (kind, subject, occasion, cycle, state, why, day, outbox," \
		" msisdn, open, noted_at) VALUES ($kind, $subject, $occasion, $cycle, $state, $why, $day," \
		" $outbox, $msisdn, $open, $now) ON CONFLICT DO NOTHING") \
	X(REMINDER_GET, "SELECT 1 FROM reminder WHERE kind = $kind AND subject = $subject" \
		" AND occasion = $occasion AND cycle = $cycle") \
	X(REMINDER_DROP, "UPDATE reminder SET state = $state, why = $why, open = 0 WHERE kind = $kind" \
		" AND subject = $subject AND occasion = $occasion AND cycle = $cycle AND open = 1") \
	X(REMINDER_CARRIED, SQL_REMINDER " WHERE outbox = $outbox ORDER BY kind, subject, occasion") \
	X(REMINDER_OF, SQL_REMINDER " WHERE kind = $kind AND subject = $subject" \
		" AND (occasion, cycle) > ($occasion, $cycle) ORDER BY occasion, cycle LIMIT 1") \
	X(REMINDER_COUNT, "SELECT count(*) FROM reminder WHERE open = 1") \
	X(REMINDER_ASKED, SQL_REMINDER " WHERE occasion = 11 AND outbox IS NOT NULL" \
		" AND msisdn = $msisdn AND noted_at >= $since AND EXISTS (SELECT 1 FROM phone_link l" \
		" WHERE l.msisdn = reminder.msisdn AND l.worker = reminder.subject)" \
		" ORDER BY noted_at DESC LIMIT 1") \
	X(UNASKED, "SELECT ifnull(sum(o.state = 0), 0), ifnull(sum(o.state BETWEEN 1 AND 7" \
		" AND EXISTS (SELECT 1 FROM outbox_part WHERE outbox = o.id AND handed_at >= $since)), 0)" \
		" FROM outbox o WHERE o.class IN (2, 4) AND o.msisdn = $msisdn" \
		" AND o.not_before >= $since - 5184000 AND o.id <> $but") \
	X(REMIND_EFFECT, "SELECT r.occasion, p.day, CASE r.kind WHEN 0 THEN (SELECT min(" SQL_PAID_DAY ")" \
		" FROM coverage_month WHERE worker = r.subject AND " SQL_PAID_DAY " >= p.day)" \
		" WHEN 1 THEN (SELECT min(e.day) FROM instalment i JOIN ledger_entry e ON e.pledge = i.pledge" \
		" WHERE i.id = r.subject AND e.reason IN (2, 4) AND e.day >= p.day)" \
		" ELSE (SELECT min(day) FROM (SELECT (at + 25200) / 86400 AS day FROM request" \
		" WHERE pledge = r.subject AND kind = 3 UNION ALL SELECT (n.created_at + 25200) / 86400" \
		" FROM pledge o JOIN pledge n ON n.sponsor = o.sponsor AND n.programme = o.programme" \
		" AND n.start + n.months > o.start + o.months WHERE o.id = r.subject) WHERE day >= p.day) END" \
		" FROM reminder r JOIN (SELECT outbox, (min(handed_at) + 25200) / 86400 AS day" \
		" FROM outbox_part WHERE state IN (2, 3, 4) GROUP BY outbox) p ON p.outbox = r.outbox" \
		" WHERE r.state = 0 AND r.open = 0 AND p.day BETWEEN $from AND $to")
/* clang-format on */

#endif
