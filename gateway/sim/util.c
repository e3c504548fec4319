/* Small helpers of the simulator. */
#include "sim/sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char escapes[] = "n\nr\rt\t\\\\";

char *sim_escape(const char *text)
{
	char *out = sim_alloc(4 * strlen(text) + 1), *o = out;

	for (; *text; text++) {
		const char *e = escapes;

		while (*e && e[1] != *text)
			e += 2;
		if (*e) {
			*o++ = '\\';
			*o++ = *e;
		} else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			o += sprintf(o, "\\x%02X", (unsigned char)*text);
		} else {
			*o++ = *text;
		}
	}
	return out;
}

void sim_unescape(char *text)
{
	char *o = text;

	for (const char *p = text; *p; p++) {
		const char *e = escapes;
		uint8_t byte;

		while (*p == '\\' && *e && *e != p[1])
			e += 2;
		if (*p == '\\' && p[1] == 'x' && strlen(p) >= 4 &&
		        sim_unhex(p + 2, 2, &byte, 1) == 1 && byte) {
			*o++ = (char)byte;
			p += 3;
		} else if (*p == '\\' && *e) {
			*o++ = e[1];
			p++;
		} else {
			*o++ = *p;
		}
	}
	*o = 0;
}

uint64_t sim_hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

/* xorshift64*: small, and the same everywhere */
uint32_t sim_random(struct sim *s)
{
	s->rng ^= s->rng >> 12;
	s->rng ^= s->rng << 25;
	s->rng ^= s->rng >> 27;
	return (uint32_t)((s->rng * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t sim_unhex(const char *hex, size_t len, uint8_t *out, size_t cap)
{
	if (len % 2 || len / 2 > cap)
		return SIZE_MAX;
	for (size_t i = 0; i < len; i += 2) {
		int hi = nibble(hex[i]), lo = nibble(hex[i + 1]);

		if (hi < 0 || lo < 0)
			return SIZE_MAX;
		out[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	return len / 2;
}

void sim_hex(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = 0;
}

void sim_timer_set(struct event *ev, int64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000 * 1000) };

	evtimer_add(ev, &tv);
}

void *sim_alloc(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		abort();
	return p;
}
