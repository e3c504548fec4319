/* payung.conf(5) says of every key what the program knows of it, and of no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/conf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM ".It Cm "

static char page[131072];
static int keys;

static const char *section(const char *name)
{
	const char *at = NULL;
	char head[64];

	snprintf(head, sizeof head, *name ? ".Ss Section %s" : ".Ss Top level", name);
	at = strstr(page, head);
	if (!at)
		fail_msg("no section '%s' in the manual", name);
	return at;
}

/* The paragraph of a key: up to the next one. */
static char *paragraph(const struct conf_key *k)
{
	char item[64];
	const char *from = section(k->section), *limit = strstr(from, ".El");

	snprintf(item, sizeof item, ITEM "%s No = ", k->name);
	const char *at = strstr(from, item);

	if (!at || !limit || at > limit)
		fail_msg("%s of '%s' is not in the manual", k->name, k->section);
	const char *next = strstr(at + 1, ITEM);

	return strndup(at, (size_t)((next && next < limit ? next : limit) - at));
}

static void wants(const struct conf_key *k, const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("the manual on %s does not say '%s'", k->name, words);
}

static void check_key(void *arg, const struct conf_key *k)
{
	char *text = paragraph(k), range[64];

	(void)arg;
	keys++;
	if (k->required)
		wants(k, text, "Required.");
	if (*k->preset) {
		snprintf(range, sizeof range, "efault %s.", k->preset);
		wants(k, text, range);
	}
	if (k->type == CONF_INT) {
		snprintf(range, sizeof range, "%d to %d,", k->min, k->max);
		wants(k, text, range);
	}
	free(text);
}

static void manual_and_program_know_the_same_keys(void **state)
{
	FILE *f = fopen("docs/payung.conf.5", "r");
	int items = 0;

	(void)state;
	assert_non_null(f);
	page[fread(page, 1, sizeof page - 1, f)] = '\0';
	fclose(f);
	conf_each_key(check_key, NULL);
	for (const char *at = page; (at = strstr(at, ITEM)); at++)
		items++;
	assert_int_equal(items, keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manual_and_program_know_the_same_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
