#include <payung/cover_quota.h>
#include <stdlib.h>

const char *allocation_name(enum allocation a)
{
	static const char *const names[ALLOCATIONS] = { "proposed", "reserved", "funded",
		"confirmed", "ended", "released" };

	return names[a];
}

bool allocation_takes_place(enum allocation a)
{
	return a == ALLOCATION_RESERVED || a == ALLOCATION_FUNDED || a == ALLOCATION_CONFIRMED;
}

/* Reserved to confirmed: where the sponsor pays the insurer itself, its word may come first. */
bool allocation_may_become(enum allocation from, enum allocation to)
{
	enum {
		RESERVED = 1 << ALLOCATION_RESERVED,
		FUNDED = 1 << ALLOCATION_FUNDED,
		CONFIRMED = 1 << ALLOCATION_CONFIRMED,
		ENDED = 1 << ALLOCATION_ENDED,
		RELEASED = 1 << ALLOCATION_RELEASED,
	};
	static const int next[ALLOCATIONS] = {
		[ALLOCATION_PROPOSED] = RESERVED | RELEASED,
		[ALLOCATION_RESERVED] = FUNDED | CONFIRMED | ENDED | RELEASED,
		[ALLOCATION_FUNDED] = CONFIRMED | RESERVED | ENDED | RELEASED,
		[ALLOCATION_CONFIRMED] = FUNDED | RESERVED | ENDED | RELEASED,
	};

	return next[from] >> to & 1;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_turn(const void *x, const void *y)
{
	const struct waiting *a = x, *b = y;

	if (a->may_join != b->may_join)
		return a->may_join ? -1 : 1;
	if (a->number != b->number)
		return compare(a->number, b->number);
	if (a->registered_at != b->registered_at)
		return compare(a->registered_at, b->registered_at);
	return compare(a->registration, b->registration);
}

size_t quota_release(struct waiting *w, size_t n, int places)
{
	size_t released = 0;

	if (n)
		qsort(w, n, sizeof *w, by_turn);
	while (released < n && w[released].may_join && places-- > 0)
		released++;
	return released;
}
