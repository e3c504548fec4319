#include "read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shape {
	char id[TMPL_ID_CAP];
	char *text;
	size_t literal; /* letters that are not placeholders: the more, the surer */
};

static struct {
	struct shape *one;
	size_t n;
} known;

static void learn(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	struct shape *s;

	(void)arg, (void)lang, (void)worst;
	if (limit > 160)
		return; /* a screen, not a text */
	known.one = realloc(known.one, (known.n + 1) * sizeof *known.one);
	s = &known.one[known.n++];
	*s = (struct shape){ .text = strdup(text) };
	snprintf(s->id, sizeof s->id, "%s", id);
	for (const char *p = text; *p; p++)
		if (*p == '{')
			p += strcspn(p, "}");
		else
			s->literal++;
}

static int by_sureness(const void *a, const void *b)
{
	const struct shape *x = a, *y = b;

	return (x->literal < y->literal) - (x->literal > y->literal);
}

void read_learn(const struct tmpl_set *texts)
{
	tmpl_each(texts, learn, NULL);
	qsort(known.one, known.n, sizeof *known.one, by_sureness);
}

void read_forget(void)
{
	for (size_t i = 0; i < known.n; i++)
		free(known.one[i].text);
	free(known.one);
	known.one = NULL;
	known.n = 0;
}

/* Where the literal that begins at `shape` and ends at its next brace stands in body. */
static const char *find_literal(const char *body, const char *shape, size_t len)
{
	size_t left = strlen(body);

	if (len == 0)
		return body + left; /* the last placeholder takes the rest */
	for (; left >= len; body++, left--)
		if (memcmp(body, shape, len) == 0)
			return body;
	return NULL;
}

static bool fits(const struct shape *s, const char *body, struct tmpl_args *args)
{
	const char *t = s->text;
	size_t len = strcspn(t, "{");

	args->n = 0;
	if (strncmp(body, t, len) != 0)
		return false;
	body += len;
	t += len;
	while (*t == '{') {
		size_t name = strcspn(t, "}");
		size_t next = strcspn(t + name + 1, "{");
		const char *end = find_literal(body, t + name + 1, next);

		if (!end || end - body >= 64 || args->n == TMPL_ARGS_MAX || name > TMPL_NAME_CAP)
			return false;
		struct tmpl_arg *a = &args->arg[args->n++];

		snprintf(a->name, sizeof a->name, "%.*s", (int)name - 1, t + 1);
		snprintf(a->value, sizeof a->value, "%.*s", (int)(end - body), body);
		body = end + next;
		t += name + 1 + next;
	}
	return *body == '\0';
}

void read_text(const char *body, struct said *out)
{
	out->id[0] = '\0';
	out->args.n = 0;
	for (size_t i = 0; i < known.n; i++)
		if (fits(&known.one[i], body, &out->args)) {
			memcpy(out->id, known.one[i].id, sizeof out->id);
			return;
		}
	out->args.n = 0;
}

const char *said_value(const struct said *s, const char *name)
{
	for (size_t i = 0; i < s->args.n; i++)
		if (strcmp(s->args.arg[i].name, name) == 0)
			return s->args.arg[i].value;
	return "";
}

bool said_date(const struct said *s, const char *name, struct date *out)
{
	return sscanf(said_value(s, name), "%d-%d-%d", &out->day, &out->month, &out->year) == 3 &&
	       date_valid(*out);
}
