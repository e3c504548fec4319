#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <payung/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEX_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX_B "f0e0d0c0b0a090807060504030201000ffeeddccbbaa99887766554433221100"
#define ONE "payung-key 1\n1 " HEX_A "\n"
#define TWO ONE "2 " HEX_B "\n"

static char folder[64], file[128], copy[128];
static char err[CRYPTO_ERR_CAP];

static void write_file(const char *text, mode_t mode)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, mode), 0);
}

static struct keys *keys_of(const char *text)
{
	struct keys *k = NULL;

	write_file(text, 0600);
	if (keys_load(file, &k, err) != RC_OK)
		fail_msg("%s", err);
	return k;
}

static void assert_same_keys(const struct keys *a, const struct keys *b)
{
	uint8_t ca[CRYPTO_HASH_LEN], cb[CRYPTO_HASH_LEN], sealed[64], plain[8];
	size_t n;

	keys_check_value(a, ca);
	keys_check_value(b, cb);
	assert_memory_equal(ca, cb, sizeof(ca));
	assert_int_equal(keys_version(a), keys_version(b));
	assert_int_equal(keys_seal(a, "x", "abc", 3, sealed, sizeof(sealed), &n), RC_OK);
	assert_int_equal(keys_open(b, "x", sealed, n, plain, sizeof(plain), &n), RC_OK);
}

static void test_created_key_file_is_private_and_never_written_over(void **state)
{
	struct keys *a = NULL, *b = NULL;
	struct stat st;

	(void)state;
	unlink(file);
	assert_int_equal(keys_load(file, &a, err), RC_NOENT);
	umask(0);
	assert_int_equal(keys_create(file, err), RC_OK);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(keys_load(file, &a, err), RC_OK);
	assert_int_equal(keys_create(file, err), RC_EXISTS);
	assert_non_null(strstr(err, "never written over"));
	assert_int_equal(keys_load(file, &b, err), RC_OK);
	assert_same_keys(a, b);
	keys_free(a);
	keys_free(b);
	assert_int_equal(keys_create("/nonexistent/key", err), RC_IO);
}

static void test_two_new_keys_differ(void **state)
{
	uint8_t a[CRYPTO_HASH_LEN], b[CRYPTO_HASH_LEN];
	struct keys *k;

	(void)state;
	for (int i = 0; i < 2; i++) {
		unlink(file);
		assert_int_equal(keys_create(file, err), RC_OK);
		assert_int_equal(keys_load(file, &k, err), RC_OK);
		keys_check_value(k, i ? b : a);
		keys_free(k);
	}
	assert_memory_not_equal(a, b, sizeof(a));
}

static void test_key_file_open_to_others_is_refused_with_the_cure(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0601, 0660, 0644 };
	struct keys *k = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		write_file(ONE, modes[i]);
		assert_int_equal(keys_load(file, &k, err), RC_INVALID);
		assert_non_null(strstr(err, "chmod 600"));
		assert_null(k);
	}
}

static void test_damaged_key_files_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"payung-key 1\n",
		"payung-key 2\n1 " HEX_A "\n",
		"1 " HEX_A "\n",
		"payung-key 1\n1 " HEX_A,
		"payung-key 1\n1 " HEX_A "0\n",
		"payung-key 1\n1 0" HEX_A "\n",
		"payung-key 1\n1  " HEX_A "\n",
		"payung-key 1\n " HEX_A "\n",
		"payung-key 1\n0 " HEX_A "\n",
		"payung-key 1\n256 " HEX_A "\n",
		"payung-key 1\n1 "
		"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		"payung-key 1\n1 0001\n",
		ONE "1 " HEX_B "\n",
		"payung-key 1\n2 " HEX_A "\n1 " HEX_B "\n",
		ONE "more\n",
		ONE "\n",
	};
	struct keys *k = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file(texts[i], 0600);
		if (keys_load(file, &k, err) != RC_INVALID)
			fail_msg("text %zu is not refused", i);
		assert_non_null(strstr(err, "restore it"));
		assert_null(strstr(err, "0001020304"));
	}
	assert_int_equal(keys_load(folder, &k, err), RC_INVALID);
}

static void test_sealed_value_opens_under_its_context_only(void **state)
{
	static const char nik[] = "3374011203850001";
	struct keys *k = keys_of(ONE), *other = keys_of("payung-key 1\n1 " HEX_B "\n");
	uint8_t a[128], b[128], plain[128];
	size_t n = 0, m = 0;

	(void)state;
	assert_int_equal(keys_seal(k, "worker.nik", nik, 16, a, sizeof(a), &n), RC_OK);
	assert_int_equal(n, 16 + KEYS_OVERHEAD);
	assert_int_equal(a[0], 1);
	assert_null(memmem(a, n, nik, 4));
	assert_int_equal(keys_seal(k, "worker.nik", nik, 16, b, sizeof(b), &n), RC_OK);
	assert_memory_not_equal(a, b, n);

	assert_int_equal(keys_open(k, "worker.nik", a, n, plain, sizeof(plain), &m), RC_OK);
	assert_int_equal(m, 16);
	assert_memory_equal(plain, nik, 16);
	assert_int_equal(keys_open(k, "worker.nib", a, n, plain, sizeof(plain), &m), RC_INVALID);
	assert_int_equal(
	        keys_open(other, "worker.nik", a, n, plain, sizeof(plain), &m), RC_INVALID);
	keys_free(k);
	keys_free(other);
}

static void test_every_altered_or_missing_byte_is_noticed(void **state)
{
	struct keys *k = keys_of(ONE);
	uint8_t a[64], plain[64];
	size_t n, m;

	(void)state;
	assert_int_equal(keys_seal(k, "c", "body", 4, a, sizeof(a), &n), RC_OK);
	for (size_t i = 0; i < n; i++) {
		a[i] ^= 0x40;
		assert_int_equal(keys_open(k, "c", a, n, plain, sizeof(plain), &m),
		        i == 0 ? RC_NOENT : RC_INVALID);
		a[i] ^= 0x40;
		assert_int_equal(keys_open(k, "c", a, i, plain, sizeof(plain), &m), RC_INVALID);
	}
	keys_free(k);
}

static void test_buffers_too_small_and_empty_values(void **state)
{
	struct keys *k = keys_of(ONE);
	uint8_t a[64], plain[4];
	size_t n, m = 9;

	(void)state;
	assert_int_equal(keys_seal(k, "c", "body", 4, a, 44, &n), RC_LIMIT);
	assert_int_equal(keys_seal(k, "c", "body", 4, a, 45, &n), RC_OK);
	assert_int_equal(keys_open(k, "c", a, n, plain, 3, &m), RC_LIMIT);
	assert_int_equal(keys_open(k, "c", a, n, plain, 4, &m), RC_OK);
	assert_int_equal(keys_seal(k, "c", "", 0, a, sizeof(a), &n), RC_OK);
	assert_int_equal(keys_open(k, "c", a, n, plain, 0, &m), RC_OK);
	assert_int_equal(m, 0);
	keys_free(k);
}

static void test_second_version_seals_anew_and_opens_the_old(void **state)
{
	struct keys *one = keys_of(ONE), *two = keys_of(TWO);
	uint8_t a[64], b[64], plain[8], ha[32], hb[32];
	size_t n, m;

	(void)state;
	assert_int_equal(keys_version(one), 1);
	assert_int_equal(keys_version(two), 2);
	assert_int_equal(keys_seal(one, "c", "body", 4, a, sizeof(a), &n), RC_OK);
	assert_int_equal(keys_seal(two, "c", "body", 4, b, sizeof(b), &n), RC_OK);
	assert_int_equal(b[0], 2);
	assert_int_equal(keys_open(two, "c", a, n, plain, sizeof(plain), &m), RC_OK);
	assert_int_equal(keys_open(one, "c", b, n, plain, sizeof(plain), &m), RC_NOENT);

	keys_hash(one, "nik", "1", 1, ha);
	keys_hash(two, "nik", "1", 1, hb);
	assert_memory_equal(ha, hb, 32);
	keys_check_value(one, ha);
	keys_check_value(two, hb);
	assert_memory_equal(ha, hb, 32);
	keys_free(one);
	keys_free(two);
}

/* Even where both versions have one master key, so that only the byte itself can tell. */
static void test_version_byte_is_authenticated(void **state)
{
	struct keys *k = keys_of(ONE "2 " HEX_A "\n");
	uint8_t a[64], plain[8];
	size_t n, m;

	(void)state;
	assert_int_equal(keys_seal(k, "c", "body", 4, a, sizeof(a), &n), RC_OK);
	a[0] = 1;
	assert_int_equal(keys_open(k, "c", a, n, plain, sizeof(plain), &m), RC_INVALID);
	keys_free(k);
}

/* All of one key; every pair must differ, whatever purposes and data have in common. */
static void test_hashes_of_different_things_differ(void **state)
{
	struct keys *k = keys_of(ONE), *other = keys_of("payung-key 1\n1 " HEX_B "\n");
	static const uint8_t zero[CRYPTO_HASH_LEN];
	uint8_t h[9][CRYPTO_HASH_LEN], again[CRYPTO_HASH_LEN];

	(void)state;
	keys_hash(k, "nik", "ab", 2, h[0]);
	keys_hash(k, "nika", "b", 1, h[1]);
	keys_hash(k, "phone", "ab", 2, h[2]);
	keys_hash(k, "nik", "ac", 2, h[3]);
	keys_hash(other, "nik", "ab", 2, h[4]);
	keys_chain(k, zero, "ab", 2, h[5]);
	keys_chain(k, h[5], "ab", 2, h[6]);
	keys_check_value(k, h[7]);
	crypto_digest("ab", 2, h[8]);
	for (size_t i = 0; i < 9; i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(h[i], h[j], CRYPTO_HASH_LEN);
	keys_hash(k, "nik", "ab", 2, again);
	assert_memory_equal(again, h[0], CRYPTO_HASH_LEN);
	keys_free(k);
	keys_free(other);
}

/* What stands in stores must be the same for ever: computed apart, with the BLAKE2b of Python. */
static void test_stored_forms_never_change(void **state)
{
	static const uint8_t nik[] = { 0xce, 0x6f, 0xfc, 0x41, 0x25, 0xfa, 0xdf, 0x4f };
	static const uint8_t check[] = { 0x16, 0x05, 0x74, 0x3a, 0xe3, 0x8f, 0x52, 0xf3 };
	struct keys *k = keys_of(ONE);
	uint8_t h[CRYPTO_HASH_LEN];

	(void)state;
	keys_hash(k, "nik", "3374011203850001", 16, h);
	assert_memory_equal(h, nik, sizeof(nik));
	keys_check_value(k, h);
	assert_memory_equal(h, check, sizeof(check));
	keys_free(k);
}

static void test_digest_is_blake2b(void **state)
{
	/* BLAKE2b-256 of "abc" */
	static const uint8_t want[] = { 0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72 };
	uint8_t h[CRYPTO_HASH_LEN];

	(void)state;
	crypto_digest("abc", 3, h);
	assert_memory_equal(h, want, sizeof(want));
}

static void test_paper_copy_gives_the_keys_back(void **state)
{
	struct keys *k = keys_of(TWO), *back = NULL, *saved = NULL;
	char paper[KEYS_PAPER_CAP], typed[2 * KEYS_PAPER_CAP];
	size_t n = 0;

	(void)state;
	assert_int_equal(keys_print(k, paper, 100), RC_LIMIT);
	assert_int_equal(keys_print(k, paper, sizeof(paper)), RC_OK);
	assert_int_equal(keys_from_paper(paper, &back, err), RC_OK);
	assert_same_keys(k, back);
	unlink(copy);
	assert_int_equal(keys_save(back, copy, err), RC_OK);
	assert_int_equal(keys_load(copy, &saved, err), RC_OK);
	assert_same_keys(k, saved);
	keys_free(saved);
	keys_free(back);

	/* as a person types it */
	for (const char *p = strchr(paper, '\n') + 1; *p; p++) {
		bool in_groups = n > 0 && typed[n - 1] != '\n' && strchr("01", *p) && p[-1] != '-';

		if (in_groups && p[1] != '-')
			typed[n++] = *p == '0' ? 'o' : 'l';
		else if (*p == ' ')
			typed[n++] = '-', typed[n++] = ' ';
		else
			typed[n++] = (char)tolower((unsigned char)*p);
	}
	typed[n] = '\0';
	back = NULL;
	if (keys_from_paper(typed, &back, err) != RC_OK)
		fail_msg("%s in\n%s", err, typed);
	assert_same_keys(k, back);
	keys_free(back);
	keys_free(k);
}

static void test_every_wrong_or_swapped_character_on_paper_is_found(void **state)
{
	static const char chars[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct keys *k = keys_of(ONE), *back = NULL;
	char paper[KEYS_PAPER_CAP];
	int tried = 0;

	(void)state;
	assert_int_equal(keys_print(k, paper, sizeof(paper)), RC_OK);
	for (char *p = strstr(paper, "1-1 ") + 4; *p; p++) {
		char was = *p, next = p[1];

		if (p[0] == '1' && p[1] == '-')
			p += 3; /* the label of the next line */
		if (!strchr(chars, *p))
			continue;
		was = *p;
		next = p[1];
		for (const char *c = chars; *c; c++) {
			if (*c == was)
				continue;
			*p = *c;
			if (keys_from_paper(paper, &back, err) != RC_INVALID)
				fail_msg("%c for %c passed", *c, was);
			tried++;
		}
		*p = was;
		if (strchr(chars, next) && next && next != was) {
			*p = next;
			p[1] = was;
			assert_int_equal(keys_from_paper(paper, &back, err), RC_INVALID);
			*p = was;
			p[1] = next;
		}
	}
	assert_int_equal(tried, 4 * 16 * 31);
	keys_free(k);
}

static void test_faults_on_paper_are_named_by_line(void **state)
{
	struct keys *k = keys_of(ONE), *back = NULL;
	char paper[KEYS_PAPER_CAP], text[2 * KEYS_PAPER_CAP], row[5][32];
	const struct {
		const char *a, *b, *c, *d, *e, *says;
	} rows[] = {
		{ row[1], row[2], row[3], "", "", "line 4 of the paper copy is missing" },
		{ row[1], row[3], row[2], row[4], "", "line 2 of the paper copy is not the next" },
		{ row[1], row[2], row[2], row[3], row[4], "line 3 of the paper copy is not" },
		{ row[2], row[3], row[4], "", "", "line 1 of the paper copy is not" },
		{ row[1], row[2], row[3], row[4], row[1], "line 6 of the paper copy is missing" },
		{ row[1], row[2], row[3], "1-4 ABCD\n", "",
		        "line 4 of the paper copy has too few" },
		{ row[1], "hello\n", "", "", "", "line 2 of the paper copy does not begin" },
		{ row[1], "1-9 ABCD\n", "", "", "", "line 2 of the paper copy has no possible" },
		{ row[1], "1-2 AB?D\n", "", "", "", "line 2 of the paper copy holds a character" },
		{ "", "", "", "", "", "line 1 of the paper copy is missing" },
	};
	char *p = paper;

	(void)state;
	assert_int_equal(keys_print(k, paper, sizeof(paper)), RC_OK);
	for (size_t i = 0; i < 5; i++) {
		size_t len = strcspn(p, "\n") + 1;

		snprintf(row[i], sizeof(row[i]), "%.*s", len < 32 ? (int)len : 0, p);
		p += len;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "%s%s%s%s%s", rows[i].a, rows[i].b, rows[i].c,
		        rows[i].d, rows[i].e);
		assert_int_equal(keys_from_paper(text, &back, err), RC_INVALID);
		if (!strstr(err, rows[i].says))
			fail_msg("row %zu: %s", i, err);
	}
	assert_null(back);
	keys_free(k);
}

static void test_keys_load_without_lockable_memory(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	write_file(ONE, 0600);
	pid = fork();
	if (pid == 0) {
		struct rlimit none = { 0, 0 };
		struct keys *k = NULL;

		setrlimit(RLIMIT_MEMLOCK, &none);
		/* root may lock whatever the limit says */
		if (geteuid() == 0 && (chown(file, 4321, 4321) || setuid(4321)))
			_exit(2);
		_exit(keys_load(file, &k, err) == RC_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	unlink(file);
}

static void test_small_tools(void **state)
{
	char buf[8] = "secret";

	(void)state;
	assert_true(crypto_equal("abc", "abd", 2));
	assert_false(crypto_equal("abc", "abd", 3));
	assert_true(crypto_random_u64() != crypto_random_u64());
	crypto_wipe(buf, sizeof(buf));
	assert_memory_equal(buf, "\0\0\0\0\0\0\0", 8);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/payung-crypto-XXXXXX");
	if (!mkdtemp(folder) || chmod(folder, 0755))
		return -1;
	snprintf(file, sizeof(file), "%s/key", folder);
	snprintf(copy, sizeof(copy), "%s/copy", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	unlink(copy);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_created_key_file_is_private_and_never_written_over),
		cmocka_unit_test(test_two_new_keys_differ),
		cmocka_unit_test(test_key_file_open_to_others_is_refused_with_the_cure),
		cmocka_unit_test(test_damaged_key_files_are_refused),
		cmocka_unit_test(test_sealed_value_opens_under_its_context_only),
		cmocka_unit_test(test_every_altered_or_missing_byte_is_noticed),
		cmocka_unit_test(test_buffers_too_small_and_empty_values),
		cmocka_unit_test(test_second_version_seals_anew_and_opens_the_old),
		cmocka_unit_test(test_version_byte_is_authenticated),
		cmocka_unit_test(test_hashes_of_different_things_differ),
		cmocka_unit_test(test_stored_forms_never_change),
		cmocka_unit_test(test_digest_is_blake2b),
		cmocka_unit_test(test_paper_copy_gives_the_keys_back),
		cmocka_unit_test(test_every_wrong_or_swapped_character_on_paper_is_found),
		cmocka_unit_test(test_faults_on_paper_are_named_by_line),
		cmocka_unit_test(test_keys_load_without_lockable_memory),
		cmocka_unit_test(test_small_tools),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
