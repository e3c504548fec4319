/* Every question of the store, one number each. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "store_sql_core.h"
#include "store_sql_correct.h"
#include "store_sql_cover.h"
#include "store_sql_decision.h"
#include "store_sql_desk.h"
#include "store_sql_import.h"
#include "store_sql_job.h"
#include "store_sql_message.h"
#include "store_sql_money.h"
#include "store_sql_outbox.h"
#include "store_sql_phone.h"
#include "store_sql_remind.h"
#include "store_sql_scheme.h"
#include "store_sql_word.h"

/* clang-format off */
#define STATEMENTS(X) \
	SQL_CORE(X) \
	SQL_MESSAGE(X) \
	SQL_OUTBOX(X) \
	SQL_SCHEME(X) \
	SQL_PHONE(X) \
	SQL_DESK(X) \
	SQL_DECISION(X) \
	SQL_IMPORT(X) \
	SQL_MONEY(X) \
	SQL_COVER(X) \
	SQL_JOB(X) \
	SQL_CORRECT(X) \
	SQL_WORD(X) \
	SQL_REMIND(X)
/* clang-format on */
#define X(name, sql) ST_##name,
enum statement { STATEMENTS(X) ST_COUNT };
#undef X

#endif
