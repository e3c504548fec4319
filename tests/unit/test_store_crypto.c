/* What must never be on the disk in clear: NIKs and texts as they came in. Looked for in every
 * file of the store, while it is live (WAL) and after it was closed. */
#include "store_fixture.h"
#include <dirent.h>

#define BODY "pesan rahasia dari warung"

static bool file_holds(const char *path, const char *needle)
{
	FILE *f = fopen(path, "rb");
	const size_t n = strlen(needle);
	bool found = false;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	const size_t size = (size_t)ftell(f);
	rewind(f);
	char *all = malloc(size + 1);
	assert_non_null(all);
	assert_int_equal(fread(all, 1, size, f), size);
	fclose(f);
	for (size_t i = 0; i + n <= size && !found; i++)
		found = memcmp(all + i, needle, n) == 0;
	free(all);
	return found;
}

/* In how many files of the store's folder this stands. */
static int files_with(const struct place *p, const char *needle)
{
	DIR *d = opendir(p->folder);
	struct dirent *e;
	char path[400];
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", p->folder, e->d_name);
		if (e->d_name[0] != '.')
			n += file_holds(path, needle);
	}
	closedir(d);
	return n;
}

static void fill(struct store *s)
{
	static struct inbox_progress got;
	static const char pdu[] = "PDU of " BODY " " NIK_A;
	struct inbox_part part = { .sender = PHONE,
		.scts = T0,
		.received_at = T0,
		.total = 1,
		.part = 1,
		.text = "DAFTAR " NIK_A " " BODY,
		.pdu = (const uint8_t *)pdu,
		.pdu_len = sizeof pdu };
	struct phone_row phone;
	int64_t p, id;

	must(store_begin(s));
	must(store_inbox_add(s, &part, &got));
	must(store_inbox_done(s, got.inbox, INBOX_HANDLED, "DAFTAR [NIK]", "register", T0));
	must(store_inbox_poison(s, 0, (const uint8_t *)pdu, sizeof pdu, "broken", T0, &id));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "11111111", NIK_A);
	add_code(s, p, "22222222", NULL);
	must(use_code(s, "11111111", "R1R1R1", PHONE, NULL, false));
	must(use_code(s, "22222222", "R2R2R2", OTHER, NIK_B, false));
	must(store_phone_load(s, PHONE, T0, &phone));
	phone.dialogue.state = TALK_ASK_NAME;
	strcpy(phone.dialogue.nik, NIK_B);
	must(store_phone_save(s, &phone, T0));
	must(store_pin_refuse(s, "350000000000001", "739155", T0));
	must(store_commit(s));
}

static void secrets_are_in_no_file(void **state)
{
	static const char *const secrets[] = { NIK_A, NIK_B, BODY, "739155" };
	struct place *p = *state;

	fill(p->s);
	assert_true(files_with(p, "[NIK]") > 0); /* the search works, and on the WAL */
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		assert_int_equal(files_with(p, secrets[i]), 0);
	must(store_checkpoint(p->s, 0));
	store_close(p->s);
	p->s = NULL;
	assert_int_equal(files_with(p, "[NIK]"), 1);
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		assert_int_equal(files_with(p, secrets[i]), 0);
}

static void every_sealed_field_names_its_key(void **state)
{
	static const char *const sealed[][3] = { { "inbox_part", "pdu", "pdu_key" },
		{ "inbox_part", "text", "text_key" }, { "code", "nik", "nik_key" },
		{ "worker", "nik", "nik_key" }, { "registration", "nik", "nik_key" },
		{ "phone", "dialogue", "dialogue_key" } };
	struct place *p = *state;
	char sql[200];

	fill(p->s);
	for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++) {
		snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s IS NOT NULL",
		        sealed[i][0], sealed[i][1]);
		assert_true(ask_int(p, sql) > 0);
		snprintf(sql, sizeof sql,
		        "SELECT count(*) FROM %s WHERE (%s IS NULL) <> (%s IS NULL)", sealed[i][0],
		        sealed[i][1], sealed[i][2]);
		assert_int_equal(ask_int(p, sql), 0);
	}
}

/* A sealed value moved to another column does not open: a worker's data cannot be swapped so. */
static void a_sealed_field_opens_only_where_it_belongs(void **state)
{
	struct place *p = *state;
	struct phone_row phone;

	fill(p->s);
	must(store_phone_load(p->s, PHONE, T0, &phone));
	assert_string_equal(phone.dialogue.nik, NIK_B);
	tamper(p, "UPDATE phone SET dialogue = (SELECT nik FROM worker LIMIT 1)");
	assert_int_equal(store_phone_load(p->s, PHONE, T0, &phone), RC_INVALID);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(secrets_are_in_no_file),
		T(every_sealed_field_names_its_key),
		T(a_sealed_field_opens_only_where_it_belongs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
