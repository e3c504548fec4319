/* payung reminders effect: who paid after a reminder, by occasion, so that an office can drop those
 * that bring nothing. */
#include "remind_view.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define DAYS_BACK 365

struct effect {
	int64_t from, to;
	int days; /* a payment counts so long */
	int64_t sent[REMIND_OCCASIONS], paid[REMIND_OCCASIONS];
};

static void count(void *arg, enum remind_occasion o, int64_t sent_day, int64_t paid_day)
{
	struct effect *e = arg;

	e->sent[o]++;
	e->paid[o] += paid_day && remind_worked(sent_day, paid_day, e->days);
}

static rc_t collect(struct store *s, json_t *rows, const void *arg)
{
	struct effect e = *(const struct effect *)arg;
	rc_t rc = store_remind_effect(s, e.from, e.to, count, &e);

	for (int i = 0; rc == RC_OK && i < REMIND_OCCASIONS; i++) {
		json_t *row = table_row(rows);
		bool asks = remind_asks((enum remind_occasion)i);

		table_text(row, "occasion", remind_name((enum remind_occasion)i));
		table_text(row, "text", remind_template((enum remind_occasion)i, false));
		table_int(row, "sent", e.sent[i]);
		if (asks) {
			table_int(row, "paid", e.paid[i]);
			table_int(row, "percent", e.sent[i] ? e.paid[i] * 100 / e.sent[i] : 0);
		}
	}
	return rc;
}

static const struct table_column columns[] = { { "occasion", "OCCASION" }, { "text", "TEXT" },
	{ "sent", "SENT" }, { "paid", "PAID" }, { "percent", "PERCENT" } };

int cmd_reminders_effect(struct cli *c)
{
	struct cli_option o[] = { { "from", false, NULL }, { "to", false, NULL } };
	struct remind_view v = { 0 };
	struct effect e = { 0 };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = remind_view_load(c, &v);
	if (!end)
		end = remind_view_day(c, &v, &o[1], &e.to);
	if (!end)
		end = remind_view_day(c, &v, &o[0], &e.from);
	if (end)
		return end;
	if (!o[0].value)
		e.from = e.to - DAYS_BACK;
	if (e.from > e.to)
		return cli_usage(c, "--from must not be after --to");
	e.days = c->conf->reminders.effect_days;
	return list_print(c, collect, &e, columns, COUNT(columns));
}
