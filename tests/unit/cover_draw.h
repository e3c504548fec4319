/* Chance that is the same in every run (xorshift64*), for the tests of the scheme's rules. */
#ifndef COVER_DRAW_H
#define COVER_DRAW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <payung/date.h>

static uint64_t draw_seed = 0x9e3779b97f4a7c15u;

/* 0..below-1 */
static inline int draw(int below)
{
	draw_seed ^= draw_seed >> 12;
	draw_seed ^= draw_seed << 25;
	draw_seed ^= draw_seed >> 27;
	return (int)((draw_seed * 0x2545f4914f6cdd1du >> 33) % (uint64_t)below);
}

static inline void shuffle(void *rows, size_t n, size_t size)
{
	unsigned char *row = rows, spare[512];

	assert_true(size <= sizeof spare);
	for (size_t i = n; i > 1; i--) {
		unsigned char *a = row + (i - 1) * size, *b = row + (size_t)draw((int)i) * size;

		memcpy(spare, a, size);
		memmove(a, b, size);
		memcpy(b, spare, size);
	}
}

static inline struct date day(const char *iso)
{
	struct date d = { 0 };

	if (iso)
		assert_int_equal(date_parse_iso(iso, &d), RC_OK);
	return d;
}

static inline month_t month(const char *iso)
{
	month_t m = 0;

	assert_int_equal(month_parse(iso, &m), RC_OK);
	return m;
}

#endif
