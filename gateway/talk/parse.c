/* What a text wants. A keyword is best understood where it stands first; what only reads is
 * understood anywhere in a sentence; a valid code is understood whatever stands around it. What
 * may be dangerous when misread (death, stopping, another person's answer) is asked for instead. */
#include "parse_int.h"
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

#define BARE_CODE_MIN 6 /* digits that look like an attempt at a code, with nothing else said */
#define BARE_CODE_MAX 9
#define COUNT_DIGITS 4 /* of a number of workers */

bool parse_says(const struct reading *r, enum talk_intent i)
{
	for (size_t k = 0; k < r->tokens.n; k++)
		if (is_intent(r->tokens.t[k].word, i))
			return true;
	return false;
}

static void count_word(struct reading *r, const struct word *w)
{
	switch (w->kind) {
	case WORD_INTENT:
		if (w->value == INTENT_YES)
			r->yes++;
		else if (w->value == INTENT_NO)
			r->no++;
		else
			r->commands++;
		break;
	case WORD_DIGIT:
		r->digit_words++;
		r->numbers.small = r->numbers.small < 0 && r->digit_words == 1 ? w->value : -1;
		break;
	case WORD_JOB:
		r->job = !r->jobs++ || r->job == w->value ? w->value : 0;
		break;
	case WORD_DOUBT:
		r->doubt++;
		r->others++;
		break;
	case WORD_NOISE:
		break;
	default:
		r->others++;
	}
}

static void survey(struct reading *r)
{
	r->lead = r->tokens.n;
	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct token *t = &r->tokens.t[i];
		const struct word *w = t->word;

		if (w)
			count_word(r, w);
		else if (t->n_digits)
			r->digits++;
		else
			r->others++;
		if (r->lead == r->tokens.n && !t->n_digits &&
		        !(w && (w->kind == WORD_NOISE || is_intent(w, INTENT_YES))))
			r->lead = i;
	}
}

static bool nothing_else(const struct reading *r)
{
	return r->commands == 1 && !r->others && !r->no && !r->digits && !r->jobs &&
	       !r->digit_words;
}

/* The place of one worker of a shared phone is all that may stand beside the keyword. */
static bool ordinal_only(const struct reading *r)
{
	return r->commands == 1 && !r->others && !r->no && !r->jobs &&
	       r->digits + r->digit_words == 1 && r->numbers.small >= 1 &&
	       r->numbers.small <= ORDINAL_MAX;
}

/* A reference is all that may stand beside the keyword. */
static bool reference_only(const struct reading *r)
{
	char reference[REF_LEN + 1];

	reference_find_plain(r->l, r->text, reference);
	return reference[0] && r->commands == 1 && r->others + r->digits == 1 && !r->no &&
	       !r->jobs && !r->digit_words;
}

/* Misfortune: said plainly, or only spoken of. INTENTS when neither. */
enum talk_intent parse_claim_of(const struct reading *r)
{
	enum talk_intent found = INTENTS;

	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct word *w = r->tokens.t[i].word;

		if (!w || w->maybe)
			continue;
		if (is_intent(w, INTENT_CLAIM_DEATH))
			found = INTENT_CLAIM_DEATH;
		else if (is_intent(w, INTENT_CLAIM_ACCIDENT) && found == INTENTS)
			found = INTENT_CLAIM_ACCIDENT;
	}
	return found != INTENTS && (r->doubt || r->no) ? INTENT_CLAIM : found;
}

enum strength { NONE, MAYBE, WEAK, STRONG };

/* How much the word at i says by itself. */
static enum strength strength_at(const struct reading *r, size_t i)
{
	const struct word *w = r->tokens.t[i].word;

	if (!w || w->kind != WORD_INTENT)
		return NONE;
	enum talk_intent it = (enum talk_intent)w->value;

	if (intent_is(it, INTENT_ASKED))
		return NONE;
	if (intent_is(it, INTENT_ALONE) && i != r->lead)
		return NONE;
	if (intent_is(it, INTENT_ALONE) && !nothing_else(r) &&
	        !(intent_is(it, INTENT_ORDINAL) && ordinal_only(r)) &&
	        !(intent_is(it, INTENT_PLEDGE) && reference_only(r)))
		return NONE;
	if (!intent_is(it, INTENT_ANYWHERE) && i != r->lead)
		return NONE;
	if (w->maybe)
		return MAYBE;
	if (it == INTENT_HELP || (it == INTENT_REGISTER && !r->numbers.code_digits) ||
	        (it == INTENT_CARD && r->numbers.code_checked))
		return WEAK;
	return STRONG;
}

static enum talk_intent best_of(const struct reading *r, enum strength *best)
{
	enum talk_intent found = INTENTS;
	bool registers = false;

	*best = NONE;
	for (size_t i = 0; i < r->tokens.n; i++) {
		enum strength s = strength_at(r, i);

		registers |= is_intent(r->tokens.t[i].word, INTENT_REGISTER);
		if (s > *best) {
			*best = s;
			found = (enum talk_intent)r->tokens.t[i].word->value;
		}
	}
	if (r->numbers.code_checked && (registers || *best < STRONG)) {
		*best = STRONG;
		return INTENT_REGISTER;
	}
	return found;
}

/* Digits and nothing else: a code that fails, or a NIK. */
static enum talk_intent bare_digits(const struct reading *r)
{
	if (!r->digits || r->others || r->commands || r->jobs || r->digit_words)
		return INTENTS;
	if (r->numbers.nik[0])
		return INTENT_NIK;
	if (r->numbers.code_digits >= BARE_CODE_MIN && r->numbers.code_digits <= BARE_CODE_MAX)
		return INTENT_REGISTER;
	return INTENTS;
}

static enum talk_intent suggest(struct reading *r, enum talk_intent i)
{
	text_copy(r->out->suggestion, sizeof(r->out->suggestion), lexicon_keyword(r->l, i));
	return INTENT_UNKNOWN;
}

/* A word no list knows may be a keyword with one slip. Misfortune is looked for in the whole text
 * and only ever asked about. */
static enum talk_intent near_miss(struct reading *r)
{
	bool certain;

	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct token *t = &r->tokens.t[i];
		enum talk_intent it;

		if (t->word || t->n_digits)
			continue;
		it = lexicon_near(r->l, t->text, &certain);
		if (certain && (it == INTENT_CLAIM_DEATH || it == INTENT_CLAIM_ACCIDENT))
			return INTENT_CLAIM;
		if (i != r->lead || it == INTENTS || intent_is(it, INTENT_ASKED))
			continue;
		if (certain && (!intent_is(it, INTENT_ALONE) || (r->others == 1 && !r->commands)))
			return it;
		return suggest(r, it);
	}
	return INTENTS;
}

/* A keyword is there, but not so that it may be acted upon. */
static enum talk_intent unsure(struct reading *r)
{
	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct word *w = r->tokens.t[i].word;

		if (w && w->kind == WORD_INTENT && !w->maybe &&
		        !intent_is((enum talk_intent)w->value, INTENT_ASKED))
			return suggest(r, (enum talk_intent)w->value);
	}
	return INTENT_UNKNOWN;
}

/* "D4F7K2 DONE": the reference before the keyword. */
static bool done_after_reference(struct reading *r)
{
	if (r->commands != 1 || !parse_says(r, INTENT_DONE))
		return false;
	reference_find(r->l, r->text, r->out->reference);
	return r->out->reference[0] != '\0';
}

/* What the text says without any question open. */
enum talk_intent parse_command_of(struct reading *r)
{
	enum talk_intent claim = parse_claim_of(r), it;
	enum strength best;
	const struct word *lead = r->lead < r->tokens.n ? r->tokens.t[r->lead].word : NULL;

	if (!r->tokens.n)
		return INTENT_EMPTY;
	if (claim != INTENTS && !(is_intent(lead, INTENT_REGISTER) && r->numbers.code_digits))
		return claim;
	it = best_of(r, &best);
	if (best >= WEAK)
		return it;
	if (done_after_reference(r))
		return INTENT_DONE;
	if (bare_digits(r) != INTENTS)
		return bare_digits(r);
	if (best == MAYBE)
		return INTENT_CLAIM;
	it = near_miss(r);
	return it != INTENTS ? it : unsure(r);
}

/* How many workers: the only number of the text, digits as they stand there. */
static int count_of(const struct reading *r)
{
	int count = 0, numbers = r->digit_words;

	if (r->digit_words)
		count = r->numbers.small;
	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct token *t = &r->tokens.t[i];

		if (!t->n_digits || reference_is(t->text, r->out->reference))
			continue;
		numbers++;
		if (t->n_digits <= COUNT_DIGITS && strspn(t->text, "0123456789") == strlen(t->text))
			count = (int)strtol(t->digits, NULL, 10);
	}
	return numbers == 1 && count > 0 ? count : 0;
}

/* What a sponsor's word is about. */
static void keep_pledge(struct reading *r)
{
	struct talk_request *out = r->out;
	enum talk_intent it = out->intent;

	if (it == INTENT_DONE || it == INTENT_REFERENCE)
		reference_find(r->l, r->text, out->reference);
	if (it == INTENT_SUMMARY || it == INTENT_ADD || it == INTENT_RENEW)
		reference_find_plain(r->l, r->text, out->reference);
	if (it == INTENT_ADD)
		out->count = count_of(r);
}

/* Only what the intent is about: a NIK in a text that asks for something else goes no further. */
static void keep_numbers(struct reading *r)
{
	struct talk_request *out = r->out;
	const struct numbers *n = &r->numbers;
	enum talk_intent it = out->intent;

	if (it == INTENT_NIK || it == INTENT_REGISTER || it == INTENT_CHANGE_PHONE)
		memcpy(out->nik, n->nik, sizeof(out->nik));
	if (it == INTENT_CHANGE_PHONE)
		out->nik_digits = n->most_digits;
	keep_pledge(r);
	if (it != INTENT_UNKNOWN)
		(void)text_copy(
		        out->suggestion, sizeof(out->suggestion), lexicon_keyword(r->l, it));
	if (it != INTENT_REGISTER)
		return;
	memcpy(out->code, n->code, sizeof(out->code));
	out->code_checked = n->code_checked;
	out->two_codes = n->two_codes;
	out->code_digits = !n->code[0] && n->nik[0] ? NIK_LEN : n->code_digits;
	if (n->two_codes)
		(void)suggest(r, INTENT_REGISTER);
}

void talk_parse(const struct talk_lexicon *l, const char *text, enum talk_state state,
        struct talk_request *out)
{
	struct reading r = { .l = l, .text = text, .out = out };

	*out = (struct talk_request){ 0 };
	tokens_read(l, text, &r.tokens);
	numbers_find(&r.tokens, &r.numbers);
	survey(&r);
	out->number = r.numbers.small < 0 ? 0 : r.numbers.small;
	out->intent = parse_in(&r, state);
	keep_numbers(&r);
}
