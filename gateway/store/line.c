/* Lines, their usage by clock hour, and PINs that a SIM refused. */
#include "store_int.h"
#include <payung/store_message.h>
#include <stdio.h>
#include <string.h>

enum {
	HOUR_S = 3600,
	REPORT_WAIT_S = 3600, /* a send this old without a report will hardly get one */
	REPORT_SENDS = 20,
	REPORT_SPAN = 2000 /* newest messages looked at: bounds the look back of an idle line */
};

rc_t store_line_seen(struct store *s, const char *imsi, const char *name, const char *imei,
        const char *number, const char *operator_name, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_LINE_SEEN);
	int64_t found;
	rc_t rc;

	put_text(&q, imsi);
	put_text(&q, name);
	put_text(&q, imei);
	put_text(&q, number);
	put_text(&q, operator_name);
	put_int(&q, now);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_IO : rc;
	found = get_int(&q);
	rc = query_run(&q);
	if (rc == RC_OK)
		*id = found;
	return rc;
}

rc_t store_line_each(struct store *s, store_line_fn *fn, void *arg)
{
	struct line_row row = { 0 };
	rc_t rc;

	for (;;) {
		struct query q = query_open(s, ST_LINE_EACH);

		put_int(&q, row.id);
		rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		row.id = get_int(&q);
		get_text(&q, row.imsi, sizeof row.imsi);
		get_text(&q, row.name, sizeof row.name);
		get_text(&q, row.imei, sizeof row.imei);
		get_text(&q, row.number, sizeof row.number);
		get_text(&q, row.operator_name, sizeof row.operator_name);
		row.first_seen = get_int(&q);
		row.last_seen = get_int(&q);
		query_end(&q);
		fn(arg, &row);
	}
}

/* The hash covers the IMEI too: equal PINs of two SIMs must not look equal. */
static void pin_hash(
        const struct store *s, const char *imei, const char *pin, uint8_t out[CRYPTO_HASH_LEN])
{
	char text[128];
	int n = snprintf(text, sizeof text, "%s/%s", imei, pin);

	keys_hash(s->keys, "pin", text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1, out);
	crypto_wipe(text, sizeof text);
}

rc_t store_pin_refuse(struct store *s, const char *imei, const char *pin, int64_t now)
{
	struct query q = query_open(s, ST_PIN_REFUSE);
	uint8_t hash[CRYPTO_HASH_LEN];

	pin_hash(s, imei, pin, hash);
	put_text(&q, imei);
	put_blob(&q, hash, sizeof hash);
	put_int(&q, now);
	return query_run(&q);
}

rc_t store_pin_refused(struct store *s, const char *imei, const char *pin, bool *yes)
{
	struct query q = query_open(s, ST_PIN_REFUSED);
	uint8_t hash[CRYPTO_HASH_LEN];
	rc_t rc;

	pin_hash(s, imei, pin, hash);
	put_text(&q, imei);
	put_blob(&q, hash, sizeof hash);
	rc = query_row(&q);
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	if (rc == RC_OK)
		query_end(&q);
	*yes = rc == RC_OK;
	return RC_OK;
}

rc_t store_usage_add(struct store *s, int64_t line, int64_t now, int segments)
{
	struct query q = query_open(s, ST_USAGE_ADD);

	put_int(&q, now / HOUR_S);
	put_int(&q, line);
	put_int(&q, segments);
	return query_run(&q);
}

rc_t store_usage_since(struct store *s, int64_t line, int64_t since, int64_t *segments)
{
	struct query q = query_open(s, ST_USAGE_SINCE);
	rc_t rc;

	put_int(&q, since / HOUR_S);
	put_int(&q, line);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*segments = get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_line_reports_dead(struct store *s, int64_t line, int64_t now, bool *dead)
{
	struct query q = query_open(s, ST_REPORTS_LATELY);
	int64_t sends, reported;
	rc_t rc;

	put_int(&q, REPORT_SPAN);
	put_int(&q, line);
	put_int(&q, now - REPORT_WAIT_S);
	put_int(&q, REPORT_SENDS);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	sends = get_int(&q);
	reported = get_int(&q);
	query_end(&q);
	*dead = sends == REPORT_SENDS && reported == 0;
	return RC_OK;
}
