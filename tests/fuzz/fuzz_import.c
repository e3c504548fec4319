/* Any bytes as a file of any kind: the first two choose the kind and the source, the rest is the
 * file. Every row gets a verdict, no line holds a NIK, and a second look says the same. */
#include <fcntl.h>
#include <payung/crypto.h>
#include <payung/reconcile_import.h>
#include <payung/store.h>
#include <payung/tables.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct office words;
static struct store *store;
static struct keys *keys;
static char folder[] = "/tmp/payung-fuzz-XXXXXX";

static void on_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	fprintf(stderr, "%s:%d: %s\n", file, line, message);
	abort();
}

static void end(void)
{
	char command[80];

	store_close(store);
	keys_free(keys);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", folder);
}

static void begin(void)
{
	char key[64], path[64], err[CRYPTO_ERR_CAP];

	if (store)
		return;
	if (tables_office("templates", &words, on_fault, NULL) != RC_OK || !mkdtemp(folder))
		abort();
	snprintf(key, sizeof key, "%s/key", folder);
	snprintf(path, sizeof path, "%s/store", folder);
	if (keys_create(key, err) != RC_OK || keys_load(key, &keys, err) != RC_OK ||
	        store_open(path, STORE_CREATE, keys, 0, &store, err) != RC_OK)
		abort();
	if (atexit(end) != 0)
		abort();
}

static bool go_on(void *arg)
{
	(void)arg;
	return true;
}

/* Sixteen digits in a row are a NIK to whoever finds them. */
static bool holds_nik(const char *s)
{
	size_t run = 0;

	for (; *s; s++) {
		run = *s >= '0' && *s <= '9' ? run + 1 : 0;
		if (run >= NIK_LEN)
			return true;
	}
	return false;
}

static uint64_t look(int fd, const struct import_rules *rules)
{
	char err[IMPORT_ERR_CAP] = "";
	struct import *im = NULL;
	uint64_t sum = 1;
	bool more = true;
	int last = 0;

	if (import_open(fd, rules, &im, err) != RC_OK) {
		if (!*err)
			abort();
		return 0;
	}
	while (more) {
		size_t n;

		if (import_step(im, store, go_on, NULL, &more) != RC_OK)
			abort();
		const struct import_line *line = import_lines(im, &n);

		for (size_t i = 0; i < n; i++) {
			const struct import_line *l = &line[i];

			if (l->number <= last || l->verdict >= IMPORT_VERDICTS ||
			        holds_nik(l->why) || !text_utf8_valid(l->why, strlen(l->why)) ||
			        (l->verdict == IMPORT_BAD && !*l->why) || l->amount > RUPIAH_MAX ||
			        l->amount < -RUPIAH_MAX)
				abort();
			last = l->number;
			sum = sum * 31 + (uint64_t)l->verdict + (uint64_t)l->amount * 7;
		}
	}
	if (import_percent(im) != 100 || import_end(im, store, 0) != RC_OK)
		abort();
	import_close(im);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	begin();
	const struct conf_source source = { .name = "f",
		.encoding = data[1] % 3,
		.date_format = data[1] / 3 % 2,
		.decimals = data[1] / 6 % 3,
		.separator = data[1] / 18 % 4,
		.column = { [CONF_COLUMN_STATUS] = "-", [CONF_COLUMN_TEXT] = "-" } };
	const struct import_rules rules = { .kind = (enum source_kind)(data[0] % SOURCE_KINDS),
		.source = data[0] & 128 ? &source : NULL,
		.words = &words,
		.today = { 2026, 7, 1 },
		.age_min = 17,
		.day = data[0] & 64 ? 20545 : 0 };
	static const char *const headers[SOURCE_KINDS] = {
		"tanggal;keterangan;jumlah;debet;kredit;sign\n",
		"tanggal,keterangan,jumlah,pengirim,rekening pengirim\n",
		"nik,nama,jumlah,jumlah bulan,mulai,tanggal,transfer\n",
		"nik;nama;status;alasan;kpj;mulai;sampai;segmen;tgl lahir;l/p;tanggal\n",
	};
	const char *header = data[0] & 32 ? headers[rules.kind] : "";
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	/* most bytes are no header: one in two files gets one */
	if (fd < 0 || write(fd, header, strlen(header)) != (ssize_t)strlen(header) ||
	        write(fd, data + 2, size - 2) != (ssize_t)(size - 2))
		abort();
	if (look(fd, &rules) != look(fd, &rules))
		abort();
	close(fd);
	return 0;
}
