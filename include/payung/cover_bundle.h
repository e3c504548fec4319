/* What one phone is told on one day: workers who share it and have the same to be told share a text,
 * and no more texts than the daily cap; the nearest deadline goes first. Pure. */
#ifndef PAYUNG_COVER_BUNDLE_H
#define PAYUNG_COVER_BUNDLE_H

#include <payung/cover_remind.h>
#include <payung/rupiah.h>

#define BUNDLE_MAX 3 /* names in one text */

/* One occasion with the verdict NOW. Of whom it is not said (STOP, deceased) has none and is not here. */
struct bundle_wish {
	int64_t subject;
	enum remind_occasion occasion;
	int64_t cycle, anchor, last; /* as in struct remind_due */
	rupiah_t amount;             /* per worker, as the text says it */
	int64_t sponsor;             /* whom the text names, 0 none */
};
struct bundle_text {
	size_t n, wish[BUNDLE_MAX]; /* indexes into the wishes, by subject */
	const char *template_id;    /* of a bundle; NULL for n == 1: remind_template() */
};
/* The texts in the order in which they should go out, at most `room` (the cap less what the phone got
 * today). What is left waits for another day. The order of the wishes does not matter. Names: {nama}
 * for one, {nama1} {nama2} {nama3} in a bundle. Returns the number of texts; room may exceed n. */
size_t bundle_texts(const struct bundle_wish *wish, size_t n, size_t room, struct bundle_text *out);
/* Whether two may share a text at all: the same occasion, day, amount and sponsor, different workers. */
bool bundle_together(const struct bundle_wish *a, const struct bundle_wish *b);

#endif
