#include "notice.h"

#include <payung/store_outbox.h>
#include <payung/store_scheme.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdio.h>

#define HOUR_S 3600

static int render(struct cli *c, const struct tmpl_set *set, const struct notice *n,
        const char *lang, char *out, size_t cap)
{
	struct tmpl_args args = n->args;

	templates_common(&c->conf->service, &args);
	rc_t rc = tmpl_render(set, n->template_id, lang, &args, out, cap);

	if (rc != RC_OK)
		return cli_end(CLI_FAILED, "text %s cannot be made (%s): payung templates check",
		        n->template_id, rc_text(rc));
	return 0;
}

int notice_queue(struct cli *c, const struct tmpl_set *set, const struct notice *n)
{
	struct outbox_new m = {
		.class = CLASS_CONFIRM, .created_at = c->now, .not_before = c->now
	};
	char body[TMPL_TEXT_CAP];
	struct phone_row phone;
	int64_t id = 0;
	rc_t rc = store_phone_load(c->store, n->msisdn, c->now, &phone);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "phone");
	int end = render(c, set, n, phone.lang, body, sizeof body);

	if (end)
		return end;
	snprintf(m.key, sizeof m.key, "%s", n->key);
	snprintf(m.subject, sizeof m.subject, "%s", n->subject);
	snprintf(m.msisdn, sizeof m.msisdn, "%s", n->msisdn);
	snprintf(m.template_id, sizeof m.template_id, "%s", n->template_id);
	snprintf(m.lang, sizeof m.lang, "%s", phone.lang);
	m.line = phone.home_line;
	m.body = body;
	m.parts = (int)text_measure(body).segments;
	m.expires_at = c->now + (int64_t)c->conf->limits.notice_ttl_h * HOUR_S;
	return cli_store_end(c, store_outbox_add(c->store, &m, &id), "confirmation");
}
