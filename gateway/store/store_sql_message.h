/* Statements of lines, usage and the inbox. */
#ifndef STORE_SQL_MESSAGE_H
#define STORE_SQL_MESSAGE_H

/* clang-format off */
#define SQL_INBOX_ROW \
	"SELECT id, ifnull(line, 0), received_at, handled_at, state, sender, intent, masked, have, total" \
	" FROM inbox"

#define SQL_MESSAGE(X) \
	X(LINE_SEEN, "INSERT INTO line (imsi, name, imei, number, operator_name, first_seen, last_seen)" \
		" VALUES ($imsi, $name, $imei, $number, $operator_name, $now, $now)" \
		" ON CONFLICT (imsi) DO UPDATE SET name = excluded.name, imei = excluded.imei," \
		" number = CASE excluded.number WHEN '' THEN number ELSE excluded.number END," \
		" operator_name = CASE excluded.operator_name WHEN '' THEN operator_name" \
		" ELSE excluded.operator_name END, last_seen = excluded.last_seen RETURNING id") \
	X(LINE_EACH, "SELECT id, imsi, name, imei, number, operator_name, first_seen, last_seen" \
		" FROM line WHERE id > $after ORDER BY id LIMIT 1") \
	X(PIN_REFUSE, "INSERT INTO pin_refused (imei, pin_hash, at) VALUES ($imei, $hash, $now)" \
		" ON CONFLICT DO NOTHING") \
	X(PIN_REFUSED, "SELECT 1 FROM pin_refused WHERE imei = $imei AND pin_hash = $hash") \
	X(USAGE_ADD, "INSERT INTO usage (hour, line, segments) VALUES ($hour, $line, $segments)" \
		" ON CONFLICT DO UPDATE SET segments = segments + excluded.segments") \
	X(USAGE_SINCE, "SELECT ifnull(sum(segments), 0) FROM usage" \
		" WHERE hour >= $hour AND ($line = 0 OR line = $line)") \
	X(INBOX_PART_FIND, "SELECT inbox FROM inbox_part WHERE scts = $scts AND line = $line" \
		" AND sender = $sender AND ref = $ref AND total = $total AND part = $part" \
		" AND body_hash = $hash") \
	X(INBOX_SET_FIND, "SELECT id, have FROM inbox WHERE state = 0 AND body_hash IS NULL" \
		" AND line IS $line AND sender = $sender AND ref = $ref AND total = $total" \
		" AND abs(sent_at - $sent_at) <= $window AND NOT EXISTS (SELECT 1 FROM inbox_part p" \
		" WHERE p.inbox = inbox.id AND p.part = $part) ORDER BY id DESC LIMIT 1") \
	X(INBOX_ADD, "INSERT INTO inbox (line, sender, sender_kind, ref, total, have, state, sent_at," \
		" received_at, body_hash, masked) VALUES ($line, $sender, $kind, $ref, $total, $have," \
		" $state, $sent_at, $received_at, $hash, $masked)") \
	X(INBOX_PART_ADD, "INSERT INTO inbox_part (inbox, part, line, sender, scts, ref, total," \
		" body_hash, text, text_key, pdu, pdu_key) VALUES ($inbox, $part, $line, $sender," \
		" $scts, $ref, $total, $hash, $text, $text_key, $pdu, $pdu_key)") \
	X(INBOX_PARTS, "SELECT text, text_key FROM inbox_part WHERE inbox = $inbox ORDER BY part") \
	X(INBOX_GROW, "UPDATE inbox SET have = $have, body_hash = $hash WHERE id = $inbox") \
	X(INBOX_DONE, "UPDATE inbox SET state = $state, masked = $masked, intent = $intent," \
		" handled_at = $now WHERE id = $inbox AND state = 0") \
	X(INBOX_REPEAT, "SELECT o.id FROM inbox i JOIN inbox o ON o.sender = i.sender" \
		" WHERE i.id = $inbox AND o.received_at >= $since AND o.body_hash = i.body_hash" \
		" AND o.state = 1 AND o.id <> i.id ORDER BY o.received_at DESC, o.id DESC LIMIT 1") \
	X(INBOX_EACH, SQL_INBOX_ROW " WHERE id < $before AND ($state = -1 OR state = $state)" \
		" ORDER BY id DESC LIMIT 1")
/* clang-format on */

#endif
