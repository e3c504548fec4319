/* The list of modems, as the configuration has it now. */
#include "supervisor.h"
#include "outbox.h"
#include "tick.h"
#include "worker.h"

#include <string.h>

static size_t free_index(const struct daemon *d)
{
	for (size_t index = 0;; index++) {
		size_t i = 0;

		while (i < d->modems && d->modem[i]->index != index)
			i++;
		if (i == d->modems)
			return index;
	}
}

static void add_modem(struct daemon *d, const struct conf_modem *conf)
{
	if (d->modems == CONF_MODEMS_MAX)
		return; /* a removed one is still finishing: added when that is gone */
	struct modem *m = worker_new(d, conf, free_index(d));

	d->modem[d->modems++] = m;
	worker_start(m);
}

void supervisor_start(struct daemon *d)
{
	for (size_t i = 0; i < d->conf->modem_count; i++)
		add_modem(d, &d->conf->modem[i]);
}

static const struct conf_modem *configured(const struct daemon *d, const char *name)
{
	for (size_t i = 0; i < d->conf->modem_count; i++)
		if (strcmp(d->conf->modem[i].name, name) == 0)
			return &d->conf->modem[i];
	return NULL;
}

static bool same_conf(const struct conf_modem *a, const struct conf_modem *b)
{
	return strcmp(a->device, b->device) == 0 && strcmp(a->connection, b->connection) == 0 &&
	       strcmp(a->pin, b->pin) == 0 && strcmp(a->imei, b->imei) == 0 &&
	       a->pause == b->pause && strcmp(a->operator_name, b->operator_name) == 0 &&
	       strcmp(a->number, b->number) == 0;
}

static bool is_running(const struct daemon *d, const char *name)
{
	for (size_t i = 0; i < d->modems; i++)
		if (!d->modem[i]->removed && strcmp(d->modem[i]->conf.name, name) == 0)
			return true;
	return false;
}

static void add_missing(struct daemon *d)
{
	for (size_t i = 0; i < d->conf->modem_count; i++)
		if (!is_running(d, d->conf->modem[i].name))
			add_modem(d, &d->conf->modem[i]);
}

void supervisor_reload(struct daemon *d)
{
	for (size_t i = 0; i < d->modems; i++) {
		struct modem *m = d->modem[i];
		const struct conf_modem *now = configured(d, m->conf.name);

		if (m->removed || (now && same_conf(now, &m->conf)))
			continue;
		m->removed = true; /* a changed one goes and comes back as new */
		worker_quit(m);
	}
	add_missing(d);
}

void supervisor_quit(struct daemon *d)
{
	for (size_t i = 0; i < d->modems; i++)
		worker_quit(d->modem[i]);
}

bool supervisor_all_gone(const struct daemon *d)
{
	for (size_t i = 0; i < d->modems; i++)
		if (d->modem[i]->channel)
			return false;
	return true;
}

static void drop_removed(struct daemon *d)
{
	for (size_t i = 0; i < d->modems;) {
		struct modem *m = d->modem[i];

		if (!m->removed || m->channel || tick_waiting(d, m) > 0) {
			i++;
			continue;
		}
		worker_free(m);
		d->modem[i] = d->modem[--d->modems];
	}
}

void supervisor_second(struct daemon *d)
{
	drop_removed(d);
	if (!d->stopping)
		add_missing(d);
	for (size_t i = 0; i < d->modems; i++) {
		worker_probe(d->modem[i]);
		outbox_ask(d, d->modem[i]);
	}
}

void supervisor_free(struct daemon *d)
{
	for (size_t i = 0; i < d->modems; i++)
		worker_free(d->modem[i]);
	d->modems = 0;
}
