#include "../../gateway/modem/at_lines.c"
#include "../../gateway/modem/pdu.c"
#include "../../gateway/modem/utf16.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* must come last */
#include <cmocka.h>

#define FROM "0C91261832547698"
#define WHEN "62703221000082"
#define HEAD "0004" FROM "0000" WHEN

static const char *parse(const char *hex, struct pdu *out)
{
	static uint8_t pdu[FRAME_PDU_MAX];
	size_t n = 0;

	if (hex[0])
		assert_true(at_hex(hex, pdu, sizeof pdu, &n));
	return pdu_parse(pdu, n, out);
}

static void texts_are_read(void **state)
{
	static const struct {
		const char *hex, *sender, *text;
		uint32_t ton, dcs;
	} rows[] = {
		{ HEAD "04C830FB0D", "+628123456789", "Halo", FRAME_TON_INTERNATIONAL, 0 },
		/* service centre before it, padding after it */
		{ "07912618010000F004" FROM "0000" WHEN "04C830FB0DFFFF", "+628123456789", "Halo",
		        FRAME_TON_INTERNATIONAL, 0 },
		{ "0004"
		  "0AA18021436587"
		  "0000" WHEN "04C830FB0D",
		        "0812345678", "Halo", FRAME_TON_NATIONAL, 0 },
		{ "0004"
		  "038151F0"
		  "0000" WHEN "04C830FB0D",
		        "150", "Halo", FRAME_TON_UNKNOWN, 0 },
		/* "Halo" as a name: 4 septets, 7 semi-octets */
		{ "0004"
		  "07D0C830FB0D"
		  "0000" WHEN "04C830FB0D",
		        "Halo", "Halo", FRAME_TON_ALPHANUMERIC, 0 },
		/* the euro sign is an escape and 0x65 */
		{ HEAD "029B32", "+628123456789", "\xe2\x82\xac", FRAME_TON_INTERNATIONAL, 0 },
		/* an escape at the end shows as a blank */
		{ HEAD "011B", "+628123456789", " ", FRAME_TON_INTERNATIONAL, 0 },
		{ HEAD "00", "+628123456789", "", FRAME_TON_INTERNATIONAL, 0 },
		{ "0004" FROM "0008" WHEN "04D83DDE00", "+628123456789", "\xf0\x9f\x98\x80",
		        FRAME_TON_INTERNATIONAL, 8 },
		{ "0004" FROM "0004" WHEN "03010203", "+628123456789", "", FRAME_TON_INTERNATIONAL,
		        4 },
		{ "0004" FROM "00F1" WHEN "04C830FB0D", "+628123456789", "Halo",
		        FRAME_TON_INTERNATIONAL, 0xf1 },
		/* reserved coding is the default alphabet, reserved type is DELIVER */
		{ "0007" FROM "0090" WHEN "04C830FB0D", "+628123456789", "Halo",
		        FRAME_TON_INTERNATIONAL, 0x90 },
	};
	struct pdu p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_null(parse(rows[i].hex, &p));
		assert_int_equal(p.type, PDU_DELIVER);
		assert_string_equal(p.address, rows[i].sender);
		assert_string_equal(p.text, rows[i].text);
		assert_int_equal(p.ton, rows[i].ton);
		assert_int_equal(p.dcs, rows[i].dcs);
		assert_int_equal(p.total, 1);
	}
}

static void what_cannot_be_a_pdu_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"00",
		"FF04", /* service centre longer than any */
		"0D"
		"91261832547698261832547698"
		"04" FROM "0000" WHEN "04C830FB0D",
		"0001" FROM "0000" WHEN "04C830FB0D", /* a SUBMIT */
		"0004"
		"FF91"
		"261832547698", /* 255 digits */
		"0004"
		"1891261832547698261832547698"
		"0000" WHEN "04C830FB0D",
		"0004" FROM,
		"0004" FROM "0000"
		"627032210000",
		HEAD,
		HEAD "04C830FB",                              /* data shorter than its length */
		HEAD "FFC830FB0D",                            /* 255 septets */
		HEAD "A1C830FB0D",                            /* 161 septets */
		"0004" FROM "0020" WHEN "04C830FB0D",         /* compressed */
		"0004" FROM "0008" WHEN "8D00",               /* 141 octets */
		"0044" FROM "0000" WHEN "0AFF00034141414141", /* header longer than the data */
		"0044" FROM "0000" WHEN "00",                 /* header promised, no data */
		"0044" FROM "0004" WHEN "040300FF01",         /* element longer than the header */
		"0044" FROM "0004" WHEN "020100",             /* half an element */
		"0006",
		"000607" FROM WHEN,
	};
	struct pdu p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!parse(rows[i], &p))
			fail_msg("row %zu was accepted: %s", i, rows[i]);
}

static void two_hundred_and_fifty_five_septets_behind_a_long_pdu_are_refused(void **state)
{
	uint8_t pdu[260];
	struct pdu p;
	size_t n;

	(void)state;
	memset(pdu, 0x41, sizeof pdu);
	assert_true(at_hex(HEAD "FF", pdu, sizeof pdu, &n));
	assert_non_null(pdu_parse(pdu, sizeof pdu, &p));
}

static void parts_are_found_anywhere_in_the_header(void **state)
{
	static const struct {
		const char *hex;
		uint32_t ref, total, part;
	} rows[] = {
		{ "0044" FROM "0000" WHEN "08050003AA030282", 0xaa, 3, 2 },
		{ "0044" FROM "0004" WHEN "09"
		  "06"
		  "0804"
		  "ABCD"
		  "0201"
		  "FF"
		  "41",
		        0xabcd, 2, 1 },
		/* after a port number */
		{ "0044" FROM "0004" WHEN "0D"
		  "0B"
		  "050415811581"
		  "0003"
		  "110402"
		  "41",
		        0x11, 4, 2 },
		/* part 0, part beyond the total: as if it were not there */
		{ "0044" FROM "0000" WHEN "08050003AA030082", 0, 1, 1 },
		{ "0044" FROM "0000" WHEN "08050003AA030482", 0, 1, 1 },
	};
	struct pdu p;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *fault = parse(rows[i].hex, &p);

		if (fault)
			fail_msg("row %zu: %s", i, fault);
		assert_int_equal(p.ref, rows[i].ref);
		assert_int_equal(p.total, rows[i].total);
		assert_int_equal(p.part, rows[i].part);
	}
	assert_null(parse(rows[0].hex, &p));
	assert_string_equal(p.text, "A"); /* behind one fill bit */
}

static void times_are_utc_or_nothing(void **state)
{
	static const struct {
		const char *when;
		int64_t scts;
		int32_t zone;
	} rows[] = {
		{ "62703221000082", 1784782800, 420 },
		{ "6270322100008A", 1784782800 + 14 * 3600, -420 },
		{ "62703221000000", 1784782800 + 7 * 3600, 0 },
		{ "62200321000082", 0, 0 },                             /* 30 February */
		{ "FFFFFFFFFFFFFF", 0, 0 }, { "62703242000082", 0, 0 }, /* 24 h */
	};
	struct pdu p;
	char hex[128];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(hex, sizeof hex, "0004" FROM "0000%s04C830FB0D", rows[i].when);
		assert_null(parse(hex, &p));
		assert_int_equal(p.scts, rows[i].scts);
		assert_int_equal(p.zone, rows[i].zone);
	}
}

static void reports_are_read(void **state)
{
	struct pdu p;

	(void)state;
	assert_null(parse("000607" FROM WHEN "62703221100082"
	                  "46",
	        &p));
	assert_int_equal(p.type, PDU_REPORT);
	assert_int_equal(p.mr, 7);
	assert_int_equal(p.status, 0x46);
	assert_string_equal(p.address, "+628123456789");
	assert_int_equal(p.discharged - p.scts, 60);
}

/* Whatever bytes: no overrun (the sanitizers see it), and valid UTF-8 when accepted. */
static void mutated_pdus_are_survived(void **state)
{
	static const char *const seeds[] = { HEAD "04C830FB0D",
		"0044" FROM "0008" WHEN "0A050003AA0302D83DDE00",
		"0044" FROM "0000" WHEN "08050003AA030282", "000607" FROM WHEN WHEN "46" };
	uint32_t rng = 1;

	(void)state;
	for (unsigned round = 0; round < 200000; round++) {
		uint8_t pdu[64], *exact;
		struct pdu p;
		size_t n;

		assert_true(at_hex(seeds[round % 4], pdu, sizeof pdu, &n));
		for (unsigned k = 0; k <= round % 3; k++) {
			rng = rng * 1664525u + 1013904223u;
			pdu[(rng >> 8) % n] = (uint8_t)(rng >> 24);
		}
		n -= (rng >> 5) % 4;
		exact = malloc(n); /* so that the sanitizer knows its end */
		memcpy(exact, pdu, n);
		if (!pdu_parse(exact, n, &p)) {
			assert_true(text_utf8_valid(p.text, strlen(p.text)));
			assert_true(text_utf8_valid(p.address, strlen(p.address)));
			assert_true(p.total >= 1 || p.type == PDU_REPORT);
		}
		free(exact);
	}
}

static void utf16_pairs_become_characters_and_lone_ones_a_mark(void **state)
{
	static const struct {
		const char *hex, *utf8;
	} rows[] = {
		{ "00410042", "AB" },
		{ "D83DDE00", "\xf0\x9f\x98\x80" },
		{ "DBFFDFFF", "\xf4\x8f\xbf\xbf" },
		{ "D83D0041", "\xef\xbf\xbd"
		              "A" },
		{ "DE000041", "\xef\xbf\xbd"
		              "A" },
		{ "0041D83D", "A\xef\xbf\xbd" },
		{ "00000041", "\xef\xbf\xbd"
		              "A" },
		{ "004100", "A" },
	};
	uint8_t in[16], back[16];
	char out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t full = strlen(rows[i].hex) / 2;

		assert_true(at_hex(rows[i].hex, in, sizeof in, &n));
		assert_int_equal(n, full);
		assert_int_equal(utf16_to_utf8(in, n, out, sizeof out), strlen(rows[i].utf8));
		assert_string_equal(out, rows[i].utf8);
	}
	assert_int_equal(utf16_from_utf8("A\xf0\x9f\x98\x80", back, sizeof back), 3);
	assert_memory_equal(back, "\0A\xd8\x3d\xde\x00\0\0", 8);
	assert_int_equal(utf16_from_utf8("A\xf0\x9f\x98\x80", back, 7), 0);
	/* cut between characters, never inside one */
	assert_true(at_hex("0041D83DDE00", in, sizeof in, &n));
	assert_int_equal(utf16_to_utf8(in, n, out, 5), 1);
	assert_string_equal(out, "A");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_read),
		cmocka_unit_test(what_cannot_be_a_pdu_is_refused),
		cmocka_unit_test(two_hundred_and_fifty_five_septets_behind_a_long_pdu_are_refused),
		cmocka_unit_test(parts_are_found_anywhere_in_the_header),
		cmocka_unit_test(times_are_utc_or_nothing),
		cmocka_unit_test(reports_are_read),
		cmocka_unit_test(mutated_pdus_are_survived),
		cmocka_unit_test(utf16_pairs_become_characters_and_lone_ones_a_mark),
	};

	return cmocka_run_group_tests_name("modem pdu", tests, NULL, NULL);
}
