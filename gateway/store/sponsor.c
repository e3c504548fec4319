/* What a sponsor may be told: by the text's own reference, by what we asked this phone last, or by
 * there being only one pledge. A reference of somebody else's pledge is as unknown as one that does
 * not exist. */
#include "store_int.h"
#include <payung/store_money.h>
#include <payung/store_sponsor.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

struct question {
	int64_t id, payment; /* payment 0: not about one */
	char template_id[16], ref[REF_LEN + 3];
};

/* The texts that this kind of answer may mean; NULL: none. */
static const char *const *templates_of(enum talk_intent i)
{
	static const char *const number[] = { "S04", "S08" }, *const add[] = { "S14", "S14" },
	                         *const term[] = { "S15", "S15" }, *const ref[] = { "S05", "S05" };

	switch (i) {
	case INTENT_NUMBER:
		return number;
	case INTENT_ADD:
		return add;
	case INTENT_RENEW:
	case INTENT_DONE:
		return term;
	case INTENT_REFERENCE:
		return ref;
	default:
		return NULL;
	}
}

/* "pledge/D4F7K2", "payment/12", or a line "ref=D4F7K2" among the values. */
static void read_about(const char *subject, const char *args, struct question *out)
{
	const char *line = strncmp(args, "ref=", 4) == 0 ? args : strstr(args, "\nref=");

	if (strncmp(subject, "payment/", 8) == 0)
		out->payment = strtoll(subject + 8, NULL, 10);
	if (strncmp(subject, "pledge/", 7) == 0) {
		text_copy(out->ref, sizeof out->ref, subject + 7);
	} else if (line) {
		line += line[0] == '\n' ? 5 : 4;
		size_t n = strcspn(line, "\n");

		if (n < sizeof out->ref) {
			memcpy(out->ref, line, n);
			out->ref[n] = '\0';
		}
	}
}

/* The newest one; nothing when that is answered. */
static rc_t load_question(struct store *s, const struct sponsor_text *t, struct question *out)
{
	const char *const *ids = templates_of(t->intent);
	char subject[48], args[1200];
	bool answered;
	struct query q;
	rc_t rc;

	if (!ids)
		return RC_OK;
	q = query_open(s, ST_QUESTION);
	put_text(&q, t->phone);
	put_text(&q, ids[0]);
	put_text(&q, ids[1]);
	put_int(&q, t->since);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	out->id = get_int(&q);
	get_text(&q, out->template_id, sizeof out->template_id);
	get_text(&q, subject, sizeof subject);
	get_text(&q, args, sizeof args);
	answered = get_int(&q) != 0;
	query_end(&q);
	if (answered)
		*out = (struct question){ 0 };
	else
		read_about(subject, args, out);
	return RC_OK;
}

/* The pledge of this phone's sponsor by one of two questions; 0 = it is none of theirs. */
static rc_t find_pledge(
        struct store *s, const char *ref, int64_t payment, const char *phone, int64_t *pledge)
{
	struct query q = query_open(s, ref[0] ? ST_PLEDGE_OF_REF : ST_PLEDGE_OF_PAYMENT);
	rc_t rc;

	*pledge = 0;
	if (ref[0])
		put_text(&q, ref);
	else
		put_int(&q, payment);
	put_text(&q, phone);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	*pledge = get_int(&q);
	query_end(&q);
	return RC_OK;
}

static rc_t count_pledges(struct store *s, const struct sponsor_text *t, int *n, int64_t *newest)
{
	struct query q = query_open(s, ST_PLEDGES_OF_PHONE);
	rc_t rc;

	put_text(&q, t->phone);
	put_int(&q, month_of(t->today));
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*n = (int)get_int(&q);
	*newest = get_int(&q);
	query_end(&q);
	return RC_OK;
}

static rc_t load_sums(struct store *s, int64_t pledge, struct date today, struct talk_sponsor *out)
{
	struct query q = query_open(s, ST_PLEDGE_SUMS);
	struct talk_pledge *p = &out->pledge;
	rupiah_t funded = 0, confirmed = 0, credit = 0;
	rc_t rc;

	put_int(&q, month_of(today));
	put_int(&q, pledge);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	p->id = pledge;
	out->id = get_int(&q);
	get_text(&q, out->name, sizeof out->name);
	get_text(&q, p->ref, sizeof p->ref);
	p->registered = (int)get_int(&q);
	p->active = (int)get_int(&q);
	p->waiting = (int)get_int(&q);
	const month_t last = (month_t)get_int(&q);

	query_end(&q);
	if (last)
		p->paid_until = month_last(last);
	rc = store_balance(s, LEDGER_FUNDED, pledge, &funded);
	if (rc == RC_OK)
		rc = store_balance(s, LEDGER_CONFIRMED, pledge, &confirmed);
	if (rc == RC_OK)
		rc = store_balance(s, LEDGER_SPONSOR_CREDIT, out->id, &credit);
	p->paid = -(funded + confirmed);
	out->credit = -credit;
	return rc;
}

/* Which payment of theirs a reference may belong to: the one we asked about, else the only one. */
static rc_t load_payment(struct store *s, int64_t asked, struct talk_sponsor *out)
{
	struct query q = query_open(s, asked ? ST_PAYMENT_ASKED : ST_PAYMENT_STRAY);
	int n = 0;
	rc_t rc;

	put_int(&q, asked ? asked : out->id);
	while ((rc = query_row(&q)) == RC_OK) {
		out->payment = get_int(&q);
		out->payment_amount = get_int(&q);
		n++;
	}
	if (n != 1)
		out->payment = out->payment_amount = 0;
	return rc == RC_NOENT ? RC_OK : rc;
}

static enum talk_question question_of(const char *template_id)
{
	if (strcmp(template_id, "S04") == 0)
		return QUESTION_CREDIT;
	return strcmp(template_id, "S08") == 0 ? QUESTION_DOUBLE : QUESTION_OTHER;
}

/* Takes the pledge that is meant into *pledge. */
static rc_t choose(struct store *s, const struct sponsor_text *t, const struct question *asked,
        struct talk_sponsor *out, int64_t *pledge)
{
	int64_t newest = 0;
	rc_t rc = count_pledges(s, t, &out->pledges, &newest);

	*pledge = 0;
	if (rc == RC_OK && t->ref[0])
		rc = find_pledge(s, t->ref, 0, t->phone, pledge);
	if (rc != RC_OK)
		return rc;
	out->not_theirs = t->ref[0] && !*pledge;
	if (!*pledge && !t->ref[0] && asked->id)
		rc = find_pledge(s, asked->ref, asked->payment, t->phone, pledge);
	out->meant = *pledge != 0 || out->pledges <= 1;
	/* A question whose pledge is not known can be answered, but by a keyword only. */
	if (asked->id && (*pledge || out->meant)) {
		out->question = question_of(asked->template_id);
		out->asked = asked->id;
	}
	if (!*pledge)
		*pledge = newest;
	return rc;
}

rc_t store_sponsor_facts(struct store *s, const struct sponsor_text *t, struct talk_sponsor *out)
{
	struct query q = query_open(s, ST_SPONSOR_OF_PHONE);
	struct question asked = { 0 };
	int64_t pledge = 0;
	rc_t rc;

	*out = (struct talk_sponsor){ 0 };
	put_text(&q, t->phone);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->id = get_int(&q);
	get_text(&q, out->name, sizeof out->name);
	query_end(&q);
	rc = load_question(s, t, &asked);
	if (rc == RC_OK)
		rc = choose(s, t, &asked, out, &pledge);
	if (rc == RC_OK && pledge)
		rc = load_sums(s, pledge, t->today, out);
	if (rc == RC_OK && t->intent == INTENT_REFERENCE)
		rc = load_payment(s, asked.payment, out);
	return rc;
}

rc_t store_question_answered(struct store *s, int64_t outbox, const char *answer, int64_t now)
{
	struct query q = query_open(s, ST_QUESTION_ANSWER);

	put_int(&q, outbox);
	put_text(&q, answer);
	put_int(&q, now);
	return query_run(&q);
}
