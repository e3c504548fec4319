/* Door: the plain words of money, in one place: short sentences that can be read aloud to a sponsor
 * on the phone. English, as the tool is; texts to people are templates. Pure. */
#ifndef PAYUNG_WORDS_H
#define PAYUNG_WORDS_H

#include <payung/cover_issue.h>
#include <payung/cover_ledger.h>
#include <payung/cover_match.h>
#include <payung/date.h>
#include <payung/store_request.h>

#define WORDS_DAY_CAP   32
#define WORDS_MONTH_CAP 32
#define WORDS_SPAN_CAP  80
void words_day(int64_t day, char out[WORDS_DAY_CAP]);     /* "5 July 2026" */
void words_month(month_t m, char out[WORDS_MONTH_CAP]);   /* "July 2026" */
/* What somebody else wrote, which may hold a number it should not: no digit stays. */
void words_masked(const char *in, char *out, size_t cap);
void words_span(month_t from, month_t to, char out[WORDS_SPAN_CAP]); /* "July 2026 to June 2027" */

/* What an entry of the books says, without its amount: "This money pays worker-months." */
const char *words_entry(enum ledger_reason r);
/* Where money stands, after "Rp5.000": "is credit of the sponsor". */
const char *words_account(enum ledger_account a);
/* How a payment was matched, after "We matched it": "by the reference in its text". */
const char *words_outcome(enum match_outcome o);
/* Why it is not matched, a sentence. */
const char *words_reason(enum match_reason r);
/* What a request asks for: "more workers in a pledge". */
const char *words_request(enum request_kind k);

/* What an officer did, after "officer budi": by the name of the correction. */
const char *words_action(const char *action);

/* What an issue means: one or two sentences. */
const char *words_issue(enum issue_kind k);
/* What an officer can do: sentences with command lines, in which %s stands for the subject; NULL:
 * there are no more. */
const char *words_issue_step(enum issue_kind k, size_t i);

#endif
