#include "reload.h"
#include "remind.h"
#include "supervisor.h"

#include <payung/log.h>
#include <payung/store_cover.h>
#include <payung/tables.h>
#include <payung/templates.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_fault(void *arg, const char *file, int line, const char *message)
{
	char *err = arg, fault[RELOAD_ERR_CAP];

	if (line)
		snprintf(fault, sizeof fault, "%s:%d: %s", file, line, message);
	else
		snprintf(fault, sizeof fault, "%s: %s", file, message);
	log_err("%s", fault);
	if (!err[0])
		memcpy(err, fault, sizeof fault);
}

bool reload_templates(struct daemon *d, char err[RELOAD_ERR_CAP])
{
	struct templates t = { 0 };

	err[0] = '\0';
	rc_t rc = templates_load(d->conf->templates, &t, on_fault, err);

	if (rc != RC_OK && !err[0])
		on_fault(err, d->conf->templates, 0, rc_text(rc));
	if (rc != RC_OK)
		return false;
	struct talk_lexicon *lexicon = talk_lexicon_new(t.keywords_file, t.keywords, on_fault, err);

	struct areas *areas = NULL;

	if (lexicon && (tables_areas(d->conf->templates, &areas, on_fault, err) != RC_OK ||
	                       !remind_load(d, on_fault, err))) {
		free(areas);
		talk_lexicon_free(lexicon);
		lexicon = NULL;
	}
	if (lexicon) {
		free(d->areas);
		d->areas = areas;
		tmpl_free(d->texts);
		talk_lexicon_free(d->lexicon);
		d->texts = t.set;
		d->lexicon = lexicon;
		t.set = NULL;
	}
	templates_clear(&t);
	return lexicon != NULL;
}

/* What a running daemon cannot change: it says so and keeps what it has. */
static void keep_fixed(const struct conf *old, struct conf *now)
{
	if (strcmp(old->store, now->store) != 0 || strcmp(old->key_file, now->key_file) != 0 ||
	        strcmp(old->control, now->control) != 0)
		log_warn("reload: store, key_file and control stay as they are until a restart");
	memcpy(now->store, old->store, sizeof now->store);
	memcpy(now->key_file, old->key_file, sizeof now->key_file);
	memcpy(now->control, old->control, sizeof now->control);
}

bool reload(struct daemon *d, char err[RELOAD_ERR_CAP])
{
	struct conf *now = NULL, *old = d->conf;

	if (d->stopping) {
		snprintf(err, RELOAD_ERR_CAP, "payungd is stopping; start it again");
		return false;
	}
	char conf_err[CONF_ERR_CAP];

	if (conf_load(old->path, &now, conf_err) != RC_OK) {
		log_err("reload refused, nothing changed: %s", conf_err);
		snprintf(err, RELOAD_ERR_CAP, "%s", conf_err);
		return false;
	}
	keep_fixed(old, now);
	d->conf = now;
	if (!reload_templates(d, err)) {
		d->conf = old;
		conf_free(now);
		log_err("reload refused, nothing changed");
		return false;
	}
	conf_free(old);
	log_open("payungd", d->conf->log_level);
	store_coverage_conf(d->store, &d->conf->scheme);
	supervisor_reload(d);
	log_info("reloaded templates=%s modems=%zu", d->conf->templates, d->conf->modem_count);
	return true;
}
