/* What a text says to the question that is open. Commands are understood here as well, but the
 * answer comes first: digits to the question for a NIK, nearly anything to the question for a name.
 */
#include "parse_int.h"
#include <payung/text.h>
#include <string.h>

#define CHOICE_MAX 9 /* of a question of ours */
#define OTP_MIN 4    /* digits of a one-time number */
#define OTP_MAX 6

/* YES or NO when that is all that is said; both, or anything beside, is neither. */
static enum talk_intent yes_or_no(const struct reading *r)
{
	if (r->others || r->commands || r->digits || r->digit_words || r->jobs)
		return INTENTS;
	if (r->yes && !r->no)
		return INTENT_YES;
	return r->no && !r->yes ? INTENT_NO : INTENTS;
}

static bool one_number(const struct reading *r)
{
	return r->numbers.small >= 0 && r->digits + r->digit_words == 1 && !r->others &&
	       !r->commands && !r->no && (!r->jobs || r->job == r->numbers.small);
}

/* The words that steer a dialogue, when they stand first. */
static enum talk_intent steering_of(const struct reading *r)
{
	const struct word *lead = r->lead < r->tokens.n ? r->tokens.t[r->lead].word : NULL;

	if (is_intent(lead, INTENT_RESTART))
		return INTENT_RESTART;
	return is_intent(lead, INTENT_NAME) ? INTENT_NAME : INTENTS;
}

/* YES, NO and a bare number may answer a text of ours: whether they do is for the facts to say. */
static enum talk_intent read_idle(struct reading *r)
{
	enum talk_intent it = yes_or_no(r);

	if (it != INTENTS)
		return it;
	if (one_number(r) && !r->jobs && r->out->number >= 1 && r->out->number <= CHOICE_MAX)
		return INTENT_NUMBER;
	return parse_command_of(r);
}

/* Digits are the answer, whatever their number; the code is known already. */
static enum talk_intent read_nik(struct reading *r)
{
	bool registers = parse_says(r, INTENT_REGISTER) && r->numbers.code_digits;
	enum talk_intent it;

	if (r->numbers.nik[0] && !registers && !parse_says(r, INTENT_CHANGE_PHONE))
		return INTENT_NIK;
	if ((it = yes_or_no(r)) != INTENTS || (it = steering_of(r)) != INTENTS)
		return it;
	if (r->digits && !r->commands) {
		r->out->nik_digits = r->numbers.most_digits;
		return INTENT_NIK;
	}
	return parse_command_of(r);
}

/* Nearly everything is a name; commands must stand alone, and misfortune is asked about first. */
static enum talk_intent read_name(struct reading *r)
{
	enum talk_intent it = steering_of(r), claim = parse_claim_of(r);

	if (it == INTENT_RESTART && r->commands == 1 && !r->others)
		return it;
	if (it == INTENT_NAME)
		return name_read(r->l, r->text, r->out->name) ? INTENT_NAME : INTENT_UNKNOWN;
	if (r->numbers.nik[0] && parse_says(r, INTENT_CHANGE_PHONE))
		return parse_command_of(r);
	if (r->numbers.nik[0] && !parse_says(r, INTENT_REGISTER))
		return INTENT_NIK;
	if (claim != INTENTS)
		return r->others ? INTENT_CLAIM : claim;
	if ((it = yes_or_no(r)) != INTENTS)
		return it;
	if (!r->others || (parse_says(r, INTENT_REGISTER) && r->numbers.code_digits))
		return parse_command_of(r);
	return name_read(r->l, r->text, r->out->name) ? INTENT_FREE_TEXT : INTENT_UNKNOWN;
}

static enum talk_intent read_answer(struct reading *r, bool jobs)
{
	enum talk_intent it = yes_or_no(r);

	if (one_number(r))
		return INTENT_NUMBER;
	if (it != INTENTS)
		return it;
	it = steering_of(r);
	if (it == INTENT_NAME)
		(void)name_read(r->l, r->text, r->out->name);
	if (it != INTENTS)
		return it;
	it = parse_command_of(r);
	if (jobs && r->job && !r->digits && !r->digit_words && it == INTENT_UNKNOWN) {
		r->out->number = r->job;
		r->out->suggestion[0] = '\0';
		return INTENT_NUMBER;
	}
	return it;
}

static enum talk_intent read_job(struct reading *r)
{
	return read_answer(r, true);
}

static enum talk_intent read_claim(struct reading *r)
{
	return read_answer(r, false);
}

/* "1" for yes, since every other question is answered with a number. */
static enum talk_intent read_consent(struct reading *r)
{
	enum talk_intent it = read_answer(r, false);

	return it == INTENT_NUMBER && r->out->number == 1 ? INTENT_YES : it;
}

/* A phone number and words around it, or that there is none. */
static enum talk_intent read_phone(struct reading *r)
{
	char digits[MSISDN_CAP] = "";
	enum talk_intent it = yes_or_no(r);

	if (it != INTENTS)
		return it;
	for (size_t i = 0; i < r->tokens.n; i++)
		if (strlen(digits) + strlen(r->tokens.t[i].digits) < sizeof(digits))
			strcat(digits, r->tokens.t[i].digits);
	if (!r->commands && msisdn_parse(digits, r->out->phone) == RC_OK)
		return INTENT_PHONE;
	it = read_answer(r, false);
	if (it == INTENT_REGISTER && !r->numbers.code_checked && !r->commands)
		return INTENT_UNKNOWN; /* a phone number with digits missing */
	return it;
}

/* After the question for the NIK of who moves: digits are the answer. */
static enum talk_intent read_move(struct reading *r)
{
	enum talk_intent it = yes_or_no(r);

	if (it == INTENTS)
		it = parse_command_of(r);
	if (it == INTENT_REGISTER && !r->numbers.code_checked)
		it = INTENT_NIK;
	if ((it != INTENT_UNKNOWN && it != INTENT_NIK) || !r->digits || r->commands)
		return it;
	r->out->nik_digits = r->numbers.most_digits;
	r->out->suggestion[0] = '\0';
	return INTENT_NIK;
}

/* Consent to a text of ours that gave a number to say with it; understood whatever is open. */
static bool says_otp(struct reading *r)
{
	if (!r->yes || r->no || r->others || r->commands || r->jobs || r->digit_words ||
	        r->digits != 1)
		return false;
	for (size_t i = 0; i < r->tokens.n; i++) {
		const struct token *t = &r->tokens.t[i];

		if (t->n_digits >= OTP_MIN && t->n_digits <= OTP_MAX)
			return text_copy(r->out->otp, sizeof(r->out->otp), t->digits);
	}
	return false;
}

enum talk_intent parse_in(struct reading *r, enum talk_state state)
{
	static enum talk_intent (*const read[TALK_STATE_COUNT])(struct reading *) = {
		[TALK_IDLE] = read_idle,
		[TALK_ASK_NIK] = read_nik,
		[TALK_ASK_NAME] = read_name,
		[TALK_ASK_JOB] = read_job,
		[TALK_ASK_CONSENT] = read_consent,
		[TALK_ASK_CLAIM] = read_claim,
		[TALK_ASK_PHONE] = read_phone,
		[TALK_ASK_MOVE] = read_move,
		[TALK_ASK_AREA] = read_claim,
	};

	if (says_otp(r))
		return INTENT_YES;
	return read[state < TALK_STATE_COUNT ? state : TALK_IDLE](r);
}
