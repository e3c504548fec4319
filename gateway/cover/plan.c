#include <payung/cover_plan.h>

bool plan_instalment_allowed(int months)
{
	return months == 1 || months == 3 || months == 6 || months == 12;
}

static struct date due_before(month_t from, int due_day)
{
	struct date due = month_last(from - 1);

	if (due_day < due.day)
		due.day = due_day;
	return due;
}

rc_t plan_instalments(
        const struct plan_terms *t, int due_day, struct plan_instalment *out, size_t cap, size_t *n)
{
	int done = 0;

	if (!plan_instalment_allowed(t->instalment) || t->months < 1 ||
	        t->months > PLAN_MONTHS_MAX || t->start < 1 || due_day < 1 || due_day > 31)
		return RC_INVALID;
	if ((size_t)((t->months + t->instalment - 1) / t->instalment) > cap)
		return RC_LIMIT;
	for (*n = 0; done < t->months; ++*n) {
		int left = t->months - done, take = left < t->instalment ? left : t->instalment;
		month_t from = t->start + done;

		out[*n] = (struct plan_instalment){ .number = (int)*n + 1,
			.from = from,
			.to = from + take - 1,
			.due = due_before(from, due_day) };
		done += take;
	}
	return RC_OK;
}

struct sum {
	rupiah_t amount;
	int64_t worker_months;
};

static rc_t add(struct sum *s, rupiah_t rate, int workers)
{
	if (workers && rate > (RUPIAH_MAX - s->amount) / workers)
		return RC_LIMIT;
	s->amount += rate * workers;
	s->worker_months += workers;
	return RC_OK;
}

rc_t plan_expected(const struct tariff *t, const struct tariff_choices *c, enum tariff_money money,
        const struct plan_place *place, size_t n, month_t from, month_t to, rupiah_t *out,
        int64_t *worker_months)
{
	struct sum s = { 0 };

	if (to - from >= PLAN_MONTHS_MAX)
		return RC_LIMIT;
	for (size_t i = 0; i < n; i++) {
		const struct plan_place *p = &place[i];
		month_t last = p->to < to ? p->to : to;

		if (p->workers < 0)
			return RC_INVALID;
		for (month_t m = p->from > from ? p->from : from; m <= last; m++) {
			rupiah_t rate;
			rc_t rc = tariff_due(t, c, money, p->sector, m, &rate);

			if (rc == RC_OK)
				rc = add(&s, rate, p->workers);
			if (rc != RC_OK)
				return rc;
		}
	}
	*out = s.amount;
	if (worker_months)
		*worker_months = s.worker_months;
	return RC_OK;
}
