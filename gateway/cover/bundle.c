/* A phone has a handful of workers, so every wish is compared with every other. */
#include <payung/cover_bundle.h>

/* Texts that name several; other occasions are told one by one. */
static const struct names_text {
	enum remind_occasion occasion;
	const char *two, *three;
} texts[] = {
	{ REMIND_SELF_FIRST, "R12", "R12B" },
	{ REMIND_SELF_SECOND, "R12", "R12B" },
	{ REMIND_SELF_LAST, "R12", "R12B" },
	{ REMIND_SPONSORED, "R07B", "R07C" },
	{ REMIND_SPONSOR_LATE, "R10B", "R10C" },
};

static const struct names_text *text_of(enum remind_occasion o)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].occasion == o)
			return &texts[i];
	return NULL;
}

bool bundle_together(const struct bundle_wish *a, const struct bundle_wish *b)
{
	return a->subject != b->subject && a->occasion == b->occasion && a->anchor == b->anchor &&
	       a->amount == b->amount && a->sponsor == b->sponsor && text_of(a->occasion);
}

/* A number that must be asked goes before what may only be said once it was asked; else the nearest
 * deadline. The rest of the order only makes it the same whatever the order of the wishes. */
static bool goes_first(const struct bundle_wish *a, const struct bundle_wish *b)
{
	const int64_t left[] = { a->last, a->occasion, a->subject, a->cycle };
	const int64_t right[] = { b->last, b->occasion, b->subject, b->cycle };

	if ((a->occasion == REMIND_NUMBER_CHECK) != (b->occasion == REMIND_NUMBER_CHECK))
		return a->occasion == REMIND_NUMBER_CHECK;
	for (size_t i = 0; i < sizeof left / sizeof *left; i++)
		if (left[i] != right[i])
			return left[i] < right[i];
	return false;
}

static bool is_in(const struct bundle_text *t, size_t texts_n, size_t wish)
{
	for (size_t i = 0; i < texts_n; i++)
		for (size_t k = 0; k < t[i].n; k++)
			if (t[i].wish[k] == wish)
				return true;
	return false;
}

/* The first wish that is in no text yet and, with `like`, may join it; n: none. */
static size_t find_first(const struct bundle_wish *wish, size_t n, const struct bundle_text *out,
        size_t texts_n, const struct bundle_wish *like)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		if (!is_in(out, texts_n, i) && (!like || bundle_together(&wish[i], like)) &&
		        (best == n || goes_first(&wish[i], &wish[best])))
			best = i;
	return best;
}

static void fill(const struct bundle_wish *wish, size_t n, struct bundle_text *out, size_t texts_n)
{
	struct bundle_text *t = &out[texts_n - 1];
	const struct bundle_wish *first = &wish[t->wish[0]];

	while (t->n < BUNDLE_MAX) {
		size_t i = find_first(wish, n, out, texts_n, first);

		if (i == n)
			break;
		t->wish[t->n++] = i;
	}
	if (t->n > 1)
		t->template_id =
		        t->n == 2 ? text_of(first->occasion)->two : text_of(first->occasion)->three;
}

size_t bundle_texts(const struct bundle_wish *wish, size_t n, size_t room, struct bundle_text *out)
{
	size_t texts_n = 0;

	while (texts_n < room) {
		size_t i = find_first(wish, n, out, texts_n, NULL);

		if (i == n)
			break;
		out[texts_n++] = (struct bundle_text){ .n = 1, .wish = { i } };
		fill(wish, n, out, texts_n);
	}
	return texts_n;
}
