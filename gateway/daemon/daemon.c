/* Questions about the whole that every room of the daemon asks. */
#include "daemon.h"

struct modem *daemon_modem_of_line(struct daemon *d, int64_t line)
{
	for (size_t i = 0; i < d->modems; i++)
		if (line && d->modem[i]->line == line)
			return d->modem[i];
	return NULL;
}

struct date daemon_today(const struct daemon *d, int64_t now)
{
	return date_at(now, d->conf->zone);
}
