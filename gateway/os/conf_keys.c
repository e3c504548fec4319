/* Every key of the configuration, in one table: it reads the file, sets the defaults, and the
 * manual is checked against it. */
#include "conf_scan.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

#define TOP(member) offsetof(struct conf, member)
#define SERVICE(member) offsetof(struct conf, service.member)
#define LIMIT(key, preset, min, max, help)                                   \
	{                                                                    \
		"limits", #key, CONF_INT, false, preset, min, max, "", help, \
		        offsetof(struct conf, limits.key)                    \
	}
#define SCHEME(member) offsetof(struct conf, scheme.member)
#define DISCOUNT(key, preset, help)                                                   \
	{                                                                             \
		"scheme", #key, CONF_BOOL, false, preset, 0, 0, "", help, SCHEME(key) \
	}
#define SCHEME_DAYS(key, preset, min, max, help)                                         \
	{                                                                                \
		"scheme", #key, CONF_INT, false, preset, min, max, "", help, SCHEME(key) \
	}
#define REMINDER(member) offsetof(struct conf, reminders.member)
#define DAYS(nth, key, preset, help)                                                            \
	{                                                                                       \
		"reminders", key, CONF_DAYS, false, preset, 0, 0, "", help, REMINDER(when[nth]) \
	}
#define WINDOW(key, preset, help)                                                            \
	{                                                                                    \
		"reminders", #key, CONF_WINDOW, false, preset, 0, 0, "", help, REMINDER(key) \
	}
#define NUMBER(key, preset, min, max, help)                                                   \
	{                                                                                     \
		"reminders", #key, CONF_INT, false, preset, min, max, "", help, REMINDER(key) \
	}
#define MODEM(member) offsetof(struct conf_modem, member)
#define SOURCE(member) offsetof(struct conf_source, member)
#define COLUMN(id, key, kinds, help)                                              \
	{ "source", #key, CONF_TEXT, false, "", 1, CONF_COLUMN_CAP - 1, "", help, \
		SOURCE(column[CONF_COLUMN_##id]) },
#define PATH_MAX_LEN (CONF_PATH_CAP - 1)

static const struct conf_section sections[] = {
	{ .name = "" },
	{ .name = "service" },
	{ .name = "limits" },
	{ .name = "reminders" },
	{ .name = "scheme" },
	{ .name = "modem",
	        .max = CONF_MODEMS_MAX,
	        .size = sizeof(struct conf_modem),
	        .base = TOP(modem),
	        .count = TOP(modem_count),
	        .title = MODEM(name),
	        .line = MODEM(line),
	        .too_many = "use a second machine" },
	{ .name = "source",
	        .max = CONF_SOURCES_MAX,
	        .size = sizeof(struct conf_source),
	        .base = TOP(source),
	        .count = TOP(source_count),
	        .title = SOURCE(name),
	        .line = SOURCE(line),
	        .too_many = "remove those no longer used" },
};
#define SECTION_COUNT (sizeof(sections) / sizeof(sections[0]))

static const struct conf_key keys[] = {
	{ "", "store", CONF_PATH, true, "", 1, PATH_MAX_LEN, "", "database file", TOP(store) },
	{ "", "key_file", CONF_PATH, true, "", 1, PATH_MAX_LEN, "", "key file, mode 0600",
	        TOP(key_file) },
	{ "", "templates", CONF_PATH, true, "", 1, PATH_MAX_LEN, "",
	        "folder of the texts people get", TOP(templates) },
	{ "", "control", CONF_SOCKET, true, "", 1, CONF_SOCKET_CAP - 1, "",
	        "Unix socket where the tool reaches the daemon", TOP(control) },
	{ "", "simulator", CONF_SOCKET, false, "", 1, CONF_SOCKET_CAP - 1, "",
	        "control socket of payung-sim, for payung chat", TOP(simulator) },
	{ "", "worker", CONF_PATH, false, "", 1, PATH_MAX_LEN, "",
	        "path of payung-modem; default: beside the running program, else as installed",
	        TOP(worker) },
	{ "", "log_level", CONF_CHOICE, false, "info", 0, 0, "err|warn|info|debug",
	        "what goes to the log", TOP(log_level) },
	{ "", "zone", CONF_CHOICE, false, "WIB", 0, 0, "WIB|WITA|WIT",
	        "time zone of dates and quiet hours", TOP(zone) },
	{ "", "clock_must_sync", CONF_BOOL, false, "false", 0, 0, "",
	        "send nothing unasked while the machine's clock is not synchronised",
	        TOP(clock_must_sync) },

	{ "service", "name", CONF_TEXT, true, "", 1, 63, "", "name of the service", SERVICE(name) },
	{ "service", "number", CONF_PHONE, false, "", 1, 23, "", "number people text to",
	        SERVICE(number) },
	{ "service", "helpdesk", CONF_PHONE, true, "", 1, 13, "", "number where people answer",
	        SERVICE(helpdesk) },
	{ "service", "official", CONF_PHONE, false, "175", 1, 5, "", "call centre of the insurer",
	        SERVICE(official) },

	LIMIT(per_sim_hour, "200", 1, 10000, "segments a SIM sends in an hour"),
	LIMIT(per_sim_day, "1500", 1, 100000, "segments a SIM sends in a day"),
	LIMIT(all_hour, "2000", 1, 1000000, "segments all SIMs send in an hour"),
	LIMIT(all_day, "15000", 1, 10000000, "segments all SIMs send in a day"),
	LIMIT(max_segments_reply, "1", 1, 10, "segments of an answer"),
	LIMIT(max_segments_notice, "1", 1, 10, "segments of an unasked text"),
	LIMIT(max_segments_manual, "3", 1, 10, "segments of payung send"),
	LIMIT(replies_per_number_day, "20", 1, 1000, "answers to one number in a day"),
	LIMIT(wrong_codes_per_hour, "5", 1, 100, "wrong codes from one number in an hour"),
	LIMIT(wrong_codes_per_day, "15", 1, 1000, "wrong codes from one number in a day"),
	LIMIT(wrong_codes_all_hour, "60", 1, 100000,
	        "wrong codes from all numbers in an hour; above it strangers have one try each"),
	LIMIT(same_text_hour, "3", 1, 1000, "times one text of one number is answered in an hour"),
	LIMIT(answers_all_hour, "1500", 1, 1000000,
	        "answers to all numbers in an hour; above it questions are not answered"),
	LIMIT(answers_line_hour, "1000", 1, 1000000,
	        "the same of one SIM: a flood on it leaves the others alone"),
	LIMIT(code_ttl_days, "90", 1, 3650, "days a registration code lives"),
	LIMIT(dialogue_ttl_h, "24", 1, 720, "hours an unfinished dialogue lives"),
	LIMIT(question_days, "14", 1, 90,
	        "days within which a sponsor may answer a question of ours by its number"),
	LIMIT(consent_days, "14", 1, 90,
	        "days until a cadre's enrolment lapses that the worker's phone has not answered"),
	LIMIT(repeat_window_min, "10", 0, 1440,
	        "minutes within which the same text again has no second effect"),
	LIMIT(message_ttl_h, "24", 1, 168, "hours an answer may take"),
	LIMIT(notice_ttl_h, "168", 1, 720, "hours a confirmation may take"),
	LIMIT(retry_max, "5", 0, 100, "times a text is tried again"),
	LIMIT(retry_base_s, "30", 1, 3600, "seconds before the first retry, doubled each time"),
	LIMIT(retry_cap_s, "3600", 1, 86400, "seconds between retries at most"),
	LIMIT(dead_line_min, "10", 1, 1440, "minutes until a dead line's queue moves"),
	LIMIT(report_wait_h, "24", 1, 168, "hours a delivery report is waited for"),
	LIMIT(workers_per_phone, "3", 1, 8, "workers registered from one phone"),
	LIMIT(age_min, "17", 0, 100, "youngest age at registration, completed years"),
	LIMIT(age_max_new, "64", 0, 120, "oldest age at registration, completed years"),
	LIMIT(duty_wait_h, "4", 1, 24, "hours until the next duty phone is told of a case"),
	LIMIT(heartbeat_minute, "450", 0, 1439,
	        "minute of the day when duty phones get the sign of life"),
	LIMIT(line_alarm_min, "30", 1, 1440,
	        "minutes a line may be down until duty phones are told"),
	LIMIT(connect_timeout_s, "60", 5, 600, "seconds a modem may take to become ready"),
	LIMIT(send_timeout_s, "90", 1, 600, "seconds without answer until a send is unknown"),
	LIMIT(ping_s, "30", 1, 600,
	        "seconds of silence until a worker is asked; three times = hung"),
	LIMIT(scan_every_s, "120", 1, 3600, "seconds between looks for texts no modem told of"),
	LIMIT(restart_max_s, "60", 1, 3600, "seconds between restarts of a failing modem at most"),

	DAYS(0, "self_first", "-30..-8",
	        "first text to who pays for themselves, from the last covered day"),
	DAYS(1, "self_second", "-7..-2", "second text"),
	DAYS(2, "self_last", "-1..0", "third text"),
	DAYS(3, "arrears", "7..28", "payment is late, from the last covered day"),
	DAYS(4, "arrears_last", "-14..0", "last call, from the last day to pay"),
	DAYS(5, "lapsed", "1..30", "membership has ended, from the last day to pay"),
	DAYS(6, "sponsored", "-7..0",
	        "information to sponsored workers, from the last covered day"),
	DAYS(7, "sponsor_late", "0..14", "the next month is not paid, from the last covered day"),
	DAYS(8, "sponsor_ends", "-14..14", "nobody renews, from the end of the pledge"),
	DAYS(9, "not_active_first", "14..28", "not active yet, from the registration"),
	DAYS(10, "not_active_second", "45..60", "still not active, from the registration"),
	DAYS(11, "number_check", "0..30",
	        "is the number still theirs, from the day of number_check_days"),
	DAYS(12, "due_first", "-30..-15", "instalment, from the day it is due"),
	DAYS(13, "due_second", "-14..-4", "second text"),
	DAYS(14, "due_last", "-3..0", "third text"),
	DAYS(15, "overdue", "7..30", "instalment is late, from the day it was due"),
	DAYS(16, "pledge_ends", "-45..-1", "does the sponsor renew, from the end of the pledge"),
	DAYS(17, "renewal_risk", "0..30", "budgets that end with the year, from 1 October"),
	WINDOW(window, "08:00-17:00", "hours in which reminders go out"),
	WINDOW(evening, "off", "a second window for reminders"),
	WINDOW(notices, "07:00-20:00", "hours for other unasked texts"),
	NUMBER(number_check_days, "180", 0, 3650,
	        "days of silence until a number is asked; 0 never"),
	NUMBER(unsolicited_per_day, "1", 1, 100, "unasked texts to one number in a day"),
	NUMBER(effect_days, "14", 1, 365,
	        "days within which a payment counts as an effect of a text"),
	NUMBER(price, "350", 0, 100000, "rupiah a text costs, for payung reminders simulate"),
	NUMBER(reserve_percent, "20", 0, 90, "part of the SIMs' caps kept for answers"),
	NUMBER(ahead_s, "120", 10, 3600, "seconds of a line's work that may wait in the queue"),
	{ "reminders", "holidays", CONF_PATH, false, "", 1, PATH_MAX_LEN, "",
	        "table of days without reminders", REMINDER(holidays) },

	/* The regulation of 2026 excludes only what state and local budgets pay. */
	DISCOUNT(discount_csr, "true",
	        "companies pay the reduced rate; the regulation does not name them, ask the "
	        "insurer"),
	DISCOUNT(discount_civil_servant, "true",
	        "so do civil servants; not named either, ask the insurer"),
	DISCOUNT(discount_tobacco_excise, "false",
	        "so does the tobacco excise share, although it runs through local budgets; ask the "
	        "insurer"),
	DISCOUNT(old_age_savings, "false", "old age savings are paid on top"),
	{ "scheme", "evidence", CONF_CHOICE, false, "insurer", 0, 0, "insurer|bank",
	        "what proves a month: the insurer's word, or a line of the bank too",
	        SCHEME(evidence) },
	{ "scheme", "allocation", CONF_CHOICE, false, "breadth_first", 0, 0,
	        "breadth_first|worker_first",
	        "whose months money pays first: the oldest of all, or all of one worker",
	        SCHEME(allocation) },
	{ "scheme", "insurer_columns", CONF_TEXT, false, "", 1, CONF_COLUMNS_CAP - 1, "",
	        "columns of payung insurer export: HEADING = WORD, by commas",
	        SCHEME(insurer_columns) },
	SCHEME_DAYS(arrears_max_months, "3", 1, 12,
	        "months in a row that may be paid late; one more ends membership"),
	SCHEME_DAYS(
	        expiring_days, "30", 1, 90, "days before its end in which cover is about to end"),
	SCHEME_DAYS(remittance_gap_days, "14", 1, 365,
	        "days after a payment until the insurer's silence is an issue"),
	SCHEME_DAYS(unanswered_days, "14", 1, 365,
	        "days after a list went to the insurer until its silence is an issue"),
	SCHEME_DAYS(match_days, "7", 0, 31,
	        "days by which a payment without reference may be apart from what it pays"),
	SCHEME_DAYS(pay_ahead_days, "31", 0, 366,
	        "instalments due within so many days are paid from what came early"),

	{ "modem", "device", CONF_PATH, true, "", 1, PATH_MAX_LEN, "",
	        "tty, or a pattern such as /dev/serial/by-id/usb-HUAWEI*-if00*", MODEM(device) },
	{ "modem", "connection", CONF_TEXT, false, "dku2at", 1, 31, "",
	        "libgammu's name of the connection", MODEM(connection) },
	{ "modem", "pin", CONF_DIGITS, false, "", 4, 8, "", "PIN of the SIM, tried once",
	        MODEM(pin) },
	{ "modem", "imei", CONF_DIGITS, false, "", 14, 16, "",
	        "only the modem with this IMEI is used", MODEM(imei) },
	{ "modem", "pause", CONF_CHOICE, false, "auto", 0, 0, "auto|safe|fast",
	        "pauses between commands", MODEM(pause) },
	{ "modem", "operator", CONF_TEXT, false, "", 1, 23, "", "operator of the SIM",
	        MODEM(operator_name) },
	{ "modem", "number", CONF_PHONE, false, "", 1, 23, "", "the SIM's own number",
	        MODEM(number) },

	{ "source", "kind", CONF_CHOICE, true, "", 0, 0, "bank|receipt|list|insurer",
	        "what its files are", SOURCE(kind) },
	{ "source", "own_account", CONF_TEXT, false, "", 1, 39, "",
	        "which of our accounts its files speak of", SOURCE(own_account) },
	{ "source", "encoding", CONF_CHOICE, false, "auto", 0, 0, "auto|utf-8|cp1252",
	        "how its files write letters", SOURCE(encoding) },
	{ "source", "separator", CONF_CHOICE, false, "auto", 0, 0, "auto|comma|semicolon|tab",
	        "what stands between its columns", SOURCE(separator) },
	{ "source", "date_format", CONF_CHOICE, false, "day-first", 0, 0, "day-first|month-first",
	        "how it writes 03/04/2026", SOURCE(date_format) },
	{ "source", "decimals", CONF_CHOICE, false, "auto", 0, 0, "auto|comma|dot",
	        "what stands before the cents of an amount", SOURCE(decimals) },
	{ "source", "skip_rows", CONF_INT, false, "0", 0, 100, "",
	        "rows above the header that are not looked at", SOURCE(skip_rows) },
	{ "source", "accepted", CONF_TEXT, false, "", 1, CONF_WORDS_CAP - 1, "",
	        "words of status that mean yes", SOURCE(accepted) },
	{ "source", "refused", CONF_TEXT, false, "", 1, CONF_WORDS_CAP - 1, "",
	        "words of status that mean no", SOURCE(refused) },
	CONF_COLUMN_LIST(COLUMN)
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

void conf_each_key(conf_key_fn *fn, void *arg)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		fn(arg, &keys[i]);
}

const struct conf_key *conf_key_find(const char *section, const char *name)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

const struct conf_section *conf_section_find(const char *name)
{
	for (size_t i = 1; i < SECTION_COUNT; i++)
		if (strcmp(sections[i].name, name) == 0)
			return &sections[i];
	return NULL;
}

const struct conf_section *conf_section_at(size_t i)
{
	return i < SECTION_COUNT ? &sections[i] : NULL;
}

/* ---- columns of sources ---- */
#define X(id, key, kinds, help) { #key, kinds },
static const struct {
	const char *name, *kinds;
} columns[CONF_COLUMNS] = { CONF_COLUMN_LIST(X) };
#undef X

const char *conf_column_name(enum conf_column c)
{
	assert((unsigned)c < CONF_COLUMNS);
	return columns[c].name;
}

int conf_column_parse(const char *name)
{
	for (int i = 0; i < CONF_COLUMNS; i++)
		if (strcmp(columns[i].name, name) == 0)
			return i;
	return -1;
}

bool conf_column_of_kind(enum conf_column c, enum conf_source_kind k)
{
	static const char letters[] = "BRLI";

	assert((unsigned)c < CONF_COLUMNS && (unsigned)k < sizeof(letters) - 1);
	return strchr(columns[c].kinds, letters[k]) != NULL;
}
