/* The log of every program: one line an event on stderr for journald, `event key=value`.
 * err = someone must act, warn = we recovered, info = a step in a message's life.
 * Control and non-ASCII bytes of arguments are escaped. Never log a NIK, a text's body, a PIN;
 * numbers go through log_msisdn(). */
#ifndef PAYUNG_LOG_H
#define PAYUNG_LOG_H

#include <payung/result.h>

enum log_level { LOG_LVL_ERR = 0, LOG_LVL_WARN, LOG_LVL_INFO, LOG_LVL_DEBUG };

/* ident stands before every line; lines above max are dropped. With $JOURNAL_STREAM set, lines
 * carry systemd's <N> priority prefix, else a UTC time. */
void log_open(const char *ident, enum log_level max);
void log_at(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_err(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Logs and exits 1: for broken start conditions only. */
void log_fatal(const char *fmt, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));
/* A phone number for logs: "+62812****890". buf holds it; returns buf. */
const char *log_msisdn(const char *msisdn, char buf[24]);

#endif
