/* Any bytes as a template file: faults are told, and what is kept renders within its limit. */
#include <payung/text.h>
#include <payung/tmpl.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char table[] = "nama|Muhammad Abdulla|16|name\n"
                            "rp|Rp4.435.200.000|15|amount|fact\n";

static void count(void *arg, const char *file, int line, const char *message)
{
	(void)file;
	if (line < 0 || !*message)
		abort();
	++*(int *)arg;
}

static void render(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	struct tmpl_args a = { 0 };
	char out[TMPL_TEXT_CAP * 4];

	(void)text;
	tmpl_arg(&a, "nama", "Muhammad Abdullah Fikri");
	tmpl_arg(&a, "rp", "Rp4.435.200.000");
	if (worst > limit || tmpl_render(arg, id, lang, &a, out, sizeof(out)) ||
	        text_measure(out).units != worst)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tmpl_set *s = tmpl_new();
	char *content = malloc(size + 1);
	int faults = 0;

	if (!content || tmpl_load_placeholders(s, "p", table, count, &faults))
		abort();
	memcpy(content, data, size);
	content[size] = '\0';
	if ((tmpl_load_texts(s, "id", "f", content, count, &faults) != RC_OK) != (faults > 0))
		abort();
	tmpl_each(s, render, s);
	if (tmpl_load_placeholders(s, "p", content, count, &faults) == RC_OK)
		(void)tmpl_load_texts(s, "jv", "f", content, count, &faults);
	(void)tmpl_check(s, count, &faults);
	tmpl_free(s);
	free(content);
	return 0;
}
