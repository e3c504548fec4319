/* Any text: what is split joins again, folding and cutting keep UTF-8 and bounds, and no 16 digits
 * in a row survive the mask. */
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_segments(const char *s)
{
	static struct text_segments seg;
	struct text_size size = text_measure(s);
	const char *rest = s;

	if (text_split(s, &seg))
		return;
	must(seg.n == size.segments && seg.coding == size.coding);
	for (size_t i = 0; i < seg.n; i++) {
		size_t len = strlen(seg.part[i]);

		must(len && strncmp(rest, seg.part[i], len) == 0);
		/* a part of a UCS-2 text may be plain by itself, so its letters are counted twice
		 */
		must(text_measure(seg.part[i]).units <= (seg.coding == TEXT_GSM7 ? 160 : 140));
		rest += len;
	}
	must(!*rest);
}

static void check_mask(const char *s)
{
	char *masked = strdup(s);

	must(masked != NULL);
	text_mask_nik(masked);
	must(strlen(masked) <= strlen(s));
	for (const char *p = masked; *p; p++)
		must(strspn(p, "0123456789") < 16);
	free(masked);
}

static void check_folds(const char *s, size_t cap)
{
	char out[64];
	size_t n = text_fold_gsm7(s, out, cap);

	must(n < cap && strlen(out) == n && text_utf8_valid(out, n));
	n = text_fold_keyword(s, out, cap);
	must(n < cap && strlen(out) == n);
	must(strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") == n && !strstr(out, "  "));
	(void)text_copy(out, cap, s);
	must(strlen(out) < cap && text_utf8_valid(out, strlen(out)));
	text_cut_septets(s, 20, out, cap);
	must(strlen(out) < cap && text_utf8_valid(out, strlen(out)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	must(s != NULL);
	memcpy(s, data, size);
	s[size] = '\0';
	if (text_utf8_valid(s, size)) {
		check_segments(s);
		check_folds(s, size % 63 + 1);
	}
	check_mask(s);
	free(s);
	return 0;
}
