/* Registration codes and references. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/regcode.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A fixed sequence of numbers that look random. */
static uint64_t next(uint64_t *seed)
{
	*seed += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = (*seed ^ *seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);

	return z ^ z >> 27;
}

static const struct {
	const char *code;
	bool valid;
} codes[] = {
	{ "48217739", true },  /* computed by hand from the published table */
	{ "48217793", false }, /* swapped */
	{ "48217738", false },
	{ REGCODE_EXAMPLE, false },
	{ "4821773", false },
	{ "482177390", false },
	{ "4821773O", false },
	{ " 48217739", false },
	{ "", false },
};

static void the_check_digit_is_damms(void **state)
{
	(void)state;
	assert_int_equal(damm_digit("572", 3), 4); /* the usual example */
	assert_int_equal(damm_digit("5724", 4), 0);
	assert_int_equal(damm_digit("", 0), 0);
	for (size_t i = 0; i < COUNT(codes); i++)
		if (regcode_valid(codes[i].code) != codes[i].valid)
			fail_msg("'%s'", codes[i].code);
}

static void made_codes_are_valid_and_never_begin_with_zero(void **state)
{
	static const uint64_t edges[] = { 0, 1, 8999999, 9000000, UINT64_MAX };
	char code[REGCODE_LEN + 1];
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		regcode_make(i < COUNT(edges) ? edges[i] : next(&seed), code);
		assert_true(regcode_valid(code));
		assert_int_not_equal(code[0], '0');
	}
	regcode_make(0, code);
	assert_memory_equal(code, "1000000", 7);
	regcode_make(8999999, code);
	assert_memory_equal(code, "9999999", 7);
}

static void every_single_slip_is_found(void **state)
{
	uint64_t seed = 2;
	char code[REGCODE_LEN + 1];

	(void)state;
	for (int n = 0; n < 200; n++) {
		regcode_make(next(&seed), code);
		for (int at = 0; at < REGCODE_LEN; at++) {
			char keep = code[at];

			for (char d = '0'; d <= '9'; d++) {
				code[at] = d;
				assert_int_equal(regcode_valid(code), d == keep);
			}
			code[at] = keep;
			if (at + 1 == REGCODE_LEN || code[at + 1] == keep)
				continue;
			code[at] = code[at + 1];
			code[at + 1] = keep;
			assert_false(regcode_valid(code));
			code[at + 1] = code[at];
			code[at] = keep;
		}
	}
}

static void references_have_no_signs_that_look_alike(void **state)
{
	uint64_t seed = 3;
	char ref[REF_LEN + 1], first[REF_LEN + 1];
	int same = 0;

	(void)state;
	ref_make(0, first);
	for (int i = 0; i < 5000; i++) {
		ref_make(next(&seed), ref);
		assert_int_equal(strlen(ref), REF_LEN);
		assert_int_equal(strspn(ref, "ABCDEFGHJKMNPQRSTVWXYZ23456789"), REF_LEN);
		assert_true(ref[0] >= 'A'); /* so never digits only */
		same += strcmp(ref, first) == 0;
	}
	assert_int_equal(same, 0);
}

static void every_place_of_a_reference_varies(void **state)
{
	uint64_t seed = 4;
	bool seen[REF_LEN][128] = { { false } };
	char ref[REF_LEN + 1];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		ref_make(next(&seed), ref);
		for (int k = 0; k < REF_LEN; k++)
			seen[k][(unsigned char)ref[k]] = true;
	}
	for (int k = 0; k < REF_LEN; k++) {
		int kinds = 0;

		for (int c = 0; c < 128; c++)
			kinds += seen[k][c];
		assert_int_equal(kinds, k == 0 ? 22 : 30);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_digit_is_damms),
		cmocka_unit_test(made_codes_are_valid_and_never_begin_with_zero),
		cmocka_unit_test(every_single_slip_is_found),
		cmocka_unit_test(references_have_no_signs_that_look_alike),
		cmocka_unit_test(every_place_of_a_reference_varies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
