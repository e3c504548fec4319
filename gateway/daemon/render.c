#include "render.h"

#include <payung/log.h>
#include <payung/templates.h>
#include <stdio.h>
#include <string.h>

static void add_line(struct tmpl_args *a, const char *line, size_t len)
{
	char name[TMPL_NAME_CAP], value[64];
	const char *eq = memchr(line, '=', len);

	if (!eq || (size_t)(eq - line) >= sizeof name || a->n >= TMPL_ARGS_MAX)
		return;
	snprintf(name, sizeof name, "%.*s", (int)(eq - line), line);
	snprintf(value, sizeof value, "%.*s", (int)(len - (size_t)(eq - line) - 1), eq + 1);
	tmpl_arg(a, name, value);
}

rc_t render_stored(struct daemon *d, struct outbox_row *row)
{
	struct tmpl_args args = { 0 };

	for (const char *p = row->args; *p;) {
		size_t len = strcspn(p, "\n");

		add_line(&args, p, len);
		p += len + (p[len] == '\n');
	}
	templates_common(&d->conf->service, &args);
	rc_t rc = tmpl_render(
	        d->texts, row->template_id, row->lang, &args, row->body, sizeof row->body);

	if (rc != RC_OK)
		log_err("outbox id=%lld template=%s lang=%s: %s; correct the template and send "
		        "again",
		        (long long)row->id, row->template_id, row->lang, rc_text(rc));
	return rc == RC_OK ? RC_OK : RC_INVALID;
}
