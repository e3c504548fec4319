#include "wish.h"

#include <payung/log.h>
#include <payung/store_request.h>
#include <payung/store_sponsor.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

static rc_t kind_of(const char *word, enum request_kind *out)
{
	for (int k = 0; k < REQUEST_KINDS; k++)
		if (strcmp(word, request_kind_name((enum request_kind)k)) == 0) {
			*out = (enum request_kind)k;
			return RC_OK;
		}
	return RC_INVALID;
}

static rc_t audit(struct daemon *d, const struct talk_sponsor *sponsor, const struct request_row *r,
        int64_t id, int64_t now)
{
	char subject[48], detail[120];

	snprintf(subject, sizeof subject, "pledge/%s", sponsor->pledge.ref);
	snprintf(detail, sizeof detail, "request=%lld kind=%s amount=%lld workers=%d by=%s",
	        (long long)id, request_kind_name(r->kind), (long long)r->amount, r->workers, r->by);
	log_info("request id=%lld kind=%s pledge=%s", (long long)id, request_kind_name(r->kind),
	        sponsor->pledge.ref);
	return store_audit(d->store, now, "daemon", "request", subject, detail);
}

rc_t wish_record(struct daemon *d, const struct heard *h, const struct talk_sponsor *sponsor,
        const struct talk_effect *e)
{
	struct request_row r = { .sponsor = sponsor->id,
		.pledge = sponsor->pledge.id,
		.at = h->now,
		.amount = e->amount > 0 ? e->amount : 0,
		.workers = e->count };
	char words[INBOX_TEXT_MAX];
	int64_t id = 0;
	rc_t rc = kind_of(e->word, &r.kind);

	if (rc != RC_OK)
		return rc;
	if (r.kind == REQUEST_REFERENCE)
		r.payment = sponsor->payment;
	snprintf(r.by, sizeof r.by, "sponsor/%lld", (long long)sponsor->id);
	text_copy(words, sizeof words, h->text);
	text_mask_nik(words);
	text_copy(r.note, sizeof r.note, words);
	if (sponsor->asked)
		rc = store_question_answered(d->store, sponsor->asked, e->word, h->now);
	if (rc == RC_OK)
		rc = store_request_add(d->store, &r, &id);
	if (rc == RC_EXISTS)
		return RC_OK;
	return rc == RC_OK ? audit(d, sponsor, &r, id, h->now) : rc;
}
