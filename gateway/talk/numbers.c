/* Codes and NIKs among the numbers of a text. Digits may come in groups (4821 7739) and two
 * numbers may touch (24 digits: code and NIK in either order); the check digit and the date inside
 * the NIK tell what is what. Nothing is ever corrected: what fails the check is not a code. */
#include "talk_int.h"
#include <stdlib.h>
#include <string.h>

#define RUN_MAX 12    /* groups that may be searched for a code in their middle */
#define ATTEMPT_MIN 4 /* fewer digits are a count or an ordinal, not a code gone wrong */
#define BOTH_DIGITS (REGCODE_LEN + NIK_LEN)
#define JOINED_CAP (BOTH_DIGITS + 2)

struct run {
	const struct token *t; /* tokens a..b are numbers side by side */
	struct numbers *out;
};

/* Structure only: the date of today does not matter, whoever it belongs to is judged later. */
static bool nik_plausible(const char *digits)
{
	struct nik_facts facts;

	return nik_parse(digits, (struct date){ 2026, 1, 1 }, 0, &facts) == RC_OK;
}

static bool code_plausible(const char *digits)
{
	return digits[0] != '0' && regcode_valid(digits);
}

static void take_code(struct numbers *out, const char *digits)
{
	bool valid = code_plausible(digits);

	if (!valid && out->code[0])
		return;
	if (valid && out->code_checked) {
		out->two_codes |= strcmp(out->code, digits) != 0;
		return;
	}
	memcpy(out->code, digits, REGCODE_LEN);
	out->code[REGCODE_LEN] = '\0';
	out->code_checked = valid;
	out->code_digits = REGCODE_LEN;
}

static void take_nik(struct numbers *out, const char *digits)
{
	if (out->nik[0])
		return;
	memcpy(out->nik, digits, NIK_LEN);
	out->nik[NIK_LEN] = '\0';
}

/* 24 digits: code first, or NIK first; both parts must hold. */
static bool take_both(struct numbers *out, const char *digits)
{
	char code[REGCODE_LEN + 1] = "", nik[NIK_LEN + 1] = "";

	memcpy(code, digits, REGCODE_LEN);
	memcpy(nik, digits + REGCODE_LEN, NIK_LEN);
	if (!code_plausible(code) || !nik_plausible(nik)) {
		memcpy(nik, digits, NIK_LEN);
		memcpy(code, digits + NIK_LEN, REGCODE_LEN);
		if (!code_plausible(code) || !nik_plausible(nik))
			return false;
	}
	take_code(out, code);
	take_nik(out, nik);
	return true;
}

static bool take(struct numbers *out, const char *digits)
{
	switch (strlen(digits)) {
	case REGCODE_LEN:
		if (!code_plausible(digits))
			return false;
		take_code(out, digits);
		return true;
	case NIK_LEN:
		if (!nik_plausible(digits))
			return false;
		take_nik(out, digits);
		return true;
	case BOTH_DIGITS:
		return take_both(out, digits);
	default:
		return false;
	}
}

/* Joins groups a..b; returns their digits in all, out is "" when these are too many. */
static int join(const struct run *r, size_t a, size_t b, char out[JOINED_CAP])
{
	int total = 0;

	out[0] = '\0';
	for (size_t i = a; i < b; i++)
		total += r->t[i].n_digits;
	for (size_t i = a; total <= BOTH_DIGITS && i < b; i++)
		strcat(out, r->t[i].digits);
	return total;
}

static bool is_phone(const char *joined, int total)
{
	return total >= 10 && total <= 14 &&
	       (!strncmp(joined, "08", 2) || !strncmp(joined, "628", 3));
}

static bool nearer(int total, int best)
{
	return !best || abs(total - REGCODE_LEN) < abs(best - REGCODE_LEN);
}

/* Nothing holds: remember what comes nearest to a code, for the answer. */
static void take_best(struct numbers *out, const char *joined, int total)
{
	if (total == REGCODE_LEN)
		take_code(out, joined);
	else if (total >= ATTEMPT_MIN && !out->code[0] && nearer(total, out->code_digits))
		out->code_digits = total;
	if (total == NIK_LEN)
		take_nik(out, joined);
}

static void solve(const struct run *r, size_t a, size_t b);

/* A group, or several, inside a..b that hold by themselves; the rest is solved on both sides. */
static bool solve_inside(const struct run *r, size_t a, size_t b, size_t most)
{
	char joined[JOINED_CAP];

	for (size_t i = a; i < b; i++)
		for (size_t j = i + 1; j <= b && j - i <= most; j++) {
			if (join(r, i, j, joined) > BOTH_DIGITS)
				break;
			if ((j - i > 1 && r->t[i].n_digits < 2) || !take(r->out, joined))
				continue;
			solve(r, a, i);
			solve(r, j, b);
			return true;
		}
	return false;
}

static void solve(const struct run *r, size_t a, size_t b)
{
	char joined[JOINED_CAP];

	if (a == b || solve_inside(r, a, b, 1))
		return;
	int total = join(r, a, b, joined);

	if (is_phone(joined, total) || take(r->out, joined))
		return;
	if (b - a > 1 && b - a <= RUN_MAX && solve_inside(r, a, b, b - a - 1))
		return;
	for (size_t i = a; i < b; i++)
		if (r->t[i].n_digits == REGCODE_LEN)
			take_code(r->out, r->t[i].digits);
	take_best(r->out, joined, total);
}

static void note_size(const struct token *t, struct numbers *out, int *small)
{
	if (t->n_digits > 2)
		return;
	out->small = ++*small == 1 ? (int)strtol(t->digits, NULL, 10) : -1;
}

void numbers_find(const struct tokens *in, struct numbers *out)
{
	int small = 0;

	*out = (struct numbers){ .small = -1 };
	for (size_t a = 0, b; a < in->n; a = b) {
		struct run r = { .t = in->t, .out = out };
		int total = 0;

		for (b = a; b < in->n && in->t[b].n_digits; b++) {
			total += in->t[b].n_digits;
			note_size(&in->t[b], out, &small);
		}
		if (total > out->most_digits)
			out->most_digits = total;
		solve(&r, a, b);
		if (b == a)
			b++;
	}
}
