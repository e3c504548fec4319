/* Statements of phones, who is linked to them and what is proven of their cover. */
#ifndef STORE_SQL_PHONE_H
#define STORE_SQL_PHONE_H

/* clang-format off */
#define SQL_PHONE(X) \
	X(PHONE_LOAD, "SELECT p.msisdn IS NOT NULL, ifnull(p.lang, ''), ifnull(p.reminders_off, 0)," \
		" ifnull(p.home_line, 0), p.replies, p.replies_day, p.wrong, p.wrong_since, p.last_effect," \
		" p.next_ref, p.wrong_day, p.same_hash, p.same_count, p.same_since, p.quiet_until," \
		" ifnull(p.heard_at, 0)," \
		" EXISTS (SELECT 1 FROM sponsor s WHERE s.phone = m), p.dialogue, p.dialogue_key" \
		" FROM (SELECT $msisdn AS m) LEFT JOIN phone p ON p.msisdn = m") \
	X(PHONE_SAVE, "INSERT INTO phone (msisdn, lang, reminders_off, home_line, replies," \
		" replies_day, wrong, wrong_since, last_effect, next_ref, dialogue, dialogue_key, saved_at," \
		" wrong_day, same_hash, same_count, same_since, quiet_until, heard_at)" \
		" VALUES ($msisdn, $lang, $reminders_off, $home_line, $replies, $day, $wrong, $now," \
		" $last_effect, $next_ref, $dialogue, $dialogue_key, $now, $wrong_day, $same_hash," \
		" $same_count, $same_since, $quiet_until, $heard_at) ON CONFLICT (msisdn) DO UPDATE SET" \
		" lang = excluded.lang, reminders_off = excluded.reminders_off," \
		" home_line = ifnull(home_line, excluded.home_line), replies = excluded.replies," \
		" replies_day = excluded.replies_day, wrong = excluded.wrong, wrong_since =" \
		" CASE WHEN wrong > 0 AND excluded.saved_at - wrong_since < 3600 THEN wrong_since" \
		" ELSE excluded.saved_at END, last_effect = excluded.last_effect, next_ref = excluded.next_ref," \
		" dialogue = excluded.dialogue, dialogue_key = excluded.dialogue_key," \
		" saved_at = excluded.saved_at, wrong_day = excluded.wrong_day," \
		" same_hash = excluded.same_hash, same_count = excluded.same_count," \
		" same_since = excluded.same_since, quiet_until = excluded.quiet_until," \
		" heard_at = max(heard_at, excluded.heard_at)") \
	/* Who pays: of the months confirmed from now on, else whoever was registered with last. */ \
	X(PHONE_LINKED, "SELECT w.id, w.name, w.card, ifnull(s.sms_name, ''), ifnull(p.funding, -1)," \
		" ifnull((SELECT c.reason FROM confirmation c WHERE c.nik_hash = w.nik_hash" \
		" AND c.state > 2 ORDER BY c.day DESC, c.reason <> '' DESC LIMIT 1), '')" \
		" FROM phone_link l JOIN worker w ON w.id = l.worker LEFT JOIN pledge p" \
		" ON p.id = ifnull((SELECT c.pledge FROM coverage_month c WHERE c.worker = w.id" \
		" AND c.month >= ?2 AND c.confirmed_day > 0 AND c.pledge IS NOT NULL" \
		" ORDER BY c.month LIMIT 1), (SELECT pledge FROM registration WHERE worker = w.id" \
		" ORDER BY id DESC LIMIT 1)) LEFT JOIN sponsor s ON s.id = p.sponsor" \
		" WHERE l.msisdn = ?1 ORDER BY l.worker") \
	X(PHONE_UNDECIDED, "SELECT 0, r.name, '', s.sms_name, p.funding, '' FROM registration r" \
		" JOIN pledge p ON p.id = r.pledge JOIN sponsor s ON s.id = p.sponsor" \
		" WHERE r.msisdn = $msisdn AND r.worker IS NULL AND r.decision = 0 ORDER BY r.id") \
	X(PHONE_NIK_PLACE, "SELECT (SELECT count(*) FROM phone_link WHERE msisdn = $msisdn)" \
		" + (SELECT count(*) FROM registration WHERE msisdn = $msisdn AND worker IS NULL" \
		" AND decision = 0 AND id <= r.id) FROM registration r WHERE r.msisdn = $msisdn" \
		" AND r.nik_hash = $nik_hash AND r.worker IS NULL AND r.decision = 0 LIMIT 1")
/* clang-format on */

#endif
