/* Statements of texts out. States are the numbers of enum outbox_state: 0 queued, 1 handed, 2 sent,
 * 3 delivered, 4 undelivered, 5 expired, 6 failed, 7 unknown. */
#ifndef STORE_SQL_OUTBOX_H
#define STORE_SQL_OUTBOX_H

/* clang-format off */
#define SQL_OUTBOX(X) \
	X(OUT_ADD, "INSERT INTO outbox (key, class, state, subject, msisdn, template_id, lang, args," \
		" body, parts, ref, line, inbox, created_at, not_before, expires_at) VALUES ($key," \
		" $class, $state, $subject, $msisdn, $template_id, $lang, $args, $body, $parts, $ref," \
		" ifnull($line, (SELECT home_line FROM phone WHERE msisdn = $msisdn)), $inbox," \
		" $created_at, $not_before, $expires_at) ON CONFLICT (key) DO NOTHING") \
	X(OUT_BY_KEY, "SELECT id FROM outbox WHERE key = $key") \
	X(OUT_PART_HAND, "INSERT INTO outbox_part (outbox, part, state, line, peer, handed_at)" \
		" VALUES ($outbox, $part, 1, $line, $peer, $now) ON CONFLICT DO UPDATE SET state = 1," \
		" line = excluded.line, peer = excluded.peer, mr = -1, handed_at = excluded.handed_at," \
		" settled_at = 0, code = 0 WHERE state = 0") \
	X(OUT_DUE, "SELECT id, not_before FROM outbox WHERE state = 0 AND line IS $line" \
		" AND class = $class AND (expires_at = 0 OR expires_at > $now)" \
		" ORDER BY not_before, id LIMIT 1") \
	X(OUT_GET, "SELECT id, ifnull(line, 0), ifnull(inbox, 0), created_at, not_before, expires_at," \
		" class, state, parts, attempts, ref, key, subject, msisdn, template_id, lang, cause," \
		" args, body FROM outbox WHERE id = $id") \
	X(OUT_PARTS, "SELECT part, state, mr, line, handed_at, settled_at, code FROM outbox_part" \
		" WHERE outbox = $id ORDER BY part") \
	X(OUT_STATES, "SELECT o.state, o.msisdn, ifnull(p.part, 0), ifnull(p.state, 0)" \
		" FROM outbox o LEFT JOIN outbox_part p ON p.outbox = o.id WHERE o.id = $id" \
		" ORDER BY p.part") \
	X(OUT_HAND, "UPDATE outbox SET state = 1, body = $body, parts = $parts, ref = $ref" \
		" WHERE id = $id AND state = 0") \
	X(OUT_LATER, "UPDATE outbox SET not_before = $not_before WHERE id = $id AND state = 0") \
	X(OUT_SAME_BODY, "SELECT 1 FROM outbox WHERE id = $id AND body = $body AND parts = $parts") \
	X(OUT_PART_SET, "UPDATE outbox_part SET state = $state, mr = CASE WHEN $mr < 0 THEN mr" \
		" ELSE $mr END, code = $code, settled_at = $now WHERE outbox = $id AND part = $part") \
	X(OUT_SET, "UPDATE outbox SET state = $state, attempts = attempts + $tries," \
		" cause = ifnull($cause, cause), not_before = max(not_before, $retry_at)" \
		" WHERE id = $id") \
	X(OUT_JUDGED, "UPDATE outbox SET judged = 1, cause = $cause WHERE id = $id AND state = 7") \
	X(OUT_AGAIN, "UPDATE outbox SET state = 0, judged = 0, not_before = $now WHERE id = $id" \
		" AND state = 7") \
	X(OUT_AGAIN_PARTS, "UPDATE outbox_part SET state = 0, settled_at = 0 WHERE outbox = $id" \
		" AND state = 7") \
	X(OUT_END_PARTS, "UPDATE outbox_part SET state = $state, settled_at = $now" \
		" WHERE outbox = $id AND state = 0") \
	X(REPORT_BY_MR, "SELECT p.outbox, p.part, p.state, o.msisdn FROM outbox_part p" \
		" JOIN outbox o ON o.id = p.outbox WHERE p.line = $line AND p.peer = $peer" \
		" AND p.mr = $mr ORDER BY p.outbox DESC, p.part DESC LIMIT 8") \
	X(REPORT_WAITING, "SELECT p.outbox, p.part, p.state, o.msisdn FROM outbox_part p" \
		" JOIN outbox o ON o.id = p.outbox WHERE p.line = $line AND p.peer = $peer" \
		" AND p.state IN (1, 2, 7) AND p.handed_at >= $since LIMIT 8") \
	X(OUT_UNKNOWN_EACH, "SELECT o.id, o.created_at, ifnull(p.line, 0) FROM outbox o" \
		" INDEXED BY outbox_unjudged LEFT JOIN outbox_part p ON p.outbox = o.id" \
		" AND p.state = 7 WHERE o.state = 7 AND o.judged = 0 ORDER BY o.created_at, o.id") \
	X(OUT_EXPIRED_EACH, "SELECT id FROM outbox WHERE state = 0 AND expires_at > 0" \
		" AND expires_at <= $now LIMIT 1") \
	X(OUT_MOVE, "UPDATE outbox SET line = $to WHERE state = 0 AND line IS $from") \
	X(OUT_COUNT, "SELECT count(*) FROM outbox WHERE state = $state") \
	X(OUT_EACH, "SELECT id FROM outbox WHERE id < $before AND ($state = -1 OR state = $state)" \
		" ORDER BY id DESC LIMIT 1") \
	X(OUT_OF_INBOX, "SELECT id FROM outbox WHERE id > $after AND inbox = $inbox" \
		" ORDER BY id LIMIT 1") \
	X(REPORTS_LATELY, "SELECT count(*), ifnull(sum(reported), 0) FROM (SELECT state IN (3, 4)" \
		" AS reported FROM outbox_part WHERE outbox > (SELECT max(id) FROM outbox) - $span" \
		" AND line = $line AND (state IN (3, 4) OR (state = 2 AND handed_at <= $old))" \
		" ORDER BY outbox DESC, part DESC LIMIT $most)") \
	X(RESTORE_PARTS, "UPDATE outbox_part SET state = 7 WHERE state IN (0, 1)") \
	X(RESTORE_MESSAGES, "UPDATE outbox SET state = 7, cause = 'restored from a backup'" \
		" WHERE state IN (0, 1)") \
	X(RESTORE_FIRST_PART, "INSERT INTO outbox_part (outbox, part, state, peer)" \
		" SELECT id, 1, 7, 0 FROM outbox WHERE state = 7" \
		" AND NOT EXISTS (SELECT 1 FROM outbox_part p WHERE p.outbox = outbox.id)")
/* clang-format on */

#endif
