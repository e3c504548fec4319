/* Templates: what people read, from files in templates/, never from C. A set holds every language;
 * a text falls back to Indonesian ("id") when its language lacks it. Loading takes text, not
 * files, and checks every text with the longest value of every placeholder (promise 10). Pure. */
#ifndef PAYUNG_TMPL_H
#define PAYUNG_TMPL_H

#include <payung/result.h>
#include <stddef.h>
#include <stdint.h>

#define TMPL_ID_CAP   16
#define TMPL_LANG_CAP 12
#define TMPL_NAME_CAP 12
#define TMPL_TEXT_CAP 800
#define TMPL_ARGS_MAX 20
#define TMPL_VALUE_CAP 128

struct tmpl_set;
struct tmpl_arg { char name[TMPL_NAME_CAP]; char value[TMPL_VALUE_CAP]; };
struct tmpl_args { size_t n; struct tmpl_arg arg[TMPL_ARGS_MAX]; };

/* Called for each fault found; file:line first, what to do next in the message. */
typedef void tmpl_fault_fn(void *arg, const char *file, int line, const char *message);

struct tmpl_set *tmpl_new(void);
void tmpl_free(struct tmpl_set *s); /* NULL is fine */
/* Placeholder table; must come before any texts. `name|longest value|max septets|meaning`, # comments.
 * A fifth field `fact` marks what translations must keep and what is never cut: amounts, dates,
 * numbers. Texts: `[ID] limit`, the lines of the text, a blank line. */
rc_t tmpl_load_placeholders(struct tmpl_set *s, const char *file, const char *content,
	tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* Texts of one language. RC_INVALID when any fault was reported. Faults: unknown or misspelt
 * placeholder, over the limit with longest values, outside GSM-7, defined twice, unknown syntax. */
rc_t tmpl_load_texts(struct tmpl_set *s, const char *lang, const char *file, const char *content,
	tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* After all files: every text and word exists in "id", translations use only placeholders the
 * original has and lack none that carries a fact. */
rc_t tmpl_check(struct tmpl_set *s, tmpl_fault_fn *fault, void *arg) MUST_CHECK;

/* Adds name=value; a value longer than the placeholder allows is cut to its septets when
 * rendered, but a fact is not (RC_LIMIT); signs outside GSM-7 become look-alikes or "?".
 * Aborts above TMPL_ARGS_MAX (a programming error). */
void tmpl_arg(struct tmpl_args *a, const char *name, const char *value);
/* Renders; RC_NOENT: no such text; RC_INVALID: an argument is missing; RC_LIMIT: does not fit
 * after all (then nothing must be sent). */
rc_t tmpl_render(const struct tmpl_set *s, const char *id, const char *lang,
	const struct tmpl_args *args, char *out, size_t cap) MUST_CHECK;
/* A bare word or phrase of a language ("KERJA2" -> "Nelayan"); NULL when absent. Borrowed. */
const char *tmpl_word(const struct tmpl_set *s, const char *id, const char *lang);
/* Calls fn for each text: id, lang, template, length with longest values, limit. */
typedef void tmpl_each_fn(void *arg, const char *id, const char *lang, const char *text,
	size_t worst, size_t limit);
void tmpl_each(const struct tmpl_set *s, tmpl_each_fn *fn, void *arg);

#endif
