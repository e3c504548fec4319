/* How the files of one origin are written: section `source "name"` of the configuration. Read by
 * conf.h; without such a section a file is read with the defaults and the column names of
 * templates/data/office.csv. */
#ifndef PAYUNG_CONF_SOURCE_H
#define PAYUNG_CONF_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_SOURCES_MAX 32
#define CONF_COLUMN_CAP  64
#define CONF_WORDS_CAP   200

/* As enum source_kind of the store. */
enum conf_source_kind { CONF_SOURCE_BANK, CONF_SOURCE_RECEIPT, CONF_SOURCE_LIST, CONF_SOURCE_INSURER };
enum conf_encoding { CONF_ENCODING_AUTO, CONF_ENCODING_UTF8, CONF_ENCODING_CP1252 };
enum conf_separator { CONF_SEPARATOR_AUTO, CONF_SEPARATOR_COMMA, CONF_SEPARATOR_SEMICOLON, CONF_SEPARATOR_TAB };
enum conf_date_format { CONF_DAY_FIRST, CONF_MONTH_FIRST };
enum conf_decimals { CONF_DECIMALS_AUTO, CONF_DECIMALS_COMMA, CONF_DECIMALS_DOT };

/* What a column may hold; the key of that name says how the file heads it. B bank, R receipt,
 * L list, I insurer: the kinds that know the column. */
#define CONF_COLUMN_LIST(X)                                                                        \
	X(DATE, date, "BRLI", "day of the payment, or on which the insurer said so")               \
	X(AMOUNT, amount, "BRL", "amount in rupiah")                                               \
	X(DEBIT, debit, "B", "amount that left the account")                                       \
	X(CREDIT, credit, "B", "amount that came in")                                              \
	X(SIGN, sign, "B", "whether the amount came in or left")                                   \
	X(TEXT, text, "BR", "what the payer wrote")                                                \
	X(ACCOUNT, account, "BR", "account of the payer")                                          \
	X(PAYER, payer, "BR", "name of the payer")                                                 \
	X(TRANSFER, transfer, "L", "which transfer of the list the row belongs to")                \
	X(NIK, nik, "LI", "NIK of the worker")                                                     \
	X(NAME, name, "LI", "name of the worker")                                                  \
	X(CARD, card, "I", "member card number")                                                   \
	X(FROM, from, "LI", "first month")                                                         \
	X(TO, to, "I", "last month")                                                               \
	X(MONTH, month, "I", "the one month the row is about")                                     \
	X(MONTHS, months, "L", "number of months")                                                 \
	X(STATUS, status, "I", "whether the insurer accepted the worker")                          \
	X(REASON, reason, "I", "why the insurer refused")                                          \
	X(SEGMENT, segment, "I", "self-employed or wage worker")                                   \
	X(BORN, born, "I", "date of birth")                                                        \
	X(SEX, sex, "I", "sex")
#define X(id, key, kinds, help) CONF_COLUMN_##id,
enum conf_column { CONF_COLUMN_LIST(X) CONF_COLUMNS };
#undef X
const char *conf_column_name(enum conf_column c); /* its key: "date" */
int conf_column_parse(const char *name);          /* -1: none such */

struct conf_source {
	char name[32];
	int line; /* in the file, for messages */
	enum conf_source_kind kind;
	enum conf_encoding encoding;
	enum conf_separator separator;
	enum conf_date_format date_format;
	enum conf_decimals decimals;
	int skip_rows;                               /* above the header, not looked at */
	char own_account[40];                        /* which of our accounts, "" = there is one */
	char column[CONF_COLUMNS][CONF_COLUMN_CAP];  /* "" = by the usual headings, "-" = none */
	char accepted[CONF_WORDS_CAP], refused[CONF_WORDS_CAP]; /* words of status, by commas */
};

/* Whether files of this kind know the column. */
bool conf_column_of_kind(enum conf_column c, enum conf_source_kind k);

#endif
