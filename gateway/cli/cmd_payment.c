/* Payments: what came in, whose it is, and what an officer does about it. */
#include "list.h"
#include "officer.h"

#include <payung/explain.h>
#include <payung/reconcile.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define HELD_US 8000 /* of the write lock, as everywhere in the tool */

static const struct table_column columns[] = { { "id", "ID" }, { "day", "DAY" },
	{ "amount", "AMOUNT" }, { "state", "STATE" }, { "why", "WHY" }, { "near", "NEAR" },
	{ "pledge", "PLEDGE" }, { "sponsor", "SPONSOR" }, { "used", "USED" }, { "by", "BY" },
	{ "payer", "PAYER" }, { "file", "FILE" }, { "row", "ROW" }, { "channel", NULL },
	{ "account", NULL }, { "text", "TEXT" } };

/* Why it is nobody's, or how it was matched. */
static const char *why(const struct payment_row *p)
{
	if (p->state == PAY_IMPORTED)
		return "";
	if (p->reason != MATCH_FITS)
		return match_reason_name(p->reason);
	return p->by[0] && strcmp(p->by, RECONCILE_NAME) != 0 ? "officer"
	                                                      : match_outcome_name(p->outcome);
}

static rc_t show(struct store *s, json_t *rows, const struct payment_row *p)
{
	json_t *row = table_row(rows);
	struct pledge_row pledge = { 0 };
	char day[16], near[EXPLAIN_NEAR_CAP] = "";
	rc_t rc = p->pledge ? store_pledge_get_id(s, p->pledge, &pledge) : RC_OK;

	if (rc == RC_OK)
		rc = explain_near(s, p, near);

	day_text(p->day, day);
	table_int(row, "id", p->id);
	table_text(row, "day", day);
	table_int(row, "amount", p->amount);
	table_text(row, "state", payment_state_name(p->state));
	table_text(row, "why", why(p));
	table_text(row, "near", near);
	table_text(row, "pledge", pledge.ref);
	table_int(row, "sponsor", p->sponsor);
	table_int(row, "used", p->used);
	table_text(row, "by", p->by);
	table_text(row, "payer", p->payer);
	table_text(row, "file", p->file);
	table_int(row, "row", p->row);
	table_text(row, "channel", p->external ? "direct" : "collected");
	table_text(row, "account", p->account);
	table_text(row, "text", p->text);
	return rc;
}

static rc_t each_payment(struct store *s, json_t *rows, const void *arg)
{
	struct payment_row p = { 0 };
	rc_t rc;

	while ((rc = store_payment_next(s, *(const int *)arg, p.id, &p)) == RC_OK) {
		rc = show(s, rows, &p);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static int take_state(struct cli *c, const char *in, int *out)
{
	for (*out = 0; *out < PAYMENT_STATES; ++*out)
		if (strcmp(in, payment_state_name((enum payment_state) * out)) == 0)
			return 0;
	return cli_usage(c,
	        "--state %s is unknown: imported, matched, part_matched, ambiguous, "
	        "unmatched, posted, reversed, refund_requested or refunded",
	        in);
}

int cmd_payment_list(struct cli *c)
{
	struct cli_option o[] = { { "state", false, NULL } };
	int state = -1, end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end && o[0].value)
		end = take_state(c, o[0].value, &state);
	return end ? end : list_print(c, each_payment, &state, columns, COUNT(columns));
}

static rc_t one_payment(struct store *s, json_t *rows, const void *arg)
{
	struct payment_row p;
	rc_t rc = store_payment_get(s, *(const int64_t *)arg, &p);

	return rc == RC_OK ? show(s, rows, &p) : rc;
}

int cmd_payment_show(struct cli *c)
{
	const char *word = NULL;
	int64_t id = 0;
	int end = cli_options(c, NULL, 0, &word, 1, 1);

	if (!end)
		end = cli_id(c, "payment", word, &id);
	return end ? end : list_print(c, one_payment, &id, columns, COUNT(columns));
}

/* ---- settling ---- */

struct settling {
	struct act act;
	int64_t payment;
	char ref[REF_LEN + 3];
	bool gone, other_channel;
	struct unwound sum;
};

static int assign(struct cli *c, void *arg)
{
	struct settling *k = arg;

	return act_end(c, &k->act,
	        correct_assign(c->store, k->payment, k->ref, k->other_channel, &k->act.officer),
	        "payment");
}

static int unassign(struct cli *c, void *arg)
{
	struct settling *k = arg;

	return act_end(
	        c, &k->act, correct_unassign(c->store, k->payment, &k->act.officer), "payment");
}

static int open_settling(struct cli *c, struct settling *k, const char *word, const char *note)
{
	int end = cli_id(c, "payment", word, &k->payment);

	if (!end)
		end = act_begin(c, &k->act, note);
	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		act_today(c, &k->act);
	return end;
}

int cmd_payment_assign(struct cli *c)
{
	struct cli_option o[] = { { "pledge", true, NULL }, { "note", true, NULL },
		{ "other-channel", CLI_FLAG, NULL } };
	struct settling k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	k.other_channel = o[2].value != NULL;
	if (!end)
		end = cli_ref(c, "--pledge", o[0].value, k.ref);
	if (!end)
		end = open_settling(c, &k, word, o[1].value);
	return end ? end : cli_change(c, assign, &k);
}

int cmd_payment_unassign(struct cli *c)
{
	struct cli_option o[] = { { "note", true, NULL } };
	struct settling k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = open_settling(c, &k, word, o[0].value);
	return end ? end : cli_change(c, unassign, &k);
}

/* ---- taking back ---- */

static int reverse_group(struct cli *c, void *arg, bool *more)
{
	struct settling *k = arg;
	rc_t rc = correct_reverse(
	        c->store, k->payment, k->gone, HELD_US, &k->act.officer, &k->sum, more);

	return act_end(c, &k->act, rc, "payment");
}

static void print_reversed(const struct cli *c, const struct settling *k)
{
	json_t *o;

	if (!c->json) {
		char sum[32];

		rupiah_format(k->sum.amount, sum);
		printf("%lld worker-months, %s, are paid by nobody now\n", (long long)k->sum.months,
		        sum);
		return;
	}
	o = json_object();
	table_int(o, "payment", k->payment);
	table_int(o, "worker_months", k->sum.months);
	table_int(o, "amount", k->sum.amount);
	table_print_json(stdout, o);
	json_decref(o);
}

int cmd_payment_reverse(struct cli *c)
{
	struct cli_option o[] = { { "note", true, NULL }, { "gone", CLI_FLAG, NULL } };
	struct settling k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	k.gone = o[1].value != NULL;
	if (!end)
		end = open_settling(c, &k, word, o[0].value);
	if (!end)
		end = cli_change_groups(c, reverse_group, &k);
	if (!end)
		print_reversed(c, &k);
	return end;
}
