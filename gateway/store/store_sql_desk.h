/* Statements of the desk. Change states are enum change_state, decisions enum decision. */
#ifndef STORE_SQL_DESK_H
#define STORE_SQL_DESK_H

/* clang-format off */
#define SQL_CASE \
	"SELECT id, ifnull(worker, 0), ifnull(inbox, 0), opened_at, told_at, due_at, closed_at, step," \
	" kind, ref, msisdn, area, told_to, closed_by, note FROM duty_case"
#define SQL_CADRE "SELECT msisdn, name, area, since, ended_at FROM cadre"
#define SQL_CHANGE \
	"SELECT c.id, c.worker, c.created_at, c.expires_at, c.closed_at, c.tries, w.name," \
	" c.from_msisdn, c.to_msisdn, c.otp_hash FROM change_request c" \
	" JOIN worker w ON w.id = c.worker"

#define SQL_DESK(X) \
	X(CASE_ADD, "INSERT INTO duty_case (kind, ref, msisdn, inbox, opened_at, area, worker)" \
		" VALUES ($kind, $ref, $msisdn, $inbox, $now, $area, $worker)") \
	X(CASE_PLACE, "SELECT CASE count(*) WHEN 1 THEN max(w.id) ELSE 0 END, ifnull(min(w.area)," \
		" (SELECT area FROM registration WHERE msisdn = $msisdn ORDER BY id DESC LIMIT 1))" \
		" FROM phone_link l JOIN worker w ON w.id = l.worker WHERE l.msisdn = $msisdn") \
	X(CASE_GET, SQL_CASE " WHERE ref = $ref") \
	X(CASE_SAME, SQL_CASE " WHERE msisdn = $msisdn AND closed_at = 0 AND kind = $kind" \
		" AND opened_at >= $since ORDER BY id DESC LIMIT 1") \
	X(CASE_TELL, "UPDATE duty_case SET told_to = ifnull(nullif($to, ''), told_to)," \
		" step = $step, told_at = CASE $to WHEN '' THEN told_at ELSE $now END, due_at = $due_at WHERE id = $id AND closed_at = 0") \
	X(CASE_CLOSE, "UPDATE duty_case SET closed_at = $now, closed_by = $by, note = $note" \
		" WHERE ref = $ref AND closed_at = 0") \
	X(CASE_DUE, SQL_CASE " WHERE closed_at = 0 AND due_at <= $now ORDER BY due_at, id LIMIT 1") \
	X(CASE_EACH, SQL_CASE " WHERE id < $before AND ($all OR closed_at = 0)" \
		" ORDER BY id DESC LIMIT 1") \
	X(CASE_COUNT, "SELECT count(*) FROM duty_case WHERE closed_at = 0") \
	X(DUTY_ADD, "INSERT INTO duty_phone (msisdn, area, name, position, added_at)" \
		" VALUES ($msisdn, $area, $name, $position, $now) ON CONFLICT (msisdn, area) DO UPDATE" \
		" SET name = excluded.name, position = excluded.position") \
	X(CASE_HURRY, "UPDATE duty_case SET due_at = 0 WHERE closed_at = 0 AND due_at > 0" \
		" AND told_at = 0") \
	X(DUTY_REMOVE, "DELETE FROM duty_phone WHERE msisdn = $msisdn") \
	X(DUTY_EACH, "SELECT msisdn, area, name, position FROM duty_phone" \
		" ORDER BY area, position, msisdn LIMIT 1 OFFSET $skip") \
	X(DUTY_IS, "SELECT EXISTS (SELECT 1 FROM duty_phone WHERE msisdn = $msisdn)") \
	X(DUTY_FOR, "SELECT msisdn, area, name, position FROM duty_phone d" \
		" WHERE substr($area, 1, length(d.area)) = d.area AND NOT EXISTS (SELECT 1" \
		" FROM duty_phone e WHERE e.msisdn = d.msisdn AND length(e.area) > length(d.area)" \
		" AND substr($area, 1, length(e.area)) = e.area)" \
		" ORDER BY length(d.area) DESC, d.position, d.msisdn LIMIT 1 OFFSET $step") \
	X(CADRE_ADD, "INSERT INTO cadre (msisdn, name, area, since) VALUES ($msisdn, $name, $area," \
		" $since) ON CONFLICT (msisdn) DO UPDATE SET name = excluded.name," \
		" area = excluded.area, since = excluded.since, ended_at = 0 WHERE ended_at > 0") \
	X(CADRE_END, "UPDATE cadre SET ended_at = $now WHERE msisdn = $msisdn AND ended_at = 0") \
	X(CADRE_GET, SQL_CADRE " WHERE msisdn = $msisdn AND ended_at = 0") \
	X(CADRE_EACH, SQL_CADRE " WHERE msisdn > $after ORDER BY msisdn LIMIT 1") \
	X(NIK_LINKS, "SELECT w.id, w.name, ifnull(l.msisdn, '') FROM worker w LEFT JOIN phone_link l" \
		" ON l.worker = w.id WHERE w.nik_hash = $nik_hash") \
	X(WORKER_LINKS, "SELECT w.id, w.name, ifnull(l.msisdn, '') FROM worker w LEFT JOIN phone_link l" \
		" ON l.worker = w.id WHERE w.id = $worker") \
	X(CHANGE_MADE, "INSERT INTO change_request (worker, from_msisdn, to_msisdn, otp_hash," \
		" created_at, expires_at, state, closed_at) VALUES ($worker, $from, $to, zeroblob(32)," \
		" $now, $now, 1, $now)") \
	X(LINK_REMIND, "UPDATE phone_link SET reminders_off = $off WHERE msisdn = $msisdn" \
		" AND worker = $worker") \
	X(LINK_KEEP, "INSERT INTO phone_past (msisdn, worker, linked_at, ended_at, why)" \
		" SELECT msisdn, worker, linked_at, $now, $why FROM phone_link" \
		" WHERE msisdn = $msisdn AND worker = $worker") \
	X(LINK_DROP, "DELETE FROM phone_link WHERE msisdn = $msisdn AND worker = $worker") \
	X(LINK_PUT, "INSERT INTO phone_link (msisdn, worker, linked_at) VALUES ($msisdn, $worker," \
		" $now) ON CONFLICT DO NOTHING") \
	X(CHANGE_ASKED, "SELECT EXISTS (SELECT 1 FROM change_request WHERE worker = $worker" \
		" AND from_msisdn = $from AND to_msisdn = $to AND created_at > $now - 86400)") \
	X(CHANGE_ADD, "INSERT INTO change_request (worker, from_msisdn, to_msisdn, otp_hash," \
		" created_at, expires_at, state) VALUES ($worker, $from, $to, $otp_hash, $now," \
		" $expires_at, 0)") \
	X(CHANGE_EACH, SQL_CHANGE " WHERE c.from_msisdn = $from AND c.state = 0" \
		" AND c.expires_at > $now ORDER BY c.id DESC") \
	X(CHANGE_ARRIVED, SQL_CHANGE " JOIN phone_link l ON l.worker = c.worker" \
		" AND l.msisdn = c.to_msisdn WHERE c.to_msisdn = $to AND c.state = 1" \
		" AND c.closed_at >= $since ORDER BY c.closed_at DESC LIMIT 1") \
	X(CHANGE_TRY, "UPDATE change_request SET tries = tries + 1 WHERE id = $id") \
	X(CHANGE_CLOSE, "UPDATE change_request SET state = $state, closed_at = $now WHERE id = $id") \
	X(CHANGE_OTHERS, "UPDATE change_request SET state = 2, closed_at = $now" \
		" WHERE worker = $worker AND state = 0") \
	X(CHANGE_REFUSE, "UPDATE change_request SET state = 2, closed_at = $now" \
		" WHERE from_msisdn = $from AND state = 0") \
	X(CHANGE_LAPSE, "UPDATE change_request SET state = 3, closed_at = $now" \
		" WHERE state = 0 AND expires_at <= $now") \
	X(OUTAGE_ADD, "INSERT INTO outage (modem, since) VALUES ($modem, $now)" \
		" ON CONFLICT DO NOTHING") \
	X(OUTAGE_GET, "SELECT since, told_at FROM outage WHERE modem = $modem") \
	X(OUTAGE_TOLD, "UPDATE outage SET told_at = $now WHERE modem = $modem") \
	X(OUTAGE_END, "DELETE FROM outage WHERE modem = $modem") \
	X(COUNT_ADD, "INSERT INTO hour_count (what, hour, n) VALUES ($what, $hour, $n)" \
		" ON CONFLICT DO UPDATE SET n = n + excluded.n RETURNING n = $n") \
	X(COUNT_DROP, "DELETE FROM hour_count WHERE what = $what AND hour < $hour") \
	X(COUNT_SINCE, "SELECT ifnull(sum(n), 0) FROM hour_count WHERE what = $what AND hour >= $hour") \
	X(ECHO, "SELECT EXISTS (SELECT 1 FROM (SELECT id FROM inbox WHERE sender = $sender" \
		" AND received_at >= $since ORDER BY received_at DESC LIMIT $most) i" \
		" JOIN outbox o ON o.inbox = i.id WHERE o.body <> '' AND instr($text, o.body) > 0)") \
	X(TRAFFIC_IN, "SELECT count(*) FROM inbox WHERE id > ifnull((SELECT id FROM inbox" \
		" WHERE received_at < $from ORDER BY id DESC LIMIT 1), 0) AND received_at < $to") \
	X(TRAFFIC_OUT, "SELECT count(*) FROM outbox WHERE id > ifnull((SELECT id FROM outbox" \
		" WHERE created_at < $from ORDER BY id DESC LIMIT 1), 0) AND created_at < $to" \
		" AND state IN (2, 3, 4)")
/* clang-format on */

#endif
