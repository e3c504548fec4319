#include "forecast.h"

#include <stdlib.h>
#include <string.h>

struct forecast {
	struct forecast_wish *wish;
	bool *gone;
	size_t n, room, begun; /* begun: so many of them have come by now, when sorted by day */
};
struct letter { /* one text of a day */
	size_t n, wish[BUNDLE_MAX];
	int64_t last, since, subject; /* of the first */
};
struct day {
	struct forecast *f;
	const struct forecast_rules *r;
	int64_t day;
	size_t *open, opens; /* wishes that are waiting */
	struct letter *letter;
	size_t letters;
	forecast_fn *fn;
	void *arg;
};

static void *grown(void *p, size_t n, size_t size)
{
	void *q = realloc(p, (n ? n : 1) * size);

	if (!q)
		abort();
	return q;
}

struct forecast *forecast_new(void)
{
	struct forecast *f = grown(NULL, 1, sizeof *f);

	*f = (struct forecast){ 0 };
	return f;
}

void forecast_free(struct forecast *f)
{
	free(f->wish);
	free(f->gone);
	free(f);
}

void forecast_add(struct forecast *f, const struct forecast_wish *w)
{
	if (f->n == f->room) {
		f->room = f->room ? f->room * 2 : 256;
		f->wish = grown(f->wish, f->room, sizeof *f->wish);
	}
	f->wish[f->n++] = *w;
}

static int by_day(const void *a, const void *b)
{
	const struct forecast_wish *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	int c = strcmp(x->msisdn, y->msisdn);

	return c ? c : (x->wish.subject > y->wish.subject) - (x->wish.subject < y->wish.subject);
}

static struct forecast *sorting; /* qsort() hands nothing through */

static int by_phone(const void *a, const void *b)
{
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	int c = strcmp(sorting->wish[i].msisdn, sorting->wish[k].msisdn);

	return c ? c : (i > k) - (i < k);
}

/* In the order of the daemon's looks. */
static int by_last(const void *a, const void *b)
{
	const struct letter *x = a, *y = b;

	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	return (x->wish[0] > y->wish[0]) - (x->wish[0] < y->wish[0]);
}

/* ---- one day ---- */

static void gather(struct day *d)
{
	struct forecast *f = d->f;

	while (f->begun < f->n && f->wish[f->begun].day <= d->day)
		f->begun++;
	d->open = grown(d->open, f->begun, sizeof *d->open);
	d->opens = 0;
	for (size_t i = 0; i < f->begun; i++)
		if (!f->gone[i])
			d->open[d->opens++] = i;
	sorting = f;
	qsort(d->open, d->opens, sizeof *d->open, by_phone);
	d->letter = grown(d->letter, d->opens, sizeof *d->letter);
	d->letters = 0;
}

/* The texts of one phone: its wishes are open[from..to). */
static void write_letters(struct day *d, size_t from, size_t to)
{
	struct bundle_wish *wish = grown(NULL, to - from, sizeof *wish);
	struct bundle_text *text = grown(NULL, to - from, sizeof *text);

	for (size_t i = from; i < to; i++)
		wish[i - from] = d->f->wish[d->open[i]].wish;
	size_t n = bundle_texts(wish, to - from, (size_t)d->r->per_phone, text);

	for (size_t i = 0; i < n; i++) {
		struct letter *l = &d->letter[d->letters++];

		const size_t first = d->open[from + text[i].wish[0]];

		*l = (struct letter){ .n = text[i].n,
			.last = INT64_MAX,
			.since = d->f->wish[first].since,
			.subject = d->f->wish[first].wish.subject };
		for (size_t k = 0; k < l->n; k++) {
			const struct bundle_wish *w = &wish[text[i].wish[k]];

			l->wish[k] = d->open[from + text[i].wish[k]];
			l->last = w->last < l->last ? w->last : l->last;
		}
	}
	free(wish);
	free(text);
}

static void write_all(struct day *d)
{
	for (size_t from = 0, to; from < d->opens; from = to) {
		const char *phone = d->f->wish[d->open[from]].msisdn;

		for (to = from + 1; to < d->opens; to++)
			if (strcmp(d->f->wish[d->open[to]].msisdn, phone) != 0)
				break;
		write_letters(d, from, to);
	}
	qsort(d->letter, d->letters, sizeof *d->letter, by_last);
}

static void tell(struct day *d, const struct forecast_wish *w, enum remind_why why, int64_t texts,
        int64_t reminders)
{
	const struct forecast_row row = { d->day, w->line, w->wish.occasion, why, texts,
		reminders };

	d->fn(d->arg, &row);
}

static size_t send_letters(struct day *d)
{
	int64_t open_s = quiet_left(
	        &d->r->quiet, date_utc(date_from_days(d->day), 0, d->r->zone), d->r->zone);
	int64_t room = pace_capacity(&d->r->pace, d->r->line, d->r->lines, open_s);
	const int64_t all = pace_capacity(&d->r->pace, &d->r->all, 1, open_s);
	size_t sent = 0;

	room = all < room ? all : room;
	while (sent < d->letters && (int64_t)sent < room) {
		const struct letter *l = &d->letter[sent++];

		tell(d, &d->f->wish[l->wish[0]], WHY_NONE, 1, (int64_t)l->n);
		for (size_t k = 0; k < l->n; k++)
			d->f->gone[l->wish[k]] = true;
	}
	return sent;
}

static void lose_one(struct day *d, size_t i, enum remind_why why)
{
	const struct forecast_wish *w = &d->f->wish[i];

	if (d->f->gone[i] || w->wish.last > d->day)
		return;
	if (quiet_all(&d->r->quiet, w->since, w->wish.last, d->r->zone))
		why = WHY_QUIET;
	tell(d, w, why, 0, 1);
	d->f->gone[i] = true;
}

/* What no day is left for: the line could not carry it, or the phone had its texts. */
static void lose(struct day *d, size_t sent)
{
	for (; sent < d->letters; sent++)
		for (size_t k = 0; k < d->letter[sent].n; k++)
			lose_one(d, d->letter[sent].wish[k], WHY_LINE);
	for (size_t i = 0; i < d->opens; i++)
		lose_one(d, d->open[i], WHY_CAP);
}

void forecast_play(struct forecast *f, const struct forecast_rules *r, int64_t from, int64_t to,
        forecast_fn *fn, void *arg)
{
	struct day d = { .f = f, .r = r, .fn = fn, .arg = arg };

	if (f->n > 0)
		qsort(f->wish, f->n, sizeof *f->wish, by_day);
	f->gone = grown(f->gone, f->n, sizeof *f->gone);
	memset(f->gone, 0, f->n * sizeof *f->gone);
	f->begun = 0;
	for (d.day = from; d.day <= to; d.day++) {
		gather(&d);
		write_all(&d);
		lose(&d, send_letters(&d));
	}
	free(d.open);
	free(d.letter);
}
