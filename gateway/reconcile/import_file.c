/* The bytes of the file: read once to know what it is, then again row by row. Its digest is a chain
 * over blocks, so that a file of any length needs the same memory. */
#include "import_int.h"
#include <errno.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536

static const struct {
	const char *magic, *what;
} foreign[] = {
	{ "PK\x03\x04", "an Excel workbook" },
	{ "\xd0\xcf\x11\xe0", "an old Excel workbook" },
	{ "%PDF", "a PDF" },
	{ "<", "a web page" },
	{ "\xff\xfe", "Unicode text of 16 bits" },
	{ "\xfe\xff", "Unicode text of 16 bits" },
};

static rc_t refuse(char err[IMPORT_ERR_CAP], rc_t rc, const char *what)
{
	snprintf(err, IMPORT_ERR_CAP, "%s", what);
	return rc;
}

ssize_t import_file_read(void *arg, char *buf, size_t cap)
{
	struct import_file *f = arg;
	ssize_t n;

	do
		n = pread(f->fd, buf, cap, f->at);
	while (n < 0 && errno == EINTR);
	f->at += n > 0 ? n : 0;
	return n;
}

/* How many bytes at the end may belong to a character that goes on in the next block. */
static size_t cut_off(const char *s, size_t len)
{
	for (size_t n = 1; n <= 3 && n <= len; n++) {
		unsigned char c = (unsigned char)s[len - n];

		if (c >= 0xc0)
			return (c >= 0xf0 ? 4U : c >= 0xe0 ? 3U : 2U) > n ? n : 0;
		if (c < 0x80)
			return 0;
	}
	return 0;
}

struct look {
	struct import_file *f;
	char buf[CRYPTO_HASH_LEN + BLOCK]; /* the digest so far before the block */
	char text[BLOCK + 4];
	size_t carried;
};

static void look_at_block(struct look *l, size_t len)
{
	size_t all = l->carried + len, rest;

	crypto_digest(l->buf, CRYPTO_HASH_LEN + len, l->f->hash);
	memcpy(l->buf, l->f->hash, CRYPTO_HASH_LEN);
	memcpy(l->text + l->carried, l->buf + CRYPTO_HASH_LEN, len);
	rest = cut_off(l->text, all);
	l->f->utf8 = l->f->utf8 && text_utf8_valid(l->text, all - rest);
	memmove(l->text, l->text + all - rest, rest);
	l->carried = rest;
}

/* Blocks are full, whatever read() gives, so that the digest depends on the bytes alone. */
static ssize_t read_block(struct import_file *f, char *buf)
{
	size_t have = 0;
	ssize_t n = 1;

	while (n > 0 && have < BLOCK) {
		n = import_file_read(f, buf + have, BLOCK - have);
		have += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? n : (ssize_t)have;
}

static rc_t look_through(struct import_file *f, char err[IMPORT_ERR_CAP])
{
	static struct look l;
	ssize_t n;

	memset(&l, 0, sizeof l);
	l.f = f;
	f->utf8 = true;
	while ((n = read_block(f, l.buf + CRYPTO_HASH_LEN)) > 0) {
		for (size_t i = 0; f->at <= BLOCK && i < sizeof foreign / sizeof *foreign; i++)
			if (strncmp(l.buf + CRYPTO_HASH_LEN, foreign[i].magic,
			            strlen(foreign[i].magic)) == 0) {
				snprintf(err, IMPORT_ERR_CAP,
				        "is %s: open it in a spreadsheet and save it as CSV UTF-8",
				        foreign[i].what);
				return RC_INVALID;
			}
		look_at_block(&l, (size_t)n);
	}
	f->utf8 = f->utf8 && !l.carried;
	explicit_bzero(&l, sizeof l);
	f->at = 0;
	return n < 0 ? refuse(err, RC_IO, "cannot be read: check the disk") : RC_OK;
}

rc_t import_file_look(struct import_file *f, char err[IMPORT_ERR_CAP])
{
	if (fstat(f->fd, &f->st) != 0)
		return refuse(err, RC_IO, "cannot be read: check the disk");
	if (!S_ISREG(f->st.st_mode))
		return refuse(err, RC_INVALID, "is no regular file: save it to a file first");
	if (f->st.st_size == 0)
		return refuse(err, RC_INVALID, "is empty: is this the right file?");
	return look_through(f, err);
}

bool import_file_changed(const struct import_file *f)
{
	struct stat now;

	return fstat(f->fd, &now) != 0 || now.st_size != f->st.st_size ||
	       now.st_mtim.tv_sec != f->st.st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != f->st.st_mtim.tv_nsec;
}
