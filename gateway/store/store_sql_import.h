/* Statements of imported files. Row states: 0 taken in, 1 bad, 2 known from another file. */
#ifndef STORE_SQL_IMPORT_H
#define STORE_SQL_IMPORT_H

/* clang-format off */
#define SQL_CONFIRMATION \
	"SELECT c.id, ifnull(w.id, 0), c.day, c.state, c.first, c.last, c.segment," \
	" c.sex, ifnull(w.sex, -1), c.born, ifnull(w.born, ''), c.name, ifnull(w.name, '')," \
	" c.card, c.reason, EXISTS (SELECT 1 FROM confirmation r WHERE r.nik_hash = c.nik_hash" \
	" AND r.reason <> '') FROM confirmation c LEFT JOIN worker w ON w.nik_hash = c.nik_hash"

#define SQL_IMPORT(X) \
	X(FILE_ADD, "INSERT INTO source_file (kind, name, hash, actor, begun_at)" \
		" VALUES ($kind, $name, $hash, $by, $now) ON CONFLICT DO NOTHING") \
	X(FILE_GET, "SELECT id, kind, begun_at, ended_at, name, actor, (SELECT count(*)" \
		" FROM source_row WHERE file = source_file.id AND state = 1) FROM source_file" \
		" WHERE kind = $kind AND hash = $hash") \
	X(FILE_KIND, "SELECT kind FROM source_file WHERE id = $file") \
	X(FILE_END, "UPDATE source_file SET ended_at = $now WHERE id = $file AND ended_at = 0") \
	X(ROW_FIND, "SELECT id, state FROM source_row WHERE file = $file AND number = $number") \
	X(ROW_BEFORE, "SELECT (SELECT count(*) FROM source_row WHERE kind = $kind AND hash = $hash" \
		" AND state = 0 AND file = $file) + (SELECT count(*) FROM source_row" \
		" WHERE file = $file AND hash = $hash AND state = 2)") \
	X(ROW_SAME, "SELECT id FROM source_row WHERE kind = $kind AND hash = $hash AND nth = $nth" \
		" AND state = 0") \
	X(ROW_PUT, "INSERT INTO source_row (file, number, kind, state, hash, nth, same_as, reason)" \
		" VALUES ($file, $number, $kind, $state, $hash, $nth, $same_as, $reason)" \
		" ON CONFLICT (file, number) DO UPDATE SET state = excluded.state," \
		" hash = excluded.hash, nth = excluded.nth, same_as = excluded.same_as," \
		" reason = excluded.reason WHERE state = 1 AND (excluded.state <> 1" \
		" OR excluded.reason <> reason OR excluded.hash <> hash) RETURNING id") \
	X(PAYMENT_ADD, "INSERT INTO payment (source_row, external, day, amount, text, account, payer," \
		" state, outcome) VALUES ($row, $external, $day, $amount, $text, $account, $payer," \
		" $state, $outcome)") \
	X(LIST_ADD, "INSERT INTO list (file, transfer, day, total) VALUES ($file, $transfer, $day," \
		" $amount) ON CONFLICT (file, transfer) DO UPDATE SET total = total + excluded.total," \
		" day = max(day, excluded.day) RETURNING id") \
	X(LIST_ROW_ADD, "INSERT INTO list_row (list, source_row, nik_hash, name, first, months," \
		" amount) VALUES ($list, $row, $nik_hash, $name, $first, $months, $amount)") \
	X(LIST_BEFORE, "SELECT r.id, r.list FROM source_row s JOIN list_row r" \
		" ON r.source_row = s.same_as JOIN list l ON l.id = r.list WHERE s.file = $file" \
		" AND s.number = $number AND l.payment IS NULL AND l.file <> $file") \
	X(LIST_REPLACE, "UPDATE list SET total = total - $amount, replaced_by = $list WHERE id = $before") \
	X(LIST_ROW_MOVE, "UPDATE list_row SET list = $list WHERE id = $row") \
	X(LIST_FIND, "SELECT l.id FROM list l JOIN source_file f ON f.id = l.file" \
		" WHERE l.payment IS NULL AND l.replaced_by IS NULL AND l.total = $total AND (l.day = 0" \
		" OR l.day BETWEEN $from AND $to) AND f.ended_at > 0 ORDER BY l.id") \
	X(LIST_TAKE, "UPDATE list SET payment = $payment WHERE id = $list" \
		" AND ifnull(payment, $payment) = $payment") \
	X(LIST_EXISTS, "SELECT 1 FROM list WHERE id = $list") \
	X(LIST_OF, "SELECT id FROM list WHERE payment = $payment") \
	X(LIST_ROWS, "SELECT r.id, ifnull(w.id, 0), r.amount, r.first, r.months, r.name," \
		" ifnull(w.name, ''), (SELECT CASE count(*) WHEN 0 THEN 0 WHEN 1 THEN max(pledge)" \
		" ELSE -1 END FROM allocation WHERE worker = w.id AND state BETWEEN 1 AND 3)," \
		" ifnull((SELECT max(g.direct) FROM allocation a JOIN pledge p ON p.id = a.pledge" \
		" JOIN programme g ON g.id = p.programme WHERE a.worker = w.id" \
		" AND a.state BETWEEN 1 AND 3), 0)," \
		/* who carries the worker longest; nobody: who did it last */ \
		" ifnull((SELECT pledge FROM allocation WHERE id = ifnull(" \
		"(SELECT min(id) FROM allocation WHERE worker = w.id AND state BETWEEN 1 AND 3)," \
		" (SELECT max(id) FROM allocation WHERE worker = w.id AND state > 3))), 0)" \
		" FROM list_row r LEFT JOIN worker w ON w.nik_hash = r.nik_hash" \
		" WHERE r.list = $list AND r.id > $after ORDER BY r.id LIMIT $cap") \
	X(CONFIRM_ADD, "INSERT INTO confirmation (source_row, nik_hash, name, card, reason, day," \
		" first, last, segment, born, sex) VALUES ($row, $nik_hash, $name, $card, $reason," \
		" $day, $first, $last, $segment, $born, $sex)") \
	X(CONFIRM_SET, "UPDATE confirmation SET state = $state WHERE id = $id AND state <> $state") \
	X(CONFIRM_EXISTS, "SELECT 1 FROM confirmation WHERE id = $id")
/* clang-format on */

#endif
