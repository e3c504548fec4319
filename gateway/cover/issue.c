#include <payung/cover_issue.h>
#include <payung/name.h>
#include <string.h>

static const char *const names[ISSUES] = { "DUP_FUNDING", "REMITTANCE_GAP", "PU_MEMBER",
	"LATE_DONOR_FUNDS", "AMBIGUOUS", "NAME_DOUBT", "NIK_DOUBT", "UNANSWERED", "RENEWAL_RISK",
	"INSURER_CHANGED", "LIST_LEFT" };

const char *issue_name(enum issue_kind k)
{
	return k < ISSUES ? names[k] : "";
}

int issue_parse(const char *name)
{
	for (int i = 0; i < ISSUES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

bool issue_dup_funding(const struct funding_claim *c, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (c[i].pledge != c[0].pledge)
			return true;
	return false;
}

bool issue_remittance_gap(
        const struct issue_rules *r, enum evidence e, int64_t paid_day, int64_t today)
{
	return (e == EVIDENCE_SPONSOR_REPORT || e == EVIDENCE_BANK) &&
	       today - paid_day >= r->remittance_gap_days;
}

bool issue_pu_member(enum insurer_segment s)
{
	return s == SEGMENT_WAGE_WORKER;
}

bool issue_late_donor_funds(const struct coverage_rules *r, month_t last_covered, int64_t paid_day)
{
	return last_covered && paid_day > date_days(coverage_limit(r, last_covered));
}

bool issue_ambiguous(enum match_outcome o)
{
	return o == MATCH_AMBIGUOUS || o == MATCH_UNMATCHED;
}

enum name_doubt issue_name_doubt(const struct issue_rules *r, int similarity)
{
	if (similarity >= NAME_SAME)
		return NAME_DOUBT_NONE;
	return similarity >= r->name_alike ? NAME_DOUBT_ALIKE : NAME_DOUBT_HOLD;
}

bool issue_nik_doubt(const struct nik_facts *nik, struct date told_born, int told_sex)
{
	return (told_born.year && date_days(told_born) != date_days(nik->born)) ||
	       (told_sex >= 0 && told_sex != (int)nik->sex);
}

bool issue_renewal_risk(const struct coverage_rules *r, bool public_budget, month_t last_month,
        bool renewed, struct date today)
{
	enum { OCTOBER = 10, DECEMBER = 12 };
	struct date end = month_last(last_month), first = { end.year, OCTOBER, 1 };

	return public_budget && !renewed && end.month == DECEMBER &&
	       date_days(today) >= date_days(first) &&
	       date_days(today) <= date_days(coverage_limit(r, last_month));
}
