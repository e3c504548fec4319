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

int usage_hour(struct usage *u, int64_t now)
{
	roll(u, now);
	return u->count[u->hour % 24];
}

int usage_day(struct usage *u, int64_t now)
{
	int sum = 0;

	roll(u, now);
	for (int i = 0; i < 24; i++)
		sum += u->count[i];
	return sum;
}
