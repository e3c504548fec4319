/* Options of the commands. Every command states its options as a table; what is unknown, missing
 * or given twice is refused, because half of them end up in a record that is never deleted. */
#include "cli.h"

#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cli_option *find(struct cli_option *options, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

/* Takes argv[*at] as an option; *at moves past its value when that is a word of its own. */
static int take_option(struct cli *c, struct cli_option *options, size_t n, int *at)
{
	const char *name = c->argv[*at] + 2;
	size_t len = strcspn(name, "=");
	struct cli_option *o = find(options, n, name, len);

	if (!o)
		return cli_usage(c, "unknown option --%.*s", (int)len, name);
	if (o->value)
		return cli_usage(c, "--%s is given twice", o->name);
	if (o->required == CLI_FLAG) {
		o->value = "";
		return name[len] ? cli_usage(c, "--%s takes no value", o->name) : 0;
	}
	if (name[len] == '=') {
		o->value = name + len + 1;
		return 0;
	}
	if (*at + 1 >= c->argc)
		return cli_usage(c, "--%s wants a value", o->name);
	o->value = c->argv[++*at];
	return 0;
}

static int check_counts(
        struct cli *c, const struct cli_option *options, size_t n, size_t have, size_t min)
{
	for (size_t i = 0; i < n; i++)
		if (options[i].required == true && !options[i].value)
			return cli_usage(c, "--%s is missing", options[i].name);
	if (have < min)
		return cli_usage(c, "something is missing");
	return 0;
}

/* Whatever was pasted here: a NIK is not repeated. */
static int too_many(struct cli *c, const char *arg)
{
	char word[64];

	(void)text_copy(word, sizeof word, arg);
	text_mask_nik(word);
	return cli_usage(c, "one word too many: %s", word);
}

int cli_options(struct cli *c, struct cli_option *options, size_t n, const char **words, size_t min,
        size_t max)
{
	size_t have = 0;
	bool more = true;

	for (int i = 0; i < c->argc; i++) {
		if (more && strcmp(c->argv[i], "--") == 0) {
			more = false;
		} else if (more && strncmp(c->argv[i], "--", 2) == 0) {
			int end = take_option(c, options, n, &i);

			if (end)
				return end;
		} else if (have < max) {
			words[have++] = c->argv[i];
		} else {
			return too_many(c, c->argv[i]);
		}
	}
	return check_counts(c, options, n, have, min);
}

int cli_number(struct cli *c, const struct cli_option *o, int min, int max, int *out)
{
	size_t len = strlen(o->value);
	bool plain = len > 0 && len <= 9 && strspn(o->value, "0123456789") == len;
	long n = plain ? strtol(o->value, NULL, 10) : -1;

	if (!plain || n < min || n > max)
		return cli_usage(c, "--%s must be a number from %d to %d", o->name, min, max);
	*out = (int)n;
	return 0;
}

int cli_phone(struct cli *c, const char *what, const char *in, char out[MSISDN_CAP])
{
	if (msisdn_parse(in, out) != RC_OK)
		return cli_usage(
		        c, "%s is no Indonesian mobile number: write it like 081234567890", what);
	return 0;
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

int cli_text(struct cli *c, const char *what, const char *in, char *out, size_t cap)
{
	if (!*in)
		return cli_usage(c, "%s is empty", what);
	if (!text_utf8_valid(in, strlen(in)) || has_control(in))
		return cli_usage(c, "%s must be one line of UTF-8 text", what);
	if (strlen(in) >= cap)
		return cli_usage(c, "%s is too long: at most %zu bytes", what, cap - 1);
	snprintf(out, cap, "%s", in);
	return 0;
}
