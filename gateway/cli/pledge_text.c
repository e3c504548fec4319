#include "pledge_text.h"
#include "notice.h"
#include <payung/cover_plan.h>
#include <payung/tables.h>

#include <stdio.h>

#define TEXT_ID "S01"

int pledge_texts_load(struct cli *c, struct pledge_texts *t)
{
	if (tables_tariff(c->conf->templates, &t->tariff, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the tariff has faults: mend them first");
	t->choices = tables_choices(&c->conf->scheme);
	if (templates_load(c->conf->templates, &t->templates, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the templates have faults: payung templates check");
	return 0;
}

void pledge_texts_clear(struct pledge_texts *t)
{
	templates_clear(&t->templates);
}

/* Which sector each worker will be in is not known yet, so the general rate is the expectation:
 * else by the rule of the instalments. */
int pledge_total(const struct pledge_texts *t, const struct pledge_row *p, rupiah_t *out)
{
	const month_t last = p->start + p->months - 1;
	const struct plan_place all = { TARIFF_OTHER, p->start, last, p->workers };
	rc_t rc = plan_expected(&t->tariff, &t->choices, funding_money(p->funding), &all, 1,
	        p->start, last, out, NULL);

	if (rc == RC_NOENT)
		return cli_end(CLI_FAILED, "the tariff has no rate for a month of this pledge: "
		                           "complete data/tariff.csv in the templates");
	if (rc != RC_OK)
		return cli_end(CLI_FAILED, "the pledge's total is beyond any amount we can hold");
	return 0;
}

int pledge_tell(
        struct cli *c, const struct pledge_texts *t, const struct pledge_row *p, const char *key)
{
	char subject[48], n[32], months[16], rp[32];
	struct notice text = {
		.template_id = TEXT_ID, .key = key, .subject = subject, .msisdn = p->sponsor_phone
	};
	rupiah_t total;
	int end = pledge_total(t, p, &total);

	if (end)
		return end;
	snprintf(subject, sizeof subject, "pledge/%s", p->ref);
	count_format(p->workers, n);
	snprintf(months, sizeof months, "%d", p->months);
	rupiah_format(total, rp);
	tmpl_arg(&text.args, "sponsor", p->sponsor_name);
	tmpl_arg(&text.args, "n", n);
	tmpl_arg(&text.args, "bln", months);
	tmpl_arg(&text.args, "rp", rp);
	tmpl_arg(&text.args, "ref", p->ref);
	return notice_queue(c, t->templates.set, &text);
}
