#include "flight.h"

#include <assert.h>
#include <fcntl.h>
#include <payung/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES_MAX 64

struct flight {
	char store[256], boot[40];
	bool proof, given_up;
	size_t n;
	struct flight_record left[PAGES_MAX * FLIGHT_RECORDS];
};

static void read_boot(char boot[40])
{
	FILE *in = fopen("/proc/sys/kernel/random/boot_id", "re");

	memset(boot, 0, 40);
	if (!in)
		return;
	if (!fgets(boot, 40, in))
		boot[0] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	fclose(in);
}

static void page_path(const struct flight *f, size_t index, char out[300])
{
	snprintf(out, 300, "%s-flight-%zu", f->store, index);
}

static void read_page(struct flight *f, size_t index)
{
	char path[300];
	struct flight_page page;

	page_path(f, index, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	bool whole = read(fd, &page, sizeof page) == (ssize_t)sizeof page;

	close(fd);
	if (!whole || page.magic != FLIGHT_MAGIC || !f->boot[0] ||
	        memcmp(page.boot, f->boot, sizeof page.boot) != 0)
		return;
	f->proof = true;
	for (size_t i = 0; i < FLIGHT_RECORDS; i++)
		if (page.record[i].state != FLIGHT_FREE)
			f->left[f->n++] = page.record[i];
}

struct flight *flight_open(const char *store_path)
{
	struct flight *f = calloc(1, sizeof *f);

	assert(f);
	snprintf(f->store, sizeof f->store, "%s", store_path);
	read_boot(f->boot);
	for (size_t i = 0; i < PAGES_MAX; i++)
		read_page(f, i);
	return f;
}

void flight_close(struct flight *f)
{
	free(f);
}

bool flight_is_proof(const struct flight *f)
{
	return f->proof;
}

const struct flight_record *flight_find(const struct flight *f, uint64_t id, uint32_t part)
{
	const struct flight_record *best = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (f->left[i].id == id && f->left[i].part == part &&
		        (!best || f->left[i].state > best->state))
			best = &f->left[i];
	return best;
}

static void remove_pages(const struct flight *f)
{
	char path[300];

	for (size_t i = 0; i < PAGES_MAX; i++) {
		page_path(f, i, path);
		unlink(path);
	}
}

void flight_settled(struct flight *f)
{
	remove_pages(f);
	f->n = 0;
	f->proof = false;
}

static int make_page(const struct flight *f, const char *path)
{
	struct flight_page page = { .magic = FLIGHT_MAGIC };

	memcpy(page.boot, f->boot, sizeof page.boot);
	unlink(path); /* a new file: a worker that is just dying keeps only the old one */
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && ftruncate(fd, FLIGHT_BYTES) == 0 &&
	        pwrite(fd, &page, sizeof page, 0) == (ssize_t)sizeof page)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The pages together prove what was never started. With one missing they would prove it of its
 * modem's texts too, and those would go out twice: then there must be none at all. */
int flight_page(struct flight *f, size_t index)
{
	char path[300];

	if (f->given_up)
		return -1;
	page_path(f, index, path);
	int fd = index < PAGES_MAX ? make_page(f, path) : -1;

	if (fd < 0) {
		log_warn("flight page=%s: cannot be written; after a crash more texts than needed "
		         "will be unknown",
		        path);
		f->given_up = true;
		remove_pages(f);
	}
	return fd;
}
