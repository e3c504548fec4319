/* Statements of transactions, settings and the audit chain. */
#ifndef STORE_SQL_CORE_H
#define STORE_SQL_CORE_H

/* clang-format off */
#define SQL_CORE(X) \
	X(BEGIN, "BEGIN IMMEDIATE") \
	X(SNAPSHOT, "BEGIN") \
	X(COMMIT, "COMMIT") \
	X(ROLLBACK, "ROLLBACK") \
	X(MARK, "SAVEPOINT one") \
	X(RELEASE, "RELEASE one") \
	X(UNDO, "ROLLBACK TO one") \
	X(META_TIME, "SELECT num FROM meta WHERE name = 'newest_time'") \
	X(META_STAMP, "UPDATE meta SET num = max(num, $now) WHERE name = 'newest_time'") \
	X(META_DATA, "SELECT data, key_version FROM meta WHERE name = $name") \
	X(META_PUT, "INSERT INTO meta (name, data, key_version) VALUES ($name, $data, $key_version)" \
		" ON CONFLICT (name) DO UPDATE SET data = excluded.data," \
		" key_version = excluded.key_version") \
	X(AUDIT_ADD, "INSERT INTO audit (seq, at, actor, action, subject, detail, hash)" \
		" VALUES ($seq, $at, $actor, $action, $subject, $detail, $hash)") \
	X(AUDIT_WALK, "SELECT seq, at, actor, action, subject, detail, hash FROM audit ORDER BY seq")
/* clang-format on */

#endif
