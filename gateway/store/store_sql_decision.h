/* Statements of batches and decisions on registrations. Decisions are enum decision. */
#ifndef STORE_SQL_DECISION_H
#define STORE_SQL_DECISION_H

/* clang-format off */
#define SQL_BATCH \
	"SELECT b.id, b.created_at, b.expires_at, p.ref, g.code, s.sms_name, b.area, b.named," \
	" (SELECT count(*) FROM code WHERE batch = b.id), count(r.id)," \
	" ifnull(sum(r.worker IS NULL AND r.decision = 0), 0), ifnull(sum(r.decision = 1), 0)," \
	" ifnull(sum(r.decision = 2), 0) FROM code_batch b JOIN pledge p ON p.id = b.pledge" \
	" JOIN sponsor s ON s.id = p.sponsor JOIN programme g ON g.id = p.programme" \
	" LEFT JOIN code c ON c.batch = b.id LEFT JOIN registration r ON r.code = c.code"
#define SQL_REGISTRATION \
	"SELECT r.id, c.batch, r.created_at, r.decided_at, ifnull(r.worker, 0), ifnull(r.inbox, 0)," \
	" r.decision, r.ref, r.name, r.msisdn, r.area, r.state, r.reason, r.decided_by," \
	" r.enrolled_by, r.job, ifnull(w.id, 0), ifnull(w.name, '')," \
	" (SELECT count(*) FROM phone_link WHERE worker = w.id)," \
	" EXISTS (SELECT 1 FROM phone_link WHERE worker = w.id AND msisdn = r.msisdn)," \
	" (SELECT count(*) FROM registration o WHERE o.nik_hash = r.nik_hash AND o.id <> r.id" \
	" AND o.worker IS NULL AND o.decision IN (0, 4))," \
	" (SELECT count(*) FROM phone_link WHERE msisdn = r.msisdn), r.nik" \
	" FROM registration r JOIN code c ON c.code = r.code" \
	" LEFT JOIN worker w ON w.nik_hash = r.nik_hash"

#define SQL_DECISION(X) \
	X(BATCH_EACH, SQL_BATCH " WHERE b.id > $after GROUP BY b.id ORDER BY b.id LIMIT 1") \
	X(BATCH_GET, SQL_BATCH " WHERE b.id = $id GROUP BY b.id") \
	X(DECIDE_EACH, SQL_REGISTRATION " WHERE c.batch = $batch AND (NOT $undecided" \
		" OR (r.worker IS NULL AND r.decision = 0)) ORDER BY r.id") \
	X(DECIDE_GET, SQL_REGISTRATION " WHERE r.ref = $ref") \
	X(DECIDE_DATA, "SELECT id, pledge, msisdn, ifnull(worker, 0), state, decision, nik," \
		" nik_hash, name, job, area, waiting_number, (SELECT b.named FROM code c JOIN code_batch b" \
		" ON b.id = c.batch WHERE c.code = registration.code) FROM registration WHERE ref = $ref") \
	X(DECIDE_SET, "UPDATE registration SET decision = $decision, decided_at = $now," \
		" decided_by = $by, reason = $reason, worker = ifnull($worker, worker), state = $state" \
		" WHERE id = $id") \
	X(DECIDE_HOLD, "UPDATE registration SET state = 2, reason = $reason WHERE id = $id") \
	X(PLACE_FREE, "UPDATE pledge SET taken = taken - 1 WHERE id = $pledge AND taken > 0") \
	X(PLACE_NEXT, "SELECT id, ref FROM registration WHERE pledge = $pledge" \
		" AND waiting_number > 0 AND decision IN (0, 1, 4) ORDER BY waiting_number LIMIT 1") \
	X(PLACE_GIVE, "UPDATE registration SET waiting_number = 0, state = CASE WHEN state <> 1" \
		" THEN state WHEN worker IS NULL THEN 0 ELSE 3 END WHERE id = $id") \
	X(CONSENT_ASKED, SQL_REGISTRATION " WHERE r.msisdn = $msisdn AND r.decision = 4" \
		" ORDER BY r.id LIMIT 1") \
	X(CONSENT_SILENT, SQL_REGISTRATION " WHERE r.decision = 4 AND r.created_at < $before" \
		" ORDER BY r.created_at LIMIT 1") \
	X(CONSENT_END, "UPDATE consent SET withdrawn_at = $now WHERE registration = $registration" \
		" AND withdrawn_at = 0")
/* clang-format on */

#endif
