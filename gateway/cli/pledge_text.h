/* What a sponsor is told of a pledge that was recorded or changed. */
#ifndef PAYUNG_PLEDGE_TEXT_H
#define PAYUNG_PLEDGE_TEXT_H

#include "cli.h"
#include <payung/rupiah.h>
#include <payung/store_scheme.h>
#include <payung/tariff.h>
#include <payung/templates.h>

struct pledge_texts {
	struct templates templates;
	struct tariff tariff;
	struct tariff_choices choices;
};
/* Reads templates and tariff. 0, or told. Call before the change begins, clear in any case. */
int pledge_texts_load(struct cli *c, struct pledge_texts *t);
void pledge_texts_clear(struct pledge_texts *t);
/* What the whole pledge is expected to bring. */
int pledge_total(const struct pledge_texts *t, const struct pledge_row *p, rupiah_t *out);
/* Queues S01 in the change under way; key: of the text, each once ever. */
int pledge_tell(
        struct cli *c, const struct pledge_texts *t, const struct pledge_row *p, const char *key);

#endif
