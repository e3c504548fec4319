/* Serving texts. A set holds some hundred and fifty entries, so it is searched from end to end:
 * the answer costs microseconds and the order of the files stays. */
#include "tmpl_int.h"

#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

#define MAIN_LANG "id"

void *tmpl_grow(void *array_of, size_t *n, size_t size)
{
	char *a = array_of;

	if ((*n & (*n - 1)) == 0) /* full at each power of two: then it gets twice the room */
		a = realloc(array_of, (*n ? 2 * *n : 1) * size);
	if (!a)
		abort();
	memset(a + *n * size, 0, size);
	++*n;
	return a;
}

struct tmpl_set *tmpl_new(void)
{
	struct tmpl_set *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	return s;
}

void tmpl_free(struct tmpl_set *s)
{
	if (!s)
		return;
	free(s->placeholder);
	free(s->entry);
	free(s);
}

const struct placeholder *tmpl_placeholder(const struct tmpl_set *s, const char *name)
{
	for (size_t i = 0; i < s->placeholders; i++)
		if (strcmp(s->placeholder[i].name, name) == 0)
			return &s->placeholder[i];
	return NULL;
}

const struct entry *tmpl_entry(const struct tmpl_set *s, const char *id, const char *lang)
{
	for (size_t i = 0; i < s->entries; i++)
		if (strcmp(s->entry[i].id, id) == 0 && strcmp(s->entry[i].lang, lang) == 0)
			return &s->entry[i];
	return NULL;
}

static const struct entry *entry_or_main(const struct tmpl_set *s, const char *id, const char *lang)
{
	const struct entry *e = tmpl_entry(s, id, lang);

	return e ? e : tmpl_entry(s, id, MAIN_LANG);
}

rc_t tmpl_next_piece(const char **text, struct tmpl_piece *out)
{
	size_t len = strcspn(*text, "{}");

	*out = (struct tmpl_piece){ .start = *text, .len = len };
	if (len) {
		*text += len;
		return RC_OK;
	}
	if (**text == '\0')
		return RC_NOENT;
	if (**text == '}')
		return RC_INVALID;
	len = strspn(*text + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
	if (!len || len >= sizeof(out->name) || (*text)[1 + len] != '}')
		return RC_INVALID;
	memcpy(out->name, *text + 1, len);
	out->len = len + 2;
	*text += out->len;
	return RC_OK;
}

void tmpl_arg(struct tmpl_args *a, const char *name, const char *value)
{
	if (a->n == TMPL_ARGS_MAX || strlen(name) >= TMPL_NAME_CAP)
		abort();
	struct tmpl_arg *arg = &a->arg[a->n++];

	strcpy(arg->name, name);
	(void)text_fold_gsm7(value, arg->value, sizeof(arg->value));
}

static const char *find_arg(const struct tmpl_args *args, const char *name)
{
	for (size_t i = 0; args && i < args->n; i++)
		if (strcmp(args->arg[i].name, name) == 0)
			return args->arg[i].value;
	return NULL;
}

/* One sign outside the alphabet would turn the whole text into UCS-2 and more than double it, and a
 * line break would let a name write lines of its own: neither leaves this function. */
static void tame(const char *value, char out[sizeof(((struct tmpl_arg *)0)->value)])
{
	size_t n = 0;
	uint32_t cp;

	for (const char *p = value, *from = p; (cp = text_utf8_next(&p)); from = p) {
		if (cp < ' ') {
			out[n++] = ' ';
		} else if (!text_gsm7_septets(cp)) {
			out[n++] = '?';
		} else {
			memcpy(out + n, from, (size_t)(p - from));
			n += (size_t)(p - from);
		}
	}
	out[n] = '\0';
}

/* The value as it goes into a text; RC_LIMIT when it is a fact that does not fit. */
static rc_t value_of(const struct placeholder *p, const char *value, char *out, size_t cap)
{
	char tamed[sizeof(((struct tmpl_arg *)0)->value)];

	tame(value, tamed);
	text_cut_septets(tamed, p->max, out, cap);
	return p->fact && text_measure(tamed).units > p->max ? RC_LIMIT : RC_OK;
}

rc_t tmpl_render(const struct tmpl_set *s, const char *id, const char *lang,
        const struct tmpl_args *args, char *out, size_t cap)
{
	const struct entry *e = entry_or_main(s, id, lang);
	char text[TMPL_TEXT_CAP * 2] = "";
	struct tmpl_piece piece;
	size_t n = 0;

	if (!e)
		return RC_NOENT;
	for (const char *p = e->text; tmpl_next_piece(&p, &piece) == RC_OK;) {
		char value[TMPL_VALUE_CAP];
		const char *from = piece.start;
		size_t len = piece.len;

		if (piece.name[0]) {
			const char *arg = find_arg(args, piece.name);

			if (!arg)
				return RC_INVALID;
			if (value_of(tmpl_placeholder(s, piece.name), arg, value, sizeof(value)))
				return RC_LIMIT;
			from = value;
			len = strlen(value);
		}
		if (n + len >= sizeof(text))
			return RC_LIMIT;
		memcpy(text + n, from, len);
		n += len;
		text[n] = '\0';
	}
	if (n >= cap || text_measure(text).units > e->limit)
		return RC_LIMIT;
	memcpy(out, text, n + 1);
	return RC_OK;
}

const char *tmpl_word(const struct tmpl_set *s, const char *id, const char *lang)
{
	const struct entry *e = entry_or_main(s, id, lang);

	return e ? e->text : NULL;
}

void tmpl_each(const struct tmpl_set *s, tmpl_each_fn *fn, void *arg)
{
	for (size_t i = 0; i < s->entries; i++) {
		const struct entry *e = &s->entry[i];

		fn(arg, e->id, e->lang, e->text, e->worst, e->limit);
	}
}
