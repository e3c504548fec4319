/* Statements of programmes, sponsors, codes, registrations and workers.
 * Code states are enum code_state: 1 issued, 2 used. Registration states: 0 recorded (an officer
 * decides), 1 waiting for a place, 2 held (its worker belongs to another phone), 3 registered;
 * shown as 4 rejected, 5 withdrawn, 6 asked (for the worker's own consent) when that is decided. */
#ifndef STORE_SQL_SCHEME_H
#define STORE_SQL_SCHEME_H

#include "store_sql_sponsor.h"

/* clang-format off */
#define SQL_PLEDGE \
	"SELECT p.id, p.sponsor, p.created_at, p.ref, g.code, s.sms_name, s.phone, p.funding, p.workers," \
	" p.months, p.instalment, p.taken, p.waiting, p.start, p.due_day, g.direct, ifnull(p.renews, 0)," \
	" EXISTS (SELECT 1 FROM instalment WHERE pledge = p.id AND number = 1 AND state = 6)" \
	" FROM pledge p" \
	" JOIN sponsor s ON s.id = p.sponsor JOIN programme g ON g.id = p.programme"
#define SQL_SPONSOR "SELECT id, name, sms_name, phone, kind FROM sponsor"

#define SQL_SCHEME(X) \
	SQL_SPONSORS(X) \
	X(PROGRAMME_ADD, "INSERT INTO programme (code, name, legal_basis, areas, direct, target," \
		" created_at) VALUES ($code, $name, $legal_basis, $areas, $direct, $target, $now)") \
	X(PROGRAMME_EACH, "SELECT id, code, name, legal_basis, areas, direct, target FROM programme" \
		" WHERE id > $after ORDER BY id LIMIT 1") \
	X(SPONSOR_ADD, "INSERT INTO sponsor (name, sms_name, phone, kind, created_at)" \
		" VALUES ($name, $sms_name, $phone, $kind, $now)") \
	X(SPONSOR_GET, SQL_SPONSOR " WHERE id = $id") \
	X(SPONSOR_EACH, SQL_SPONSOR " WHERE id > $after ORDER BY id LIMIT 1") \
	X(PROGRAMME_ID, "SELECT id FROM programme WHERE code = $code") \
	X(PLEDGE_ADD, "INSERT INTO pledge (ref, sponsor, programme, funding, workers, months," \
		" instalment, start, created_at, due_day, renews) VALUES ($ref, $sponsor, $programme," \
		" $funding, $workers, $months, $instalment, $start, $now, $due_day, $renews)") \
	X(RENEWAL_NEXT, "SELECT id, renews FROM pledge WHERE renews IS NOT NULL AND id > $after" \
		" AND start + months > $month ORDER BY id LIMIT 1") \
	X(RENEWED, "SELECT ref FROM pledge WHERE renews = $pledge ORDER BY id LIMIT 1") \
	/* Who has a place, or had one to the end. */ \
	X(CARRY_NEXT, "SELECT a.id, a.registration FROM allocation a JOIN worker w ON w.id = a.worker" \
		" WHERE a.pledge = $renews AND a.id > $after AND w.died_day = 0" \
		" AND (a.state BETWEEN 1 AND 3 OR (a.state = 4 AND a.cause = 1))" \
		" AND NOT EXISTS (SELECT 1 FROM registration r WHERE r.pledge = $pledge" \
		" AND r.worker = a.worker) ORDER BY a.id LIMIT 1") \
	X(CARRY_BATCH, "SELECT id FROM code_batch WHERE pledge = $pledge" \
		" AND expires_at = created_at LIMIT 1") /* born expired: for nobody to use */ \
	X(CARRY_CODE, "INSERT INTO code (code, batch, state, used_by, used_at)" \
		" VALUES ($code, $batch, 2, 'renewal', $now)") \
	X(CARRY, "INSERT INTO registration (ref, code, pledge, msisdn, worker, state," \
		" waiting_number, nik, nik_key, nik_hash, name, job, area, created_at, enrolled_by," \
		" decision, decided_at, decided_by) SELECT $ref, $code, $pledge, msisdn, worker," \
		" iif($number > 0, 1, 3), $number, nik, nik_key, nik_hash, name, job, area, $now," \
		" enrolled_by, 1, $now, 'renewal' FROM registration WHERE id = $registration") \
	X(CARRY_CONSENT, "INSERT INTO consent SELECT $id, msisdn, text_id, channel, given_at," \
		" withdrawn_at FROM consent WHERE registration = $registration") \
	X(PLEDGE_GET, SQL_PLEDGE " WHERE p.ref = $ref") \
	X(PLEDGE_GET_ID, SQL_PLEDGE " WHERE p.id = $id") \
	X(PLEDGE_EACH, SQL_PLEDGE " WHERE p.id > $after ORDER BY p.id LIMIT 1") \
	X(BATCH_ADD, "INSERT INTO code_batch (pledge, area, named, created_at, expires_at)" \
		" VALUES ($pledge, $area, $named, $now, $expires_at)") \
	X(BATCH_IS_NAMED, "SELECT named FROM code_batch WHERE id = $id") \
	X(CODE_ADD, "INSERT INTO code (code, batch, state, nik, nik_key, nik_hash, name, phone, area," \
		" job) VALUES ($code, $batch, 1, $nik, $nik_key, $nik_hash, $name, $phone, $area," \
		" $job)") \
	/* +pledge: by the NIK, of which there are few; a pledge has thousands. */ \
	X(CODE_LISTED, "SELECT EXISTS (SELECT 1 FROM code c JOIN code_batch b ON b.id = c.batch" \
		" WHERE c.nik_hash = $nik_hash AND c.state = 1 AND b.pledge = $pledge)" \
		" OR EXISTS (SELECT 1 FROM registration WHERE nik_hash = $nik_hash" \
		" AND +pledge = $pledge AND decision NOT IN (2, 3))") \
	X(CODE_FACTS, "SELECT c.state, c.used_by, b.named, b.expires_at, s.sms_name, c.name," \
		" p.workers - p.taken, p.waiting, ifnull(c.phone, '')," \
		" iif(b.named OR b.area <> '' OR instr(g.areas, ',') = 0, '', g.areas), c.nik, c.nik_key" \
		" FROM code c" \
		" JOIN code_batch b ON b.id = c.batch JOIN pledge p ON p.id = b.pledge" \
		" JOIN programme g ON g.id = p.programme" \
		" JOIN sponsor s ON s.id = p.sponsor WHERE c.code = $code") \
	X(CODE_USE, "UPDATE code SET state = 2, used_by = $msisdn, used_at = $now" \
		" WHERE code = $code AND state = 1") \
	X(CODE_DATA, "SELECT b.pledge, b.named, CASE WHEN b.area <> '' THEN b.area" \
		" WHEN instr(g.areas, ',') = 0 THEN g.areas ELSE '' END, c.nik_hash, c.name, c.job," \
		" c.area, c.nik, c.nik_key FROM code c JOIN code_batch b ON b.id = c.batch" \
		" JOIN pledge p ON p.id = b.pledge JOIN programme g ON g.id = p.programme" \
		" WHERE c.code = $code") \
	X(PLACE_TAKE, "UPDATE pledge SET taken = taken + 1 WHERE id = $pledge AND taken < workers") \
	X(PLACE_WAIT, "UPDATE pledge SET waiting = waiting + 1 WHERE id = $pledge RETURNING waiting") \
	X(WORKER_FIND, "SELECT id, (SELECT count(*) FROM phone_link WHERE worker = worker.id)," \
		" EXISTS (SELECT 1 FROM phone_link WHERE worker = worker.id AND msisdn = $msisdn)" \
		" FROM worker WHERE nik_hash = $nik_hash") \
	X(WORKER_ADD, "INSERT INTO worker (nik, nik_key, nik_hash, name, born, sex, job, area," \
		" created_at) VALUES ($nik, $nik_key, $nik_hash, $name, $born, $sex, $job, $area," \
		" $now)") \
	X(LINK_ADD, "INSERT INTO phone_link (msisdn, worker, linked_at)" \
		" VALUES ($msisdn, $worker, $now)") \
	X(REGISTRATION_ADD, "INSERT INTO registration (ref, code, pledge, msisdn, worker, state," \
		" waiting_number, nik, nik_key, nik_hash, name, job, area, inbox, line, created_at," \
		" enrolled_by, decision)" \
		" VALUES ($ref, $code, $pledge, $msisdn, $worker, $state, $number, $nik, $nik_key," \
		" $nik_hash, $name, $job, $area, $inbox, $line, $now, $enrolled_by, $decision)") \
	X(CONSENT_ADD, "INSERT INTO consent (registration, msisdn, text_id, channel, given_at)" \
		" VALUES ($registration, $msisdn, $text_id, $channel, $now)") \
	X(REF_USED, "SELECT EXISTS (SELECT 1 FROM registration WHERE ref = $ref)" \
		" OR EXISTS (SELECT 1 FROM duty_case WHERE ref = $ref)") \
	X(WORKER_EACH, "SELECT w.id, w.created_at, w.name, ifnull((SELECT group_concat(msisdn)" \
		" FROM phone_link WHERE worker = w.id), ''), w.area, w.card, ifnull(r.state, 3)," \
		" ifnull(r.ref, ''), ifnull(g.code, ''), ifnull(s.sms_name, ''), w.born, w.job," \
		" ifnull((SELECT max(month) FROM coverage_month WHERE worker = w.id" \
		" AND confirmed_day > 0), 0), ifnull((SELECT max(month) FROM coverage_month" \
		" WHERE worker = w.id AND pledge IS NOT NULL), 0) FROM worker w LEFT JOIN registration r" \
		" ON r.id = (SELECT max(id) FROM registration WHERE worker = w.id)" \
		" LEFT JOIN pledge p ON p.id = r.pledge LEFT JOIN sponsor s ON s.id = p.sponsor" \
		" LEFT JOIN programme g ON g.id = p.programme WHERE w.id > $after AND ($msisdn IS NULL" \
		" OR EXISTS (SELECT 1 FROM phone_link WHERE msisdn = $msisdn AND worker = w.id))" \
		" ORDER BY w.id LIMIT 1") \
	X(UNDECIDED_EACH, "SELECT r.id, r.created_at, r.name, r.msisdn, r.area, ''," \
		" CASE WHEN r.decision > 1 THEN r.decision + 2 ELSE r.state END, r.ref," \
		" g.code, s.sms_name, '', r.job, 0, 0 FROM registration r JOIN pledge p ON p.id = r.pledge" \
		" JOIN sponsor s ON s.id = p.sponsor JOIN programme g ON g.id = p.programme" \
		" WHERE r.id > $after AND r.worker IS NULL AND ($msisdn IS NULL OR r.msisdn = $msisdn)" \
		" ORDER BY r.id LIMIT 1") \
	X(WORKER_CARD, "UPDATE worker SET card = $card WHERE id = $worker")
/* clang-format on */

#endif
