/* Text as SMS sees it: UTF-8, the GSM alphabet, segments, folding, masking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define EURO "\xe2\x82\xac"
#define SMILE "\xf0\x9f\x98\x80"

/* n copies of what, after before. */
static const char *repeat(const char *before, const char *what, size_t n)
{
	static char buf[8192];
	size_t at = strlen(before), len = strlen(what);

	memcpy(buf, before, at);
	for (; n; n--, at += len)
		memcpy(buf + at, what, len);
	buf[at] = '\0';
	return buf;
}

static const struct {
	const char *s;
	size_t len;
	bool valid;
} utf8[] = {
	{ "", 0, true }, { "abc", 3, true }, { "\x7f", 1, true }, { "\xc2\x80", 2, true },
	{ "\xdf\xbf", 2, true }, { "\xe0\xa0\x80", 3, true }, { "\xed\x9f\xbf", 3, true },
	{ "\xee\x80\x80", 3, true }, { SMILE, 4, true }, { "\xf4\x8f\xbf\xbf", 4, true },
	{ "a\0b", 3, false }, { "\x80", 1, false }, { "\xc0\x80", 2, false },
	{ "\xc1\xbf", 2, false }, { "\xe0\x9f\xbf", 3, false }, { "\xed\xa0\x80", 3, false },
	{ "\xed\xbf\xbf", 3, false }, { "\xf0\x8f\xbf\xbf", 4, false },
	{ "\xf4\x90\x80\x80", 4, false }, { "\xf8\x88\x80\x80\x80", 5, false },
	{ "\xe2\x82", 2, false }, { "\xe2\x28\xa1", 3, false },
	{ SMILE, 3, false }, /* the length cuts it */
};

static void only_strict_utf8_is_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(utf8); i++)
		if (text_utf8_valid(utf8[i].s, utf8[i].len) != utf8[i].valid)
			fail_msg("row %zu", i);
}

static void code_points_survive_put_and_next(void **state)
{
	(void)state;
	for (uint32_t cp = 1; cp <= 0x10ffff; cp++) {
		char buf[5] = { 0 };
		const char *p = buf;

		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		size_t n = text_utf8_put(cp, buf);

		if (text_utf8_next(&p) != cp || p != buf + n || text_utf8_next(&p) != 0)
			fail_msg("U+%04X", cp);
	}
}

static void walking_broken_utf8_ends_at_the_nul(void **state)
{
	const char *p = "\xf0\x9f";

	(void)state;
	assert_int_equal(text_utf8_next(&p), 0xfffd);
	assert_int_equal(text_utf8_next(&p), 0xfffd);
	assert_int_equal(text_utf8_next(&p), 0);
}

static void every_septet_decodes_and_encodes_back(void **state)
{
	static const uint8_t extended[] = { 0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40,
		0x65 };

	(void)state;
	for (uint8_t i = 0; i < 128; i++) {
		uint32_t cp = text_gsm7_decode(i, false);

		if (i == 0x1b)
			assert_int_equal(cp, ' ');
		else if (text_gsm7_encode(cp) != i || text_gsm7_septets(cp) != 1)
			fail_msg("septet %02x", i);
	}
	for (size_t i = 0; i < COUNT(extended); i++) {
		uint32_t cp = text_gsm7_decode(extended[i], true);

		assert_int_equal(text_gsm7_encode(cp), 0x1b00 | extended[i]);
		assert_int_equal(text_gsm7_septets(cp), 2);
	}
}

static const struct {
	uint32_t cp;
	int code;
} alphabet[] = {
	/* 23.038 6.2.1 */
	{ '@', 0x00 },
	{ '$', 0x02 },
	{ 0xe9, 0x05 },
	{ '\n', 0x0a },
	{ 0xc5, 0x0e },
	{ '_', 0x11 },
	{ 0x3a9, 0x15 },
	{ 0xa4, 0x24 },
	{ 'A', 0x41 },
	{ 0xdc, 0x5e },
	{ 'z', 0x7a },
	{ 0xe0, 0x7f },
	{ '{', 0x1b28 },
	{ '\\', 0x1b2f },
	{ '[', 0x1b3c },
	{ 0x20ac, 0x1b65 },
	{ '`', -1 },
	{ '\t', -1 },
	{ 0xe7, -1 },
	{ 0x1f600, -1 },
	{ 0, -1 },
	{ 0x1b, -1 },
};

static void the_alphabet_is_the_one_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(alphabet); i++)
		if (text_gsm7_encode(alphabet[i].cp) != alphabet[i].code)
			fail_msg("U+%04X", alphabet[i].cp);
	assert_int_equal(text_gsm7_decode('A', true), 'A'); /* unknown extension */
}

static const struct {
	const char *before, *what;
	size_t n;
	enum text_coding coding;
	size_t units, segments;
} sizes[] = {
	{ "", "a", 0, TEXT_GSM7, 0, 0 },
	{ "", "a", 160, TEXT_GSM7, 160, 1 },
	{ "", "a", 161, TEXT_GSM7, 161, 2 },
	{ "", "a", 306, TEXT_GSM7, 306, 2 },
	{ "", "a", 307, TEXT_GSM7, 307, 3 },
	{ "", EURO, 80, TEXT_GSM7, 160, 1 },
	{ "", EURO, 153, TEXT_GSM7, 306, 3 }, /* 76 in a segment: an escape is never split */
	{ "", "\xc3\xa7", 70, TEXT_UCS2, 70, 1 },
	{ "", "\xc3\xa7", 71, TEXT_UCS2, 71, 2 },
	{ "", "\xc3\xa7", 134, TEXT_UCS2, 134, 2 },
	{ "", "\xc3\xa7", 135, TEXT_UCS2, 135, 3 },
	{ "", SMILE, 35, TEXT_UCS2, 70, 1 },
	{ "", SMILE, 67, TEXT_UCS2, 134, 3 }, /* 33 in a segment: a pair is never split */
	{ SMILE, "a", 68, TEXT_UCS2, 70, 1 },
};

static void sizes_count_escapes_pairs_and_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct text_size t =
		        text_measure(repeat(sizes[i].before, sizes[i].what, sizes[i].n));

		if (t.coding != sizes[i].coding || t.units != sizes[i].units ||
		        t.segments != sizes[i].segments)
			fail_msg("row %zu: %zu units, %zu segments", i, t.units, t.segments);
	}
}

static void segments_join_to_the_text_and_fit_alone(void **state)
{
	struct text_segments seg;

	(void)state;
	for (size_t i = 1; i < COUNT(sizes); i++) {
		const char *s = repeat(sizes[i].before, sizes[i].what, sizes[i].n);
		char joined[8192] = "";

		assert_int_equal(text_split(s, &seg), RC_OK);
		assert_int_equal(seg.n, sizes[i].segments);
		assert_int_equal(seg.coding, sizes[i].coding);
		for (size_t k = 0; k < seg.n; k++) {
			struct text_size t = text_measure(seg.part[k]);
			size_t max = seg.coding == TEXT_GSM7 ? 153 : 67;

			assert_true(text_utf8_valid(seg.part[k], strlen(seg.part[k])));
			assert_in_range(t.units, 1, seg.n == 1 ? max + 7 : max);
			strcat(joined, seg.part[k]);
		}
		assert_string_equal(joined, s);
	}
}

static void ten_segments_are_the_limit(void **state)
{
	struct text_segments seg = { .n = 77 };

	(void)state;
	assert_int_equal(text_split(repeat("", "a", 1531), &seg), RC_LIMIT);
	assert_int_equal(text_split("", &seg), RC_INVALID);
	assert_int_equal(text_split("\xff", &seg), RC_INVALID);
	assert_int_equal(seg.n, 77); /* untouched by refusals */
	assert_int_equal(text_split(repeat("", "a", 1530), &seg), RC_OK);
	assert_int_equal(seg.n, 10);
	assert_int_equal(text_split(repeat("", "\xe2\x98\x82", 670), &seg), RC_OK);
	assert_int_equal(strlen(seg.part[9]), 67 * 3);
}

static const struct {
	const char *in, *gsm7, *keyword;
} folds[] = {
	{ "Siti Aminah", "Siti Aminah", "SITI AMINAH" },
	{ "\xe2\x80\x9cya\xe2\x80\x9d \xe2\x80\x93 \xe2\x80\x98"
	  "ok\xe2\x80\x99\xe2\x80\xa6",
	        "\"ya\" - 'ok'...", "YA OK" },
	{ "caf\xc3\xa9", "caf\xc3\xa9", "CAFE" },               /* e acute is in the alphabet */
	{ "\xc3\xa7\xc3\xaa\xc5\x9f\xc4\xb1", "cesi", "CESI" }, /* these are not */
	{ "e\xcc\x81", "e", "E" },                              /* combining accent */
	{ "\xc4\xb0stanbul", "Istanbul", "ISTANBUL" },          /* dotted I */
	{ "R\xe1\xb8\x8d\xc4\x81", "Rda", "RDA" },              /* Arabic transliteration */
	{ "\xc3\x86sop stra\xc3\x9f"
	  "e",
	        "\xc3\x86sop stra\xc3\x9f"
	        "e",
	        "AESOP STRASSE" },
	{ "DAF\xe2\x80\x8bTAR", "DAFTAR", "DAFTAR" }, /* zero width space */
	{ "a\xc2\xa0"
	  "b\tc",
	        "a b c", "A B C" },
	{ "\xef\xbc\xa1\xef\xbc\x91", "A1", "A1" }, /* full width */
	{ "daftar#4821-7739#", "daftar#4821-7739#", "DAFTAR 4821 7739" },
	{ "  ..ya!!  ", "  ..ya!!  ", "YA" },
	{ SMILE "hai" SMILE, SMILE "hai" SMILE, "HAI" }, /* no look-alike: stays */
	{ "\xea\xa6\xa7", "\xea\xa6\xa7", "" },          /* Javanese script */
	{ "?", "?", "" },
	{ "`", "'", "" },
	{ "", "", "" },
};

static void folding_brings_look_alikes_into_reach(void **state)
{
	char out[64];

	(void)state;
	for (size_t i = 0; i < COUNT(folds); i++) {
		assert_int_equal(
		        text_fold_gsm7(folds[i].in, out, sizeof(out)), strlen(folds[i].gsm7));
		assert_string_equal(out, folds[i].gsm7);
		assert_int_equal(
		        text_fold_keyword(folds[i].in, out, sizeof(out)), strlen(folds[i].keyword));
		assert_string_equal(out, folds[i].keyword);
	}
}

static void folding_cuts_on_character_borders(void **state)
{
	char out[8] = "xxxxxxx";

	(void)state;
	assert_int_equal(text_fold_gsm7("ab\xc3\xa9\xc3\xa9", out, 4), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(text_fold_gsm7("a\xe2\x80\xa6", out, 4), 1); /* "..." does not fit */
	assert_int_equal(text_fold_keyword("ab cd", out, 4), 2);      /* no trailing blank */
	assert_string_equal(out, "AB");
	assert_int_equal(text_fold_keyword("abcd", out, 1), 0);
	assert_string_equal(out, "");
}

static const struct {
	const char *in, *out;
} masks[] = {
	{ "3321024107900003", "[NIK]" },
	{ "DAFTAR 3321024107900003 ya", "DAFTAR [NIK] ya" },
	{ "482177393321024107900003", "[NIK]" }, /* code and NIK glued */
	{ "NIK:3321024107900003.", "NIK:[NIK]." },
	{ "3321 0241 0790 0003", "[NIK]" },
	{ "33.21.02.410790.0003", "[NIK]" },
	{ "3321-0241-0790-0003", "[NIK]" },
	{ "3321024107900003-", "[NIK]-" },
	{ "3321024107\n900003", "[NIK]" },
	{ "332102  410790 - 0003", "[NIK]" },
	{ "332102/410790/0003", "[NIK]" },
	{ "3 3 2 1 0 2 4 1 0 7 9 0 0 0 0 3", "[NIK]" },
	{ "DAFTAR 48217739 3321024107900003", "DAFTAR [NIK]" }, /* the code goes with it */
	{ "a 3321024107900003 b 3321024107900004 c", "a [NIK] b [NIK] c" },
	{ "332102410790000", "[NIK]" }, /* 15 digits: one was left out */
	{ "33210241079000", "33210241079000" },
	{ "3321O241O79OOOO3", "[NIK]" }, /* what is read as digits */
	{ "nama Siti 332I024I079ooo03 ya", "nama Siti [NIK] ya" },
	{ "NIK3321024107900003SITI", "NIK[NIK]TI" },
	{ "3321024X10790Y0003", "[NIK]" },
	{ "3321:0241*0790#0003", "[NIK]" },
	{ "33210241    07900003", "[NIK]" },
	{ "3321\xe2\x80\x8b"
	  "02410790" SMILE "0003!",
	        "[NIK]!" },
	{ "\xef\xbc\x93\xef\xbc\x93\xef\xbc\x92\xef\xbc\x91"
	  "024107900003",
	        "[NIK]" },
	{ "081234567890 SOLO, RT03 RW02", "081234567890 SOLO, RT03 RW02" },
	{ "BISIL SOLO OBOL BISSO", "BISIL SOLO OBOL BISSO" },
	{ "DAFTAR 48217739", "DAFTAR 48217739" },
	{ "081234567890", "081234567890" },
	{ "tgl 01-07-1990 jam 10.30", "tgl 01-07-1990 jam 10.30" },
	{ "12345678 dan 12345678", "12345678 dan 12345678" }, /* words break the chain */
	{ "", "" },
	{ "caf\xc3\xa9 3321024107900003 " SMILE, "caf\xc3\xa9 [NIK] " SMILE },
};

/* Look-alikes beside the digits count only where they are masked with them: what is put there must
 * never be longer than what was. */
static void masking_never_makes_a_text_longer(void **state)
{
	static const char *const texts[] = { "0000NOOOOONOOOOOOOOOOOOOOOOOOOOOOOOO",
		"12N3N4N5NOOOOOOOOOOOO", "OOOOOOOOOOOOOOON1234",
		"OOOOOOONNN0123NNNOOOOOOOOO 1N2N3N4NOOO", "1 OOOO 2", "0NOOOOOO" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (int all = 0; all < 2; all++) {
			char *s = strdup(
			        texts[i]); /* no byte more: the sanitizer sees the next one */

			assert_non_null(s);
			(all ? text_mask_digits : text_mask_nik)(s);
			assert_true(strlen(s) <= strlen(texts[i]));
			free(s);
		}
}

static void a_nik_is_masked_however_it_is_broken_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		char s[128];

		strcpy(s, masks[i].in);
		text_mask_nik(s);
		assert_string_equal(s, masks[i].out);
	}
}

static const struct {
	const char *src;
	size_t cap;
	const char *out;
	bool whole;
} copies[] = {
	{ "abc", 4, "abc", true },
	{ "abcd", 4, "abc", false },
	{ "a" EURO, 5, "a" EURO, true },
	{ "a" EURO, 4, "a", false },
	{ "a" EURO, 3, "a", false },
	{ SMILE, 4, "", false },
	{ "", 1, "", true },
};

static void copies_never_cut_a_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(copies); i++) {
		char out[8] = "zzzzzzz";

		assert_int_equal(text_copy(out, copies[i].cap, copies[i].src), copies[i].whole);
		assert_string_equal(out, copies[i].out);
	}
	assert_false(text_copy(NULL, 0, ""));
}

static const struct {
	const char *s;
	size_t septets;
	const char *out;
} cuts[] = {
	{ "Siti Aminah", 16, "Siti Aminah" },
	{ "Muhammad Abdullah Fikri", 16, "Muhammad Abdulla" },
	{ "Siti Aminah", 5, "Siti" }, /* no trailing blank */
	{ "[ab]", 5, "[ab" },         /* brackets count two */
	{ "[ab]", 6, "[ab]" },
	{ "a" EURO, 2, "a" },
	{ "\xc3\xa9\xc3\xa9", 1, "\xc3\xa9" },
	{ SMILE SMILE SMILE, 2, SMILE SMILE },
	{ "abc", 0, "" },
};

static void cutting_counts_septets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cuts); i++) {
		char out[32];

		text_cut_septets(cuts[i].s, cuts[i].septets, out, sizeof(out));
		assert_string_equal(out, cuts[i].out);
	}
	char small[3];

	text_cut_septets("a" EURO, 9, small, sizeof(small));
	assert_string_equal(small, "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_strict_utf8_is_valid),
		cmocka_unit_test(code_points_survive_put_and_next),
		cmocka_unit_test(walking_broken_utf8_ends_at_the_nul),
		cmocka_unit_test(every_septet_decodes_and_encodes_back),
		cmocka_unit_test(the_alphabet_is_the_one_of_the_standard),
		cmocka_unit_test(sizes_count_escapes_pairs_and_headers),
		cmocka_unit_test(segments_join_to_the_text_and_fit_alone),
		cmocka_unit_test(ten_segments_are_the_limit),
		cmocka_unit_test(folding_brings_look_alikes_into_reach),
		cmocka_unit_test(folding_cuts_on_character_borders),
		cmocka_unit_test(masking_never_makes_a_text_longer),
		cmocka_unit_test(a_nik_is_masked_however_it_is_broken_up),
		cmocka_unit_test(copies_never_cut_a_character),
		cmocka_unit_test(cutting_counts_septets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
