/* A reference with one sign wrong: whose it may be is told to the officer, so that nobody compares
 * lists by eye; it is never taken for certain. */
#include <payung/explain.h>

#include <stdio.h>
#include <string.h>

#define NEAR_MAX 4

static void add(char out[EXPLAIN_NEAR_CAP], const char *ref)
{
	const size_t len = strlen(out);

	if (!strstr(out, ref))
		snprintf(out + len, EXPLAIN_NEAR_CAP - len, "%s%s", len ? ", " : "", ref);
}

rc_t explain_near(struct store *s, const struct payment_row *p, char out[EXPLAIN_NEAR_CAP])
{
	struct match_refs words;
	rc_t rc = RC_OK;

	*out = '\0';
	if (p->amount <= 0 || (p->state != PAY_AMBIGUOUS && p->state != PAY_UNMATCHED))
		return RC_OK;
	match_find_near(p->text, &words);
	for (size_t i = 0; rc == RC_OK && i < words.n; i++) {
		char ref[NEAR_MAX][REF_LEN + 3];
		size_t n = 0;

		rc = store_refs_near(s, words.ref[i], ref, NEAR_MAX, &n);
		for (size_t k = 0; k < n; k++)
			add(out, ref[k]);
	}
	return rc;
}
