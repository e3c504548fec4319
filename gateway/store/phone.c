/* A phone and its dialogue. The dialogue holds what a person is just telling us, a NIK among it,
 * so it is sealed as a whole and gone when the dialogue is. Its form: version, then numbers big
 * endian, then texts with a length byte. A changed meaning of a state needs a new version; version
 * 1 knew nothing of cadres, 2 of areas. */
#include "store_int.h"
#include <payung/store_cover.h>
#include <payung/store_scheme.h>
#include <payung/text.h>
#include <string.h>

enum { DIALOGUE_VERSION = 3, DIALOGUE_CAP = 200, HOUR_S = 3600 };

struct bytes {
	uint8_t *at, *end;
	bool bad;
};

static void write_int(struct bytes *b, int64_t v)
{
	if (b->end - b->at < 8) {
		b->bad = true;
		return;
	}
	for (int i = 0; i < 8; i++)
		*b->at++ = (uint8_t)((uint64_t)v >> (56 - 8 * i));
}

static void write_text(struct bytes *b, const char *s)
{
	size_t n = strlen(s);

	if (n > 255 || (size_t)(b->end - b->at) < n + 1) {
		b->bad = true;
		return;
	}
	*b->at++ = (uint8_t)n;
	memcpy(b->at, s, n);
	b->at += n;
}

static int64_t read_int(struct bytes *b)
{
	uint64_t v = 0;

	if (b->end - b->at < 8) {
		b->bad = true;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		v = v << 8 | *b->at++;
	return (int64_t)v;
}

static void read_text(struct bytes *b, char *out, size_t cap)
{
	size_t n = b->at < b->end ? *b->at++ : cap;

	if (n >= cap || (size_t)(b->end - b->at) < n) {
		b->bad = true;
		return;
	}
	memcpy(out, b->at, n);
	out[n] = '\0';
	b->at += n;
}

static bool dialogue_write(const struct talk_dialogue *d, uint8_t buf[DIALOGUE_CAP], size_t *len)
{
	struct bytes b = { buf, buf + DIALOGUE_CAP, false };

	write_int(&b, DIALOGUE_VERSION);
	write_int(&b, d->state);
	write_int(&b, d->opened_at);
	write_int(&b, d->expires_at);
	write_int(&b, d->job);
	write_text(&b, d->code);
	write_text(&b, d->nik);
	write_text(&b, d->name);
	write_int(&b, d->cadre);
	write_text(&b, d->phone);
	write_text(&b, d->area);
	*len = (size_t)(b.at - buf);
	return !b.bad;
}

static bool dialogue_read(uint8_t *buf, size_t len, struct talk_dialogue *d)
{
	struct bytes b = { buf, buf + len, false };
	const int64_t version = read_int(&b);
	int64_t state;

	if (version < 1 || version > DIALOGUE_VERSION)
		return false;
	state = read_int(&b);
	d->state = (enum talk_state)state;
	d->opened_at = read_int(&b);
	d->expires_at = read_int(&b);
	d->job = (int)read_int(&b);
	read_text(&b, d->code, sizeof d->code);
	read_text(&b, d->nik, sizeof d->nik);
	read_text(&b, d->name, sizeof d->name);
	if (version > 1) {
		d->cadre = read_int(&b) != 0;
		read_text(&b, d->phone, sizeof d->phone);
	}
	if (version > 2)
		read_text(&b, d->area, sizeof d->area);
	return !b.bad && b.at == b.end && state >= 0 && state < TALK_STATE_COUNT;
}

static rc_t read_phone(struct query *q, int64_t now, struct phone_row *p)
{
	uint8_t plain[DIALOGUE_CAP];
	int64_t day, since;
	size_t len;
	rc_t rc;

	p->known = get_int(q) != 0;
	get_text(q, p->lang, sizeof p->lang);
	p->reminders_off = get_int(q) != 0;
	p->home_line = get_int(q);
	p->replies_today = (int)get_int(q);
	day = get_int(q);
	if (day != date_days(date_at(now, ZONE_WIB)))
		p->replies_today = 0;
	p->wrong_codes = (int)get_int(q);
	since = get_int(q);
	if (now - since >= HOUR_S)
		p->wrong_codes = 0;
	p->last_effect_inbox = get_int(q);
	p->next_ref = (int)get_int(q);
	p->wrong_codes_today = (int)get_int(q);
	if (day != date_days(date_at(now, ZONE_WIB)))
		p->wrong_codes_today = 0;
	p->same_hash = get_int(q);
	p->same_count = (int)get_int(q);
	p->same_since = get_int(q);
	p->quiet_until = get_int(q);
	p->heard_at = get_int(q);
	p->is_sponsor = get_int(q) != 0;
	rc = get_sealed(q, "phone.dialogue", plain, sizeof plain, &len);
	if (rc == RC_OK && len > 0 && !dialogue_read(plain, len, &p->dialogue))
		rc = store_refuse(q->s, RC_INVALID, "a stored dialogue cannot be read");
	crypto_wipe(plain, sizeof plain);
	return rc;
}

rc_t store_phone_load(struct store *s, const char *msisdn, int64_t now, struct phone_row *out)
{
	struct query q = query_open(s, ST_PHONE_LOAD);
	struct phone_row p = { 0 };
	rc_t rc;

	put_text(&q, msisdn);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_IO : rc;
	text_copy(p.msisdn, sizeof p.msisdn, msisdn);
	rc = read_phone(&q, now, &p);
	query_end(&q);
	if (!p.lang[0])
		text_copy(p.lang, sizeof p.lang, "id");
	if (rc == RC_OK)
		*out = p;
	return rc;
}

rc_t store_phone_save(struct store *s, const struct phone_row *p, int64_t now)
{
	struct query q = query_open(s, ST_PHONE_SAVE);
	uint8_t plain[DIALOGUE_CAP], sealed[DIALOGUE_CAP + KEYS_OVERHEAD];
	size_t len;
	rc_t rc;

	if (!dialogue_write(&p->dialogue, plain, &len))
		return store_refuse(s, RC_INVALID, "a dialogue is too long");
	put_text(&q, p->msisdn);
	put_text(&q, p->lang);
	put_int(&q, p->reminders_off);
	put_ref(&q, p->home_line);
	put_int(&q, p->replies_today);
	put_int(&q, date_days(date_at(now, ZONE_WIB)));
	put_int(&q, p->wrong_codes);
	put_int(&q, now);
	put_ref(&q, p->last_effect_inbox);
	put_int(&q, p->next_ref & 0xff);
	if (p->dialogue.state == TALK_IDLE) {
		put_ref(&q, 0);
		put_ref(&q, 0);
	} else {
		put_sealed(&q, "phone.dialogue", plain, len, sealed, sizeof sealed);
	}
	put_int(&q, p->wrong_codes_today);
	put_int(&q, p->same_hash);
	put_int(&q, p->same_count);
	put_int(&q, p->same_since);
	put_int(&q, p->quiet_until);
	put_int(&q, p->heard_at);
	rc = query_run(&q);
	crypto_wipe(plain, sizeof plain);
	return rc;
}

/* What a phone is told: pending covers all that is not proven, lapsed all that is over. */
static enum cover_state told(enum coverage_state c)
{
	switch (c) {
	case COVERAGE_ACTIVE:
	case COVERAGE_EXPIRING:
		return COVER_ACTIVE;
	case COVERAGE_IN_ARREARS:
		return COVER_ARREARS;
	case COVERAGE_ENDED:
		return COVER_LAPSED;
	case COVERAGE_DECEASED:
		return COVER_DECEASED;
	default:
		return COVER_PENDING;
	}
}

static rc_t load_cover(struct store *s, struct date today, struct talk_worker *w)
{
	struct coverage c;
	rc_t rc;

	w->cover = COVER_PENDING;
	if (w->id == 0)
		return RC_OK;
	rc = store_coverage_at(s, w->id, today, &c);
	if (rc != RC_OK)
		return rc;
	w->cover = told(c.state);
	w->until = c.until;
	w->limit = c.limit;
	w->recorded = c.recorded;
	return RC_OK;
}

/* The insurer's own words may hold a number they should not. */
static void hide_digits(char *s)
{
	for (; *s; s++)
		if (*s >= '0' && *s <= '9')
			*s = '*';
}

static rc_t read_workers(struct query q, struct talk_worker out[TALK_WORKERS_MAX], size_t *n)
{
	rc_t rc;

	while ((rc = query_row(&q)) == RC_OK) {
		struct talk_worker *w = &out[*n];

		if (*n == TALK_WORKERS_MAX) {
			query_end(&q);
			return RC_OK;
		}
		memset(w, 0, sizeof *w);
		w->id = get_int(&q);
		get_text(&q, w->name, sizeof w->name);
		get_text(&q, w->card, sizeof w->card);
		get_text(&q, w->sponsor, sizeof w->sponsor);
		w->self_payer = get_int(&q) == FUND_SELF;
		get_text(&q, w->refused, sizeof w->refused);
		hide_digits(w->refused);
		++*n;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_phone_workers(struct store *s, const char *msisdn, struct date today,
        struct talk_worker out[TALK_WORKERS_MAX], size_t *n)
{
	struct query q = query_open(s, ST_PHONE_LINKED);
	rc_t rc;

	*n = 0;
	put_text(&q, msisdn);
	put_int(&q, month_of(today));
	rc = read_workers(q, out, n);
	if (rc == RC_OK) {
		q = query_open(s, ST_PHONE_UNDECIDED);
		put_text(&q, msisdn);
		rc = read_workers(q, out, n);
	}
	for (size_t i = 0; rc == RC_OK && i < *n; i++)
		rc = load_cover(s, today, &out[i]);
	return rc;
}

rc_t store_phone_nik_place(struct store *s, const char *msisdn, const char *nik, int *place)
{
	struct query q = query_open(s, ST_PHONE_NIK_PLACE);
	uint8_t hash[CRYPTO_HASH_LEN];
	rc_t rc;

	*place = 0;
	keys_hash(s->keys, "nik", nik, strlen(nik), hash);
	put_text(&q, msisdn);
	put_blob(&q, hash, sizeof hash);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	*place = (int)get_int(&q);
	query_end(&q);
	return RC_OK;
}
