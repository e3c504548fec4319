/* A disk that misbehaves under a real payungd. It passes everything through to the system's VFS and
 * remembers what no sync has covered. The file that PAYUNG_VFS names says what is wrong, and may be
 * changed while the program runs:
 *   cut N     at the Nth write, truncation or sync from now the power goes: each write that was not
 *             synced survives or not, by lot, and the process is gone
 *   fsync N   the Nth sync from now fails, and what it should have covered survives by lot
 *   full      no file can grow
 *   every N   every Nth read, write, truncation and sync fails
 * Linked with payungd's own objects this makes payungd-faulty. */
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

struct change { /* one write or truncation that no sync has covered */
	struct change *older;
	bool truncate;
	sqlite3_int64 at, size_before; /* truncate: at is the new size */
	int n, n_old;
	char *now, *old;
};
struct shim {
	sqlite3_file base;
	sqlite3_file *real; /* right behind this struct */
	struct change *newest;
	struct shim *next; /* of all that are open */
};

static sqlite3_vfs *below;
static struct shim *open_files;
static struct {
	struct timespec changed;
	enum { HEALTHY, CUT, FSYNC, FULL, EVERY } what;
	int n, count;
} fault;

static void *room(sqlite3_int64 n)
{
	void *p = malloc(n > 0 ? (size_t)n : 1);

	if (!p)
		abort();
	return p;
}

/* ---- what is wrong just now ---- */

static void look(void)
{
	static const char *const words[] = { "", "cut", "fsync", "full", "every" };
	const char *path = getenv("PAYUNG_VFS");
	char word[16] = "";
	struct stat st = { 0 };

	if (!path || stat(path, &st) != 0)
		fault.what = HEALTHY;
	if (memcmp(&st.st_mtim, &fault.changed, sizeof st.st_mtim) == 0)
		return;
	fault.changed = st.st_mtim;
	fault.n = fault.count = 0;
	fault.what = HEALTHY;
	FILE *in = path ? fopen(path, "re") : NULL;

	if (!in)
		return;
	if (fscanf(in, "%15s %d", word, &fault.n) >= 1)
		for (unsigned i = 1; i < sizeof words / sizeof *words; i++)
			if (strcmp(word, words[i]) == 0)
				fault.what = i;
	fclose(in);
}

static bool call_fails(void)
{
	look();
	return fault.what == EVERY && ++fault.count % fault.n == 0;
}

static bool survives(void)
{
	unsigned char lot;

	return getrandom(&lot, 1, 0) != 1 || lot % 2;
}

/* ---- changes that may be lost ---- */

static sqlite3_int64 size_of(struct shim *s)
{
	sqlite3_int64 size = 0;

	s->real->pMethods->xFileSize(s->real, &size);
	return size;
}

static void remember(struct shim *s, struct change c, const void *data)
{
	struct change *copy = room(sizeof *copy);

	c.size_before = size_of(s);
	sqlite3_int64 from = c.at, old = c.size_before - c.at;

	if (!c.truncate && old > c.n)
		old = c.n;
	if (old > 0) {
		c.n_old = (int)old;
		c.old = room(old);
		s->real->pMethods->xRead(s->real, c.old, c.n_old, from);
	}
	if (!c.truncate)
		c.now = memcpy(room(c.n), data, (size_t)c.n);
	c.older = s->newest;
	*copy = c;
	s->newest = copy;
}

static void forget(struct shim *s)
{
	while (s->newest) {
		struct change *c = s->newest;

		s->newest = c->older;
		free(c->now);
		free(c->old);
		free(c);
	}
}

static void take_back(struct shim *s, const struct change *c)
{
	const sqlite3_io_methods *m = s->real->pMethods;

	if (c->n_old > 0)
		m->xWrite(s->real, c->old, c->n_old, c->at);
	if (size_of(s) > c->size_before)
		m->xTruncate(s->real, c->size_before);
}

static void make_again(struct shim *s, const struct change *c)
{
	if (!c)
		return;
	make_again(s, c->older); /* in the order they were made */
	if (!survives())
		return;
	if (c->truncate)
		s->real->pMethods->xTruncate(s->real, c->at);
	else
		s->real->pMethods->xWrite(s->real, c->now, c->n, c->at);
}

static void draw_lots(struct shim *s)
{
	for (const struct change *c = s->newest; c; c = c->older)
		take_back(s, c);
	make_again(s, s->newest);
	forget(s);
}

static void power_goes(void)
{
	for (struct shim *s = open_files; s; s = s->next)
		draw_lots(s);
	raise(SIGKILL);
}

/* ---- sqlite3_io_methods ---- */

#define SHIM(f) ((struct shim *)(f))
#define REAL(f) (SHIM(f)->real)

static int shim_close(sqlite3_file *f)
{
	struct shim **at = &open_files;

	while (*at && *at != SHIM(f))
		at = &(*at)->next;
	if (*at)
		*at = SHIM(f)->next;
	forget(SHIM(f));
	return REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f)) : SQLITE_OK;
}

static int shim_read(sqlite3_file *f, void *buf, int n, sqlite3_int64 at)
{
	return call_fails() ? SQLITE_IOERR_READ : REAL(f)->pMethods->xRead(REAL(f), buf, n, at);
}

static void perhaps_cut(void)
{
	if (fault.what == CUT && ++fault.count == fault.n)
		power_goes();
}

static int shim_write(sqlite3_file *f, const void *buf, int n, sqlite3_int64 at)
{
	if (call_fails())
		return SQLITE_IOERR_WRITE;
	perhaps_cut();
	if (fault.what == FULL && at + n > size_of(SHIM(f)))
		return SQLITE_FULL;
	remember(SHIM(f), (struct change){ .at = at, .n = n }, buf);
	return REAL(f)->pMethods->xWrite(REAL(f), buf, n, at);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (call_fails())
		return SQLITE_IOERR_TRUNCATE;
	perhaps_cut();
	remember(SHIM(f), (struct change){ .truncate = true, .at = size }, NULL);
	return REAL(f)->pMethods->xTruncate(REAL(f), size);
}

static int shim_sync(sqlite3_file *f, int flags)
{
	if (call_fails())
		return SQLITE_IOERR_FSYNC;
	perhaps_cut();
	if (fault.what == FSYNC && ++fault.count == fault.n) {
		draw_lots(SHIM(f));
		return SQLITE_IOERR_FSYNC;
	}
	forget(SHIM(f));
	return REAL(f)->pMethods->xSync(REAL(f), flags);
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return REAL(f)->pMethods->xFileSize(REAL(f), size);
}

static int shim_lock(sqlite3_file *f, int level)
{
	return REAL(f)->pMethods->xLock(REAL(f), level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
	return REAL(f)->pMethods->xUnlock(REAL(f), level);
}

static int shim_reserved(sqlite3_file *f, int *out)
{
	return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
	return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}

static int shim_sector(sqlite3_file *f)
{
	return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int shim_traits(sqlite3_file *f)
{
	return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int shim_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
	return REAL(f)->pMethods->xShmMap(REAL(f), region, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int shim_shm_unmap(sqlite3_file *f, int drop)
{
	return REAL(f)->pMethods->xShmUnmap(REAL(f), drop);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = shim_close,
	.xRead = shim_read,
	.xWrite = shim_write,
	.xTruncate = shim_truncate,
	.xSync = shim_sync,
	.xFileSize = shim_size,
	.xLock = shim_lock,
	.xUnlock = shim_unlock,
	.xCheckReservedLock = shim_reserved,
	.xFileControl = shim_control,
	.xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_traits,
	.xShmMap = shim_shm_map,
	.xShmLock = shim_shm_lock,
	.xShmBarrier = shim_shm_barrier,
	.xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
	struct shim *s = SHIM(f);
	int rc;

	(void)v;
	*s = (struct shim){ .real = (sqlite3_file *)(s + 1) };
	rc = below->xOpen(below, name, s->real, flags, out_flags);
	if (!s->real->pMethods)
		return rc;
	s->base.pMethods = &methods;
	s->next = open_files;
	open_files = s;
	return rc;
}

__attribute__((constructor)) static void misbehave(void)
{
	static sqlite3_vfs shim;

	if (sqlite3_initialize() != SQLITE_OK)
		abort();
	below = sqlite3_vfs_find(NULL);
	shim = *below;
	shim.zName = "shim";
	shim.szOsFile = (int)sizeof(struct shim) + below->szOsFile;
	shim.pNext = NULL;
	shim.xOpen = shim_open;
	if (sqlite3_vfs_register(&shim, 1) != SQLITE_OK)
		abort();
}
