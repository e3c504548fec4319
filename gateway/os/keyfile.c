/* The key file: text, so that a person sees what it is; one line a version, oldest first.
 *     payung-key 1
 *     1 <64 hexadecimal digits>
 * It is never written over: with the key gone the store's sealed fields are gone. */
#include "keyring.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "payung-key 1\n"
#define FILE_CAP 1024 /* KEYS_VERSIONS lines and the header */

static void err_errno(char *err, const char *path, const char *what, const char *next)
{
	snprintf(err, CRYPTO_ERR_CAP, "key file %s: %s: %s; %s", path, what, strerror(errno), next);
}

static rc_t write_all(int fd, const char *buf, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return RC_IO;
		buf += n;
		len -= (size_t)n;
	}
	return RC_OK;
}

/* A new name is on disk only when its folder is. */
static rc_t sync_folder(const char *path)
{
	char copy[4096];
	int fd, bad;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return RC_IO;
	bad = fsync(fd);
	close(fd);
	return bad ? RC_IO : RC_OK;
}

static size_t format_keys(const struct keys *k, char buf[FILE_CAP])
{
	size_t n = (size_t)snprintf(buf, FILE_CAP, "%s", HEADER);

	for (size_t i = 0; i < k->n; i++) {
		n += (size_t)snprintf(buf + n, FILE_CAP - n, "%u ", k->key[i].version);
		for (size_t j = 0; j < KEYS_MASTER_LEN; j++)
			n += (size_t)snprintf(
			        buf + n, FILE_CAP - n, "%02x", (unsigned)k->key[i].master[j]);
		n += (size_t)snprintf(buf + n, FILE_CAP - n, "\n");
	}
	return n;
}

rc_t keys_save(const struct keys *k, const char *path, char err[CRYPTO_ERR_CAP])
{
	char buf[FILE_CAP];
	size_t len;
	rc_t rc;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST) {
		snprintf(err, CRYPTO_ERR_CAP,
		        "key file %s exists already; it is never written over, move it away first",
		        path);
		return RC_EXISTS;
	}
	if (fd < 0) {
		err_errno(err, path, "cannot be created", "check its folder and your user");
		return RC_IO;
	}
	len = format_keys(k, buf);
	rc = fchmod(fd, 0600) ? RC_IO : write_all(fd, buf, len);
	crypto_wipe(buf, sizeof(buf));
	if (rc == RC_OK && fsync(fd))
		rc = RC_IO;
	if (close(fd) && rc == RC_OK)
		rc = RC_IO;
	if (rc == RC_OK)
		rc = sync_folder(path);
	if (rc != RC_OK) {
		err_errno(err, path, "cannot be written to disk", "check the disk, then try again");
		unlink(path);
	}
	return rc;
}

rc_t keys_create(const char *path, char err[CRYPTO_ERR_CAP])
{
	struct keys *k = keys_new();
	uint8_t master[KEYS_MASTER_LEN];
	rc_t rc;

	crypto_random(master, sizeof(master));
	keys_add(k, 1, master);
	crypto_wipe(master, sizeof(master));
	rc = keys_save(k, path, err);
	keys_free(k);
	return rc;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One line "version hex\n"; moves *s behind it. */
static bool parse_line(const char **s, struct keys *k)
{
	uint8_t master[KEYS_MASTER_LEN] = { 0 };
	const char *p = *s;
	unsigned version = 0;
	bool ok;

	while (isdigit((unsigned char)*p) && version < 1000)
		version = version * 10 + (unsigned)(*p++ - '0');
	ok = p != *s && *p++ == ' ';
	for (size_t i = 0; ok && i < 2 * KEYS_MASTER_LEN; i++) {
		int v = hex_value(*p++);

		ok = v >= 0;
		if (ok)
			master[i / 2] = (uint8_t)(master[i / 2] << 4 | v);
	}
	ok = ok && *p++ == '\n' && keys_add(k, version, master);
	crypto_wipe(master, sizeof(master));
	*s = p;
	return ok;
}

static bool parse_file(const char *text, struct keys *k)
{
	size_t header = strlen(HEADER);

	if (strncmp(text, HEADER, header) != 0)
		return false;
	for (text += header; *text;)
		if (!parse_line(&text, k))
			return false;
	return k->n > 0;
}

static rc_t check_access(int fd, const char *path, char *err)
{
	struct stat st;

	if (fstat(fd, &st)) {
		err_errno(err, path, "cannot be examined", "check the disk");
		return RC_IO;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(err, CRYPTO_ERR_CAP, "key file %s is no regular file; correct key_file",
		        path);
		return RC_INVALID;
	}
	if (geteuid() != 0 && st.st_uid != geteuid()) {
		snprintf(err, CRYPTO_ERR_CAP,
		        "key file %s belongs to uid %u, not to us (uid %u); run: chown %u %s", path,
		        (unsigned)st.st_uid, (unsigned)geteuid(), (unsigned)geteuid(), path);
		return RC_INVALID;
	}
	if (st.st_mode & 077) {
		snprintf(err, CRYPTO_ERR_CAP,
		        "key file %s is open to group or others (mode %04o); run: chmod 600 %s",
		        path, (unsigned)st.st_mode & 07777, path);
		return RC_INVALID;
	}
	return RC_OK;
}

rc_t keys_load(const char *path, struct keys **out, char err[CRYPTO_ERR_CAP])
{
	char buf[FILE_CAP];
	struct keys *k = NULL;
	ssize_t n;
	rc_t rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		rc = errno == ENOENT ? RC_NOENT : RC_IO;
		err_errno(err, path, "cannot be read",
		        rc == RC_NOENT
		                ? "run `payung init` for a new store, or `payung key restore`"
		                : "run as its owner");
		return rc;
	}
	rc = check_access(fd, path, err);
	if (rc != RC_OK)
		goto out;
	n = read(fd, buf, sizeof(buf) - 1);
	if (n < 0) {
		err_errno(err, path, "cannot be read", "check the disk");
		rc = RC_IO;
		goto out;
	}
	buf[n] = '\0';
	k = keys_new();
	if (strlen(buf) != (size_t)n || !parse_file(buf, k)) {
		snprintf(err, CRYPTO_ERR_CAP,
		        "key file %s is damaged or no key file; restore it from a copy or from "
		        "paper",
		        path);
		rc = RC_INVALID;
		goto out;
	}
	*out = k;
	k = NULL;
out:
	crypto_wipe(buf, sizeof(buf));
	keys_free(k);
	close(fd);
	return rc;
}
