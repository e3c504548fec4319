/* The simulator's transfer units against published and hand-computed octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "sim/tpdu.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static rc_t decode(const char *hex, struct tpdu_submit *s)
{
	uint8_t buf[256];
	size_t n = sim_unhex(hex, strlen(hex), buf, sizeof buf);
	/* exactly as long as the unit, so that reading beyond it is caught */
	uint8_t *exact = malloc(n ? n : 1);

	assert_true(n != SIZE_MAX);
	memcpy(exact, buf, n);
	rc_t rc = tpdu_submit_decode(exact, n, s);

	free(exact);
	return rc;
}

static void body_is(const struct tpdu_body *b, const char *text)
{
	char out[TPDU_TEXT_CAP];

	tpdu_text(b->unit, b->n, b->alphabet, out, sizeof out);
	assert_string_equal(out, text);
}

static void hex_is(const uint8_t *p, size_t n, const char *hex)
{
	char out[512];

	assert_true(n < sizeof out / 2);
	sim_hex(p, n, out);
	assert_string_equal(out, hex);
}

static void submit_is_read(void **state)
{
	struct tpdu_submit s;

	(void)state;
	assert_int_equal(decode("11000B916407281553F80000AA0AE8329BFD4697D9EC37", &s), RC_OK);
	assert_string_equal(s.to.text, "46708251358");
	assert_int_equal(s.to.ton, TPDU_TON_INTERNATIONAL);
	assert_int_equal(s.validity_s, 4 * 86400);
	assert_false(s.report);
	assert_int_equal(s.body.total, 0);
	body_is(&s.body, "hellohello");
}

static void submit_with_header_report_and_fill_bit_is_read(void **state)
{
	struct tpdu_submit s;

	(void)state;
	assert_int_equal(decode("61070C812618010000100000"
	                        "0C050003CC0201906536FB0D",
	                         &s),
	        RC_OK);
	assert_true(s.report);
	assert_int_equal(s.mr, 7);
	assert_string_equal(s.to.text, "628110000001");
	assert_int_equal(s.validity_s, TPDU_NO_VALIDITY);
	assert_int_equal(s.body.ref, 0xcc);
	assert_int_equal(s.body.total, 2);
	assert_int_equal(s.body.part, 1);
	body_is(&s.body, "Hello");
}

static void submit_in_ucs2_with_wide_reference_is_read(void **state)
{
	struct tpdu_submit s;

	(void)state;
	assert_int_equal(decode("41000481201000080D06080412340302D83DDE000041", &s), RC_OK);
	assert_int_equal(s.body.ref, 0x1234);
	assert_true(s.body.wide_ref);
	assert_int_equal(s.body.total, 3);
	assert_int_equal(s.body.part, 2);
	body_is(&s.body, "\xf0\x9f\x98\x80"
	                 "A");
}

static void broken_submits_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"11",
		"00000B916407281553F80000AA0AE8329BFD4697D9EC37",   /* not a SUBMIT */
		"11000B916407281553F80000AA0AE8329BFD4697D9EC",     /* shorter than TP-UDL */
		"11000B916407281553F80000AA0AE8329BFD4697D9EC3700", /* longer */
		"11000B116407281553F80000AA0AE8329BFD4697D9EC37",   /* type without its top bit */
		"11000B9164072815F3F80000AA0AE8329BFD4697D9EC37",   /* filler inside the number */
		"1100FF916407281553F80000AA0AE8329BFD4697D9EC37",   /* number of 255 digits */
		"110000910000AA0AE8329BFD4697D9EC37",               /* no number */
		"410004812010000002FFFF",   /* header longer than the data */
		"41000481201000000700",     /* header announced, no data */
		"01000481201000080300410F", /* half a UCS2 unit */
		"01000481201000FFA1",
	};
	struct tpdu_submit s;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (decode(bad[i], &s) != RC_INVALID)
			fail_msg("row %zu", i);
}

static void relative_validity_follows_the_table(void **state)
{
	static const struct {
		uint8_t octet;
		int64_t seconds;
	} rows[] = { { 0, 300 }, { 143, 43200 }, { 144, 45000 }, { 167, 86400 }, { 168, 172800 },
		{ 196, 2592000 }, { 197, 3024000 }, { 255, 38102400 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t unit[] = { 0x11, 0, 4, 0x81, 0x20, 0x10, 0, 0, rows[i].octet, 1, 0x41 };
		struct tpdu_submit s;

		assert_int_equal(tpdu_submit_decode(unit, sizeof unit, &s), RC_OK);
		assert_int_equal(s.validity_s, rows[i].seconds);
	}
}

static void absolute_validity_is_an_instant(void **state)
{
	struct tpdu_submit s;

	(void)state;
	assert_int_equal(decode("190004812010000099309251619580"
	                        "0141",
	                         &s),
	        RC_OK);
	assert_int_equal(s.expires_utc, INT64_C(922713419) + INT64_C(3155760000));
	assert_int_equal(s.validity_s, TPDU_NO_VALIDITY);
}

static void deliver_matches_the_published_octets(void **state)
{
	struct tpdu_deliver d = { .from = { .ton = 4, .npi = 8, .text = "27838890001" },
		.scts = { INT64_C(922713419), 8 } };
	uint8_t out[TPDU_MAX];

	(void)state;
	d.body.n = tpdu_units("hellohello", TPDU_GSM7, d.body.unit, TPDU_UNITS_MAX);
	hex_is(out, tpdu_deliver_encode(&d, out),
	        "040BC87238880900F10000993092516195800AE8329BFD4697D9EC37");
}

static void deliver_with_header_name_and_western_zone(void **state)
{
	struct tpdu_deliver d = { .scts = { INT64_C(922713419), -8 } };
	uint8_t out[TPDU_MAX];

	(void)state;
	assert_int_equal(tpdu_address_parse("name:Design@Home", &d.from), RC_OK);
	d.body.n = tpdu_units("Hello", TPDU_GSM7, d.body.unit, TPDU_UNITS_MAX);
	d.body.ref = 0xcc;
	d.body.total = 2;
	d.body.part = 1;
	hex_is(out, tpdu_deliver_encode(&d, out),
	        "4414D0C4F23C7D760390EF7619"
	        "0000"
	        "99309211619588"
	        "0C050003CC0201906536FB0D");
}

static void report_holds_both_times_and_the_status(void **state)
{
	struct tpdu_report r = { .mr = 0xfe,
		.status = 0x46,
		.scts = { INT64_C(922713419), 8 },
		.discharged = { INT64_C(922713420), 8 } };
	uint8_t out[TPDU_MAX];

	(void)state;
	assert_int_equal(tpdu_address_parse("+46708251358", &r.to), RC_OK);
	hex_is(out, tpdu_report_encode(&r, out),
	        "06FE0B916407281553F8"
	        "99309251619580"
	        "99309251710080"
	        "46");
}

static void smsc_prefix(void **state)
{
	static const struct {
		const char *number, *hex;
	} rows[] = { { "", "00" }, { "+6281100000", "06912618010000" }, { "12345", "04812143F5" } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t out[12];

		hex_is(out, tpdu_smsc_encode(rows[i].number, out), rows[i].hex);
	}
}

static void septets_survive_packing_at_every_offset(void **state)
{
	(void)state;
	for (size_t skip = 0; skip < 64; skip++) {
		for (size_t n = 0; n <= TPDU_UNITS_MAX; n++) {
			size_t octets = (skip + 7 * n + 7) / 8;
			uint8_t *packed = calloc(octets ? octets : 1, 1);
			uint16_t in[TPDU_UNITS_MAX], out[TPDU_UNITS_MAX];

			for (size_t i = 0; i < n; i++)
				in[i] = (uint16_t)((i * 37 + n) & 0x7f);
			tpdu_pack(in, n, skip, packed);
			tpdu_unpack(packed, n, skip, out);
			assert_memory_equal(in, out, n * sizeof *in);
			free(packed);
		}
	}
}

/* count copies of c, then tail */
static const char *text_of(size_t count, char c, const char *tail)
{
	static char text[50000];

	memset(text, c, count);
	strcpy(text + count, tail);
	return text;
}

static void long_texts_split_where_they_may(void **state)
{
	static const struct {
		size_t count;
		const char *tail;
		struct tpdu_split_how how;
		size_t parts, first;
	} rows[] = {
		{ 0, "", { 0 }, 1, 0 },
		{ 160, "", { 0 }, 1, 160 },
		{ 161, "", { 0 }, 2, 153 },
		{ 161, "", { .wide_ref = true }, 2, 152 },
		{ 158, "\xe2\x82\xac", { 0 }, 1, 160 },
		{ 159, "\xe2\x82\xac", { 0 }, 2, 153 },
		{ 152, "\xe2\x82\xac yang lama", { 0 }, 2,
		        152 }, /* the escape stays with its euro */
		{ 70, "", { .ucs2 = true }, 1, 70 },
		{ 71, "", { .ucs2 = true }, 2, 67 },
		{ 71, "", { .ucs2 = true, .wide_ref = true }, 2, 66 },
		{ 66, "\xf0\x9f\x98\x80 hore", { 0 }, 2, 66 }, /* and the pair together */
		{ 255 * 153, "", { 0 }, 255, 153 },
		{ 255 * 153 + 1, "", { 0 }, 0, 0 },
	};
	struct tpdu_body *b = calloc(255, sizeof *b);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n =
		        tpdu_split(text_of(rows[i].count, 'a', rows[i].tail), rows[i].how, b, 255);

		if (n != rows[i].parts || (n && b[0].n != rows[i].first))
			fail_msg("row %zu: %zu parts, first %zu", i, n, b[0].n);
		for (size_t k = 0; k < n && n > 1; k++)
			assert_true(b[k].part == k + 1 && b[k].total == n);
	}
	assert_int_equal(tpdu_split("\xff", (struct tpdu_split_how){ 0 }, b, 255), 0);
	free(b);
}

static void text_of_odd_units(void **state)
{
	static const struct {
		enum tpdu_alphabet alphabet;
		uint16_t unit[3];
		size_t n;
		const char *text;
	} rows[] = {
		{ TPDU_UCS2, { 0xd83d, 0xde00 }, 2, "\xf0\x9f\x98\x80" },
		{ TPDU_UCS2, { 0xd83d, 0x41 }, 2,
		        "\xef\xbf\xbd"
		        "A" },
		{ TPDU_UCS2, { 0xde00 }, 1, "\xef\xbf\xbd" },
		{ TPDU_GSM7, { 0x1b, 0x65 }, 2, "\xe2\x82\xac" },
		{ TPDU_GSM7, { 0x41, 0x1b }, 2, "A " },
		{ TPDU_OCTETS, { 0x00, 0xff }, 2, "00FF" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[64];

		tpdu_text(rows[i].unit, rows[i].n, rows[i].alphabet, out, sizeof out);
		assert_string_equal(out, rows[i].text);
	}
}

static void coding_schemes(void **state)
{
	static const struct {
		uint8_t dcs;
		enum tpdu_alphabet alphabet;
		int class;
	} rows[] = { { 0x00, TPDU_GSM7, -1 }, { 0x04, TPDU_OCTETS, -1 }, { 0x08, TPDU_UCS2, -1 },
		{ 0x10, TPDU_GSM7, 0 }, { 0x1a, TPDU_UCS2, 2 }, { 0x20, TPDU_OCTETS, -1 },
		{ 0xc8, TPDU_GSM7, -1 }, { 0xe8, TPDU_UCS2, -1 }, { 0xf1, TPDU_GSM7, 1 },
		{ 0xf6, TPDU_OCTETS, 2 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(tpdu_dcs_alphabet(rows[i].dcs), rows[i].alphabet);
		assert_int_equal(tpdu_dcs_class(rows[i].dcs), rows[i].class);
	}
}

static void addresses(void **state)
{
	static const struct {
		const char *in;
		rc_t rc;
		int ton;
		const char *out;
	} rows[] = {
		{ "+628110000001", RC_OK, 1, "+628110000001" },
		{ "08110000001", RC_OK, 0, "08110000001" },
		{ "1500", RC_OK, 0, "1500" },
		{ "name:TELKOMSEL", RC_OK, 5, "TELKOMSEL" },
		{ "name:", RC_INVALID, 0, "" },
		{ "name:twelve chars", RC_INVALID, 0, "" },
		{ "", RC_INVALID, 0, "" },
		{ "+", RC_INVALID, 0, "" },
		{ "0811x", RC_INVALID, 0, "" },
		{ "123456789012345678901", RC_INVALID, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tpdu_address a = { 0 };
		char out[TPDU_ADDRESS_CAP];

		if (tpdu_address_parse(rows[i].in, &a) != rows[i].rc)
			fail_msg("row %zu", i);
		if (rows[i].rc != RC_OK)
			continue;
		tpdu_address_text(&a, out);
		assert_int_equal(a.ton, rows[i].ton);
		assert_string_equal(out, rows[i].out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submit_is_read),
		cmocka_unit_test(submit_with_header_report_and_fill_bit_is_read),
		cmocka_unit_test(submit_in_ucs2_with_wide_reference_is_read),
		cmocka_unit_test(broken_submits_are_refused),
		cmocka_unit_test(relative_validity_follows_the_table),
		cmocka_unit_test(absolute_validity_is_an_instant),
		cmocka_unit_test(deliver_matches_the_published_octets),
		cmocka_unit_test(deliver_with_header_name_and_western_zone),
		cmocka_unit_test(report_holds_both_times_and_the_status),
		cmocka_unit_test(smsc_prefix),
		cmocka_unit_test(septets_survive_packing_at_every_offset),
		cmocka_unit_test(long_texts_split_where_they_may),
		cmocka_unit_test(text_of_odd_units),
		cmocka_unit_test(coding_schemes),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
