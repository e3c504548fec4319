/* A text that tells somebody what an officer has just entered. */
#ifndef PAYUNG_NOTICE_H
#define PAYUNG_NOTICE_H

#include "cli.h"
#include <payung/templates.h>

struct notice {
	const char *template_id, *key, *subject, *msisdn;
	struct tmpl_args args; /* without those every text may use */
};
/* Queues it in the phone's language, in the change under way. 0, or told. */
int notice_queue(struct cli *c, const struct tmpl_set *set, const struct notice *n);

#endif
