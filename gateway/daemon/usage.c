#include "usage.h"

#define HOUR 3600

static void roll(struct usage *u, int64_t now)
{
	int64_t hour = now / HOUR;

	if (hour - u->hour >= 24)
		for (int i = 0; i < 24; i++)
			u->count[i] = 0;
	else
		for (int64_t h = u->hour + 1; h <= hour; h++)
			u->count[h % 24] = 0;
	if (hour > u->hour)
		u->hour = hour;
}

void usage_add(struct usage *u, int64_t now, int segments)
{
	roll(u, now);
	u->count[u->hour % 24] += segments;
}

/* Hours that usage_add() has not come to yet are empty; asking for them changes nothing. */
int usage_hour(const struct usage *u, int64_t now)
{
	return now / HOUR > u->hour ? 0 : u->count[u->hour % 24];
}

int usage_day(const struct usage *u, int64_t now)
{
	int64_t last = now / HOUR > u->hour ? now / HOUR : u->hour;
	int sum = 0;

	for (int64_t h = last - 23; h <= u->hour; h++)
		sum += u->count[h % 24];
	return sum;
}
