/* What an officer must look at, and when: each kind has one predicate. Days are days since 1970.
 * Pure. */
#ifndef PAYUNG_COVER_ISSUE_H
#define PAYUNG_COVER_ISSUE_H

#include <payung/cover_match.h>
#include <payung/cover_state.h>
#include <payung/doubt.h>
#include <payung/nik.h>

enum issue_kind {
	ISSUE_DUP_FUNDING,      /* two pledges pay one worker-month */
	ISSUE_REMITTANCE_GAP,   /* paid, they say, but the insurer knows nothing: families lose benefits */
	ISSUE_PU_MEMBER,        /* the insurer has this person as somebody's employee */
	ISSUE_LATE_DONOR_FUNDS, /* the money came after membership had ended: the insurer has a procedure */
	ISSUE_AMBIGUOUS,        /* a payment fits nobody, or more than one */
	ISSUE_NAME_DOUBT,
	ISSUE_NIK_DOUBT,
	ISSUE_UNANSWERED,       /* sent to the insurer, no answer */
	ISSUE_RENEWAL_RISK,     /* a public budget ends with the year and nothing follows */
	ISSUE_INSURER_CHANGED,  /* it accepted a month and refused it, too, or accepts who has no place left */
	ISSUE_LIST_LEFT,        /* a list's money came to a worker who had just lost the place */
	ISSUES
};
const char *issue_name(enum issue_kind k);   /* "DUP_FUNDING"..., "" for none such */
int issue_parse(const char *name);           /* -1: none such */

struct issue_rules { int remittance_gap_days, unanswered_days, name_alike /* per mille */; };
#define ISSUE_RULES_DEFAULT { .remittance_gap_days = 14, .unanswered_days = 14, \
	.name_alike = DOUBT_NAME_ALIKE }

/* More than one pledge claims the month. */
bool issue_dup_funding(const struct funding_claim *c, size_t n);
/* paid_day: of the newest payment or report for the month. */
bool issue_remittance_gap(const struct issue_rules *r, enum evidence e, int64_t paid_day, int64_t today);
enum insurer_segment { SEGMENT_UNKNOWN, SEGMENT_SELF_EMPLOYED, SEGMENT_WAGE_WORKER };
bool issue_pu_member(enum insurer_segment s);
/* A payment for the month that follows last_covered (0: never covered) on that day. */
bool issue_late_donor_funds(const struct coverage_rules *r, month_t last_covered, int64_t paid_day);
bool issue_ambiguous(enum match_outcome o);
/* Two names with one NIK, by name_similarity() of their keys. ALIKE: a warning; HOLD: too different to
 * go on without an officer. */
enum name_doubt { NAME_DOUBT_NONE, NAME_DOUBT_ALIKE, NAME_DOUBT_HOLD };
enum name_doubt issue_name_doubt(const struct issue_rules *r, int similarity);
/* The NIK's own birth date or sex differs from what the insurer or the list says (year 0, sex below 0:
 * not told). A warning, never a refusal: a NIK is not changed when a birth date is corrected. */
bool issue_nik_doubt(const struct nik_facts *nik, struct date told_born, int told_sex);
/* From 1 October of the last year of a public pledge that ends in December, until it is renewed or
 * its workers' membership has ended. */
bool issue_renewal_risk(const struct coverage_rules *r, bool public_budget, month_t last_month, bool renewed,
	struct date today);

#endif
