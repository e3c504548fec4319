/* Every builder writes its postings through post(), which leaves out empty ones, and the last step
 * of each is finish(): what does not balance does not leave this file. */
#include <payung/cover_ledger.h>

const char *ledger_account_name(enum ledger_account a)
{
	static const char *const names[LEDGER_ACCOUNTS] = { "bank", "external", "unassigned",
		"sponsor_credit", "funded_months", "confirmed_months", "refunds", "written_off" };

	return names[a];
}

const char *ledger_reason_name(enum ledger_reason r)
{
	static const char *const names[LEDGER_REASONS] = { "payment_bank", "payment_external",
		"payment_matched", "credit_left", "credit_applied", "insurer_confirmed",
		"refund_requested", "refund_refused", "refund_paid", "refund_external",
		"worker_died", "worker_replaced", "worker_rejected", "double_funded", "unfunded",
		"credit_written_off", "shortfall_forgiven", "payment_reversed",
		"insurer_withdrew" };

	return names[r];
}

/* The collecting account is one for all; every other account is somebody's. */
static bool owner_fits(const struct ledger_posting *p)
{
	return (p->account == LEDGER_BANK) == (p->owner == 0);
}

bool entry_is_balanced(const struct ledger_entry *e)
{
	rupiah_t sum = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct ledger_posting *p = &e->posting[i];

		if (!p->amount || p->amount < -RUPIAH_MAX || p->amount > RUPIAH_MAX ||
		        !owner_fits(p))
			return false;
		sum += p->amount;
	}
	return e->n >= 2 && sum == 0;
}

rupiah_t entry_on(const struct ledger_entry *e, enum ledger_account account, int64_t owner)
{
	rupiah_t sum = 0;

	for (size_t i = 0; i < e->n; i++)
		if (e->posting[i].account == account && e->posting[i].owner == owner)
			sum += e->posting[i].amount;
	return sum;
}

static void post(
        struct ledger_entry *e, enum ledger_account account, int64_t owner, rupiah_t amount)
{
	if (amount)
		e->posting[e->n++] = (struct ledger_posting){ account, owner, amount };
}

static rc_t finish(struct ledger_entry *out, const struct ledger_entry *e)
{
	if (!entry_is_balanced(e))
		return RC_INVALID;
	*out = *e;
	return RC_OK;
}

static bool sane(rupiah_t amount)
{
	return amount >= 0 && amount <= RUPIAH_MAX;
}

rc_t ledger_payment(
        struct ledger_entry *out, struct ledger_subject about, bool external, rupiah_t amount)
{
	struct ledger_entry e = {
		.reason = external ? LEDGER_PAYMENT_EXTERNAL : LEDGER_PAYMENT_BANK, .about = about
	};

	if (!sane(amount))
		return RC_INVALID;
	post(&e, external ? LEDGER_EXTERNAL : LEDGER_BANK, external ? about.sponsor : 0, amount);
	post(&e, LEDGER_UNASSIGNED, about.payment, -amount);
	return finish(out, &e);
}

static rc_t sum_months(const rupiah_t *amounts, size_t months, rupiah_t *sum)
{
	*sum = 0;
	for (size_t i = 0; i < months; i++) {
		if (amounts[i] <= 0 || amounts[i] > RUPIAH_MAX - *sum)
			return RC_INVALID;
		*sum += amounts[i];
	}
	return RC_OK;
}

rc_t ledger_matched(struct ledger_entry *out, struct ledger_subject about, rupiah_t amount,
        const rupiah_t *month_amounts, size_t months)
{
	struct ledger_entry e = { .reason = months ? LEDGER_PAYMENT_MATCHED : LEDGER_CREDIT_LEFT,
		.about = about,
		.worker_months = (int64_t)months };
	rupiah_t funded;

	if (!sane(amount) || sum_months(month_amounts, months, &funded) != RC_OK)
		return RC_INVALID;
	if (!amount || !about.sponsor)
		return RC_INVALID;
	post(&e, LEDGER_UNASSIGNED, about.payment, amount);
	post(&e, LEDGER_SPONSOR_CREDIT, about.sponsor, funded - amount);
	post(&e, LEDGER_FUNDED, about.pledge, -funded);
	return finish(out, &e);
}

rc_t ledger_credit_applied(struct ledger_entry *out, struct ledger_subject about,
        const rupiah_t *month_amounts, size_t months)
{
	struct ledger_entry e = {
		.reason = LEDGER_CREDIT_APPLIED, .about = about, .worker_months = (int64_t)months
	};
	rupiah_t funded;

	if (sum_months(month_amounts, months, &funded) != RC_OK)
		return RC_INVALID;
	post(&e, LEDGER_SPONSOR_CREDIT, about.sponsor, funded);
	post(&e, LEDGER_FUNDED, about.pledge, -funded);
	return finish(out, &e);
}

rc_t ledger_confirmed(
        struct ledger_entry *out, struct ledger_subject about, rupiah_t amount, int64_t months)
{
	struct ledger_entry e = {
		.reason = LEDGER_INSURER_CONFIRMED, .about = about, .worker_months = months
	};

	if (!sane(amount) || months <= 0)
		return RC_INVALID;
	post(&e, LEDGER_FUNDED, about.pledge, amount);
	post(&e, LEDGER_CONFIRMED, about.pledge, -amount);
	return finish(out, &e);
}

rc_t ledger_withdrawn(
        struct ledger_entry *out, struct ledger_subject about, rupiah_t amount, int64_t months)
{
	struct ledger_entry e = {
		.reason = LEDGER_INSURER_WITHDREW, .about = about, .worker_months = months
	};

	if (!sane(amount) || months <= 0 || !about.sponsor || !about.worker)
		return RC_INVALID;
	post(&e, LEDGER_CONFIRMED, about.pledge, amount);
	post(&e, LEDGER_FUNDED, about.pledge, -amount);
	return finish(out, &e);
}

static bool return_fits(
        enum ledger_reason why, const struct ledger_subject *about, rupiah_t confirmed)
{
	switch (why) {
	case LEDGER_WORKER_REPLACED:
		return about->worker && !confirmed;
	case LEDGER_WORKER_DIED:
	case LEDGER_WORKER_REJECTED:
		return about->worker != 0;
	case LEDGER_DOUBLE_FUNDED:
	case LEDGER_UNFUNDED:
		return true;
	default:
		return false;
	}
}

rc_t ledger_returned(struct ledger_entry *out, struct ledger_subject about, enum ledger_reason why,
        rupiah_t funded, rupiah_t confirmed, int64_t months)
{
	struct ledger_entry e = { .reason = why, .about = about, .worker_months = months };

	if (!return_fits(why, &about, confirmed) || !sane(funded) || !sane(confirmed) ||
	        months <= 0)
		return RC_INVALID;
	post(&e, LEDGER_FUNDED, about.pledge, funded);
	post(&e, LEDGER_CONFIRMED, about.pledge, confirmed);
	post(&e, LEDGER_SPONSOR_CREDIT, about.sponsor, -(funded + confirmed));
	return finish(out, &e);
}

/* Where the money leaves and where it arrives. */
struct route {
	enum ledger_reason why;
	enum ledger_account from, to;
};

static const struct route *find_route(enum ledger_reason why)
{
	static const struct route routes[] = {
		{ LEDGER_REFUND_REQUESTED, LEDGER_SPONSOR_CREDIT, LEDGER_REFUNDS },
		{ LEDGER_REFUND_REFUSED, LEDGER_REFUNDS, LEDGER_SPONSOR_CREDIT },
		{ LEDGER_REFUND_PAID, LEDGER_REFUNDS, LEDGER_BANK },
		{ LEDGER_REFUND_EXTERNAL, LEDGER_REFUNDS, LEDGER_EXTERNAL },
		{ LEDGER_CREDIT_WRITTEN_OFF, LEDGER_SPONSOR_CREDIT, LEDGER_WRITTEN_OFF },
		{ LEDGER_SHORTFALL_FORGIVEN, LEDGER_WRITTEN_OFF, LEDGER_SPONSOR_CREDIT },
	};

	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (routes[i].why == why)
			return &routes[i];
	return NULL;
}

rc_t ledger_settled(struct ledger_entry *out, struct ledger_subject about, enum ledger_reason why,
        rupiah_t amount)
{
	struct ledger_entry e = { .reason = why, .about = about };
	const struct route *r = find_route(why);

	if (!r || !sane(amount) || !about.sponsor)
		return RC_INVALID;
	post(&e, r->from, about.sponsor, amount);
	post(&e, r->to, r->to == LEDGER_BANK ? 0 : about.sponsor, -amount);
	return finish(out, &e);
}

rc_t ledger_unmatched(struct ledger_entry *out, const struct ledger_entry *e)
{
	struct ledger_entry back = {
		.reason = LEDGER_PAYMENT_REVERSED, .reversed = e->reason, .about = e->about
	};
	const rupiah_t amount = entry_on(e, LEDGER_UNASSIGNED, e->about.payment);

	if (e->reason != LEDGER_PAYMENT_MATCHED && e->reason != LEDGER_CREDIT_LEFT)
		return RC_INVALID;
	post(&back, LEDGER_SPONSOR_CREDIT, e->about.sponsor, amount);
	post(&back, LEDGER_UNASSIGNED, e->about.payment, -amount);
	return finish(out, &back);
}

rc_t ledger_reversed(struct ledger_entry *out, const struct ledger_entry *e)
{
	struct ledger_entry back = *e;

	if (e->reason == LEDGER_PAYMENT_REVERSED)
		return RC_INVALID;
	back.reason = LEDGER_PAYMENT_REVERSED;
	back.reversed = e->reason;
	for (size_t i = 0; i < back.n; i++)
		back.posting[i].amount = -back.posting[i].amount;
	return finish(out, &back);
}
