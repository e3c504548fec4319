/* One line is one write(), so that lines of the daemon and its workers, which share stderr, are not
 * mixed. The whole formatted line is escaped, not each argument: what came from outside cannot
 * forge a second line or colour a terminal. */
#include <payung/clock.h>
#include <payung/date.h>
#include <payung/log.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_CAP 1024
#define LINE_CAP (TEXT_CAP * 4 + 128) /* every byte may become \xNN */

static const struct {
	const char *name;
	int syslog_priority;
} levels[] = {
	[LOG_LVL_ERR] = { "err", 3 },
	[LOG_LVL_WARN] = { "warn", 4 },
	[LOG_LVL_INFO] = { "info", 6 },
	[LOG_LVL_DEBUG] = { "debug", 7 },
};

static struct {
	char ident[32];
	enum log_level max;
	bool for_journal;
} state = { .ident = "payung", .max = LOG_LVL_INFO };

void log_open(const char *ident, enum log_level max)
{
	snprintf(state.ident, sizeof(state.ident), "%s", ident);
	state.max = max;
	state.for_journal = getenv("JOURNAL_STREAM") != NULL;
}

static size_t escape(const char *s, char *out)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x20 && c < 0x7f && c != '\\') {
			out[n++] = (char)c;
		} else if (c == '\\' || c == '\n') {
			out[n++] = '\\';
			out[n++] = c == '\n' ? 'n' : '\\';
		} else {
			out[n++] = '\\';
			out[n++] = 'x';
			out[n++] = hex[c >> 4];
			out[n++] = hex[c & 15];
		}
	}
	return n;
}

static size_t put_prefix(enum log_level level, char *line, size_t cap)
{
	char when[24];
	int n;

	if (state.for_journal) {
		n = snprintf(line, cap, "<%d>%s: ", levels[level].syslog_priority, state.ident);
	} else {
		time_format_iso(clock_now(), when);
		n = snprintf(line, cap, "%s %s %s: ", when, state.ident, levels[level].name);
	}
	return (size_t)n;
}

static void log_va(enum log_level level, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
static void log_va(enum log_level level, const char *fmt, va_list ap)
{
	char text[TEXT_CAP], line[LINE_CAP];
	size_t n;

	if (level > state.max)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	n = put_prefix(level, line, sizeof(line));
	n += escape(text, line + n);
	line[n++] = '\n';
	/* Nobody is left to tell when stderr is gone. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}

#define FORWARD(level)                  \
	do {                            \
		va_list ap;             \
		va_start(ap, fmt);      \
		log_va(level, fmt, ap); \
		va_end(ap);             \
	} while (0)

void log_at(enum log_level level, const char *fmt, ...)
{
	FORWARD(level);
}

void log_err(const char *fmt, ...)
{
	FORWARD(LOG_LVL_ERR);
}

void log_warn(const char *fmt, ...)
{
	FORWARD(LOG_LVL_WARN);
}

void log_info(const char *fmt, ...)
{
	FORWARD(LOG_LVL_INFO);
}

void log_debug(const char *fmt, ...)
{
	FORWARD(LOG_LVL_DEBUG);
}

void log_fatal(const char *fmt, ...)
{
	FORWARD(LOG_LVL_ERR);
	exit(1);
}

const char *log_msisdn(const char *msisdn, char buf[24])
{
	size_t n = strlen(msisdn), head = n >= 11 ? 6 : 2, tail = 3;

	/* Short numbers and names of services are nobody's phone. */
	if (n < 7 || msisdn[strspn(msisdn, "+0123456789")]) {
		snprintf(buf, 24, "%s", msisdn);
		return buf;
	}
	snprintf(buf, 24, "%.*s****%s", (int)head, msisdn, msisdn + n - tail);
	return buf;
}
