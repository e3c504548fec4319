#include "cover_draw.h"
#include <payung/cover_bundle.h>
#include <payung/tmpl.h>
#include <stdio.h>
#include <stdlib.h>

#define WISHES 12

static struct bundle_wish wish(int64_t subject, enum remind_occasion o, int64_t last)
{
	return (struct bundle_wish){ subject, o, 24321, last + 5, last, 16800, 7 };
}

static void workers_of_a_phone_share_a_text(void **state)
{
	const struct bundle_wish w[] = { wish(3, REMIND_SELF_FIRST, 100),
		wish(1, REMIND_SELF_FIRST, 100), wish(2, REMIND_SELF_FIRST, 100) };
	struct bundle_text t[3];

	(void)state;
	assert_int_equal(bundle_texts(w, 1, 3, t), 1);
	assert_int_equal(t[0].n, 1);
	assert_null(t[0].template_id);
	assert_int_equal(bundle_texts(w, 2, 3, t), 1);
	assert_string_equal(t[0].template_id, "R12");
	assert_int_equal(bundle_texts(w, 3, 3, t), 1);
	assert_string_equal(t[0].template_id, "R12B");
	assert_int_equal(t[0].n, 3);
	assert_int_equal(w[t[0].wish[0]].subject, 1);
	assert_int_equal(w[t[0].wish[1]].subject, 2);
	assert_int_equal(w[t[0].wish[2]].subject, 3);
}

/* Who said STOP has no wish; the others are told as if they were alone. */
static void one_stop_silences_nobody_else(void **state)
{
	const struct bundle_wish w[] = { wish(1, REMIND_SPONSORED, 100),
		wish(3, REMIND_SPONSORED, 100) };
	struct bundle_text t[2];

	(void)state;
	assert_int_equal(bundle_texts(w, 2, 2, t), 1);
	assert_string_equal(t[0].template_id, "R07B");
	assert_int_equal(bundle_texts(w + 1, 1, 2, t), 1);
	assert_int_equal(t[0].wish[0], 0);
}

static void only_what_is_the_same_is_said_together(void **state)
{
	const struct bundle_wish a = wish(1, REMIND_SELF_LAST, 100);
	struct bundle_wish b = wish(2, REMIND_SELF_LAST, 100);

	(void)state;
	assert_true(bundle_together(&a, &b));
	b.amount++;
	assert_false(bundle_together(&a, &b));
	b = wish(2, REMIND_SELF_LAST, 101);
	assert_false(bundle_together(&a, &b));
	b = wish(2, REMIND_SELF_LAST, 100);
	b.sponsor = 8;
	assert_false(bundle_together(&a, &b));
	b = wish(2, REMIND_SELF_SECOND, 100);
	assert_false(bundle_together(&a, &b));
	b = wish(1, REMIND_SELF_LAST, 100);
	assert_false(bundle_together(&a, &b));
	for (int o = 0; o < REMIND_OCCASIONS; o++) {
		const struct bundle_wish x = wish(1, (enum remind_occasion)o, 100),
		                         y = wish(2, (enum remind_occasion)o, 100);

		assert_int_equal(bundle_together(&x, &y),
		        o <= REMIND_SELF_LAST || o == REMIND_SPONSORED || o == REMIND_SPONSOR_LATE);
	}
}

static void the_nearest_deadline_goes_first_and_the_cap_holds(void **state)
{
	const struct bundle_wish w[] = { wish(1, REMIND_LAPSED, 120),
		wish(2, REMIND_SELF_LAST, 100), wish(3, REMIND_SELF_FIRST, 110),
		wish(4, REMIND_NUMBER_CHECK, 150), wish(5, REMIND_SELF_LAST, 100) };
	struct bundle_text t[5];

	(void)state;
	assert_int_equal(bundle_texts(w, 5, 5, t), 4);
	assert_int_equal(t[0].wish[0], 3); /* asked first, whatever is due */
	assert_int_equal(t[1].wish[0], 1);
	assert_int_equal(t[1].n, 2);
	assert_int_equal(t[2].wish[0], 2);
	assert_int_equal(t[3].wish[0], 0);
	assert_int_equal(bundle_texts(w, 5, 1, t), 1);
	assert_int_equal(t[0].wish[0], 3);
	assert_int_equal(bundle_texts(w, 5, 0, t), 0);
	assert_int_equal(bundle_texts(w, 0, 5, t), 0);
	const struct bundle_wish twice[] = { w[0],
		w[0] }; /* a caller's fault, but no text is lost */

	assert_int_equal(bundle_texts(twice, 2, 5, t), 2);
	assert_int_equal(t[0].wish[0] + t[1].wish[0], 1);
}

/* Every wish is in one text, nothing is said together that differs, the order of the wishes changes
 * nothing, and no two texts could have been one. */
static void any_order_gives_the_same_texts(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct bundle_wish w[WISHES] = { 0 }, v[WISHES];
		struct bundle_text t[WISHES], u[WISHES];
		size_t n = (size_t)draw(WISHES + 1), texts, seen[WISHES] = { 0 };

		for (size_t i = 0; i < n; i++) {
			w[i] = wish((int64_t)i / 2, (enum remind_occasion)draw(12), 100 + draw(2));
			w[i].cycle = (int64_t)i; /* tells equal ones apart */
			w[i].amount = 1 + draw(2);
		}
		memcpy(v, w, sizeof v);
		shuffle(v, n, sizeof *v);
		texts = bundle_texts(w, n, WISHES, t);
		assert_int_equal(bundle_texts(v, n, WISHES, u), texts);
		for (size_t i = 0; i < texts; i++) {
			assert_int_equal(t[i].n, u[i].n);
			assert_in_range(t[i].n, 1, BUNDLE_MAX);
			assert_int_equal(t[i].template_id != NULL, t[i].n > 1);
			for (size_t k = 0; k < t[i].n; k++) {
				const struct bundle_wish *a = &w[t[i].wish[k]];

				seen[t[i].wish[k]]++;
				assert_memory_equal(a, &v[u[i].wish[k]], sizeof *a);
				if (k)
					assert_true(bundle_together(&w[t[i].wish[0]], a));
			}
		}
		for (size_t i = 0; i < n; i++)
			assert_int_equal(seen[i], 1);
	}
}

/* ---- the texts themselves ---- */
struct seen {
	const char *id;
	bool there;
};

static void look_for(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	struct seen *s = arg;

	(void)text;
	if (strcmp(lang, "id") == 0 && strcmp(id, s->id) == 0)
		s->there = worst <= limit && limit == 160;
}

static void fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	fail_msg("%s:%d: %s", file, line, message);
}

static char *content(const char *path)
{
	char *buf = calloc(1, 65536);
	FILE *f = fopen(path, "r");

	assert_non_null(buf);
	assert_non_null(f);
	assert_in_range(fread(buf, 1, 65535, f), 1, 65534);
	fclose(f);
	return buf;
}

/* Longest names, longest sponsor, longest amount: one SMS, for every occasion and every bundle. */
static void every_text_there_may_be_is_shipped_and_fits(void **state)
{
	static const char *const files[] = { "worker", "reminder", "sponsor" };
	struct tmpl_set *set = tmpl_new();
	char *text = content("templates/placeholders.txt"), path[64];

	(void)state;
	assert_int_equal(tmpl_load_placeholders(set, "p", text, fault, NULL), RC_OK);
	free(text);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "templates/id/%s.txt", files[i]);
		text = content(path);
		assert_int_equal(tmpl_load_texts(set, "id", path, text, fault, NULL), RC_OK);
		free(text);
	}
	for (int o = 0; o < REMIND_OCCASIONS; o++)
		for (size_t n = 1; n <= BUNDLE_MAX + 1; n++) {
			enum remind_occasion oc = (enum remind_occasion)o;
			struct bundle_wish w[BUNDLE_MAX];
			struct bundle_text t[BUNDLE_MAX];
			struct seen s = { remind_template(oc, n > BUNDLE_MAX), false };

			for (size_t k = 0; k < BUNDLE_MAX; k++)
				w[k] = wish((int64_t)k, oc, 100);
			if (n > 1 && n <= BUNDLE_MAX && bundle_together(&w[0], &w[1])) {
				assert_int_equal(bundle_texts(w, n, 1, t), 1);
				s.id = t[0].template_id;
			}
			tmpl_each(set, look_for, &s);
			if (!s.there)
				fail_msg("%s for %zu: %s", remind_name(oc), n, s.id);
		}
	tmpl_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_of_a_phone_share_a_text),
		cmocka_unit_test(one_stop_silences_nobody_else),
		cmocka_unit_test(only_what_is_the_same_is_said_together),
		cmocka_unit_test(the_nearest_deadline_goes_first_and_the_cap_holds),
		cmocka_unit_test(any_order_gives_the_same_texts),
		cmocka_unit_test(every_text_there_may_be_is_shipped_and_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
