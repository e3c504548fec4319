/* What watches the whole: outages of modems, counters of all numbers together. */
#include "store_int.h"
#include <payung/store_desk.h>
#include <payung/text.h>
#include <string.h>

enum { HOUR_S = 3600, HOURS_KEPT = 48, ECHO_TEXTS = 20 /* a machine answers at once */ };

/* ---- outages ---- */

static rc_t outage_change(struct store *s, enum statement which, const char *modem, int64_t now)
{
	struct query q = query_open(s, which);

	if (which == ST_OUTAGE_TOLD)
		put_int(&q, now);
	put_text(&q, modem);
	if (which == ST_OUTAGE_ADD)
		put_int(&q, now);
	return query_run(&q);
}

rc_t store_outage_begin(struct store *s, const char *modem, int64_t now, struct outage_row *out)
{
	rc_t rc = outage_change(s, ST_OUTAGE_ADD, modem, now);
	struct query q;

	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_OUTAGE_GET);
	put_text(&q, modem);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	text_copy(out->modem, sizeof out->modem, modem);
	out->since = get_int(&q);
	out->told_at = get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_outage_told(struct store *s, const char *modem, int64_t now)
{
	return outage_change(s, ST_OUTAGE_TOLD, modem, now);
}

rc_t store_outage_end(struct store *s, const char *modem)
{
	return outage_change(s, ST_OUTAGE_END, modem, 0);
}

/* ---- counters ---- */

static rc_t drop_old(struct store *s, enum hour_count what, int64_t hour)
{
	struct query q = query_open(s, ST_COUNT_DROP);

	put_int(&q, what);
	put_int(&q, hour);
	return query_run(&q);
}

rc_t store_count_add(struct store *s, enum hour_count what, int64_t now, int n)
{
	struct query q = query_open(s, ST_COUNT_ADD);
	bool first;
	rc_t rc;

	put_int(&q, what);
	put_int(&q, now / HOUR_S);
	put_int(&q, n);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_IO : rc;
	first = get_int(&q) != 0;
	rc = query_run(&q);
	return rc == RC_OK && first ? drop_old(s, what, now / HOUR_S - HOURS_KEPT) : rc;
}

static rc_t ask_number(struct query *q, int64_t *n)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	*n = get_int(q);
	query_end(q);
	return RC_OK;
}

rc_t store_count_since(struct store *s, enum hour_count what, int64_t since, int64_t *n)
{
	struct query q = query_open(s, ST_COUNT_SINCE);

	put_int(&q, what);
	put_int(&q, since / HOUR_S);
	return ask_number(&q, n);
}

rc_t store_traffic(struct store *s, int64_t from, int64_t to, int64_t *in, int64_t *out)
{
	struct query q = query_open(s, ST_TRAFFIC_IN);
	rc_t rc;

	put_int(&q, from);
	put_int(&q, to);
	rc = ask_number(&q, in);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_TRAFFIC_OUT);
	put_int(&q, from);
	put_int(&q, to);
	return ask_number(&q, out);
}

rc_t store_is_echo(struct store *s, const char *msisdn, const char *text, int64_t since, bool *yes)
{
	struct query q = query_open(s, ST_ECHO);
	int64_t n = 0;

	put_text(&q, msisdn);
	put_int(&q, since);
	put_int(&q, ECHO_TEXTS);
	put_text(&q, text);
	rc_t rc = ask_number(&q, &n);

	*yes = n != 0;
	return rc;
}

int64_t store_text_hash(const struct store *s, const char *text)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	int64_t out;

	keys_hash(s->keys, "text", text, strlen(text), hash);
	memcpy(&out, hash, sizeof out);
	return out;
}
