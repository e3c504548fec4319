/* A disk in memory for the store, that behaves as badly as a disk may.
 * A write is only pending until the file is synced. At a power cut each pending write survives or
 * not, by lot: that is what disks do, and harder on the store than losing all. Besides, any call
 * can be made to fail once, every sync from some point on, or the disk be full. One connection at
 * a time: locks are not kept, shared memory is private. */
#ifndef STORE_VFS_H
#define STORE_VFS_H

#include <assert.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DISK_NAME "disk"
#define DISK_FILES 8

struct image {
	uint8_t *data;
	size_t size, room;
};
struct pending { /* one write or truncation that no sync has covered */
	bool truncate;
	size_t at, size;
	uint8_t *data;
	struct pending *next;
};
struct disk_file {
	char name[64];
	bool used;
	struct image now, safe; /* what reads see; what a sync has brought to the platter */
	struct pending *first, **last;
	uint8_t *shm[16];
};
static struct {
	struct disk_file file[DISK_FILES];
	bool dead;        /* the power is gone: every call fails */
	int calls, syncs; /* since disk_arm() */
	int fail_call;    /* this call fails once, 0 = none */
	int cut_sync;     /* the power goes at this sync, 0 = never */
	bool fail_syncs;  /* no sync succeeds */
	size_t capacity;  /* bytes on the disk, 0 = endless */
	uint32_t lot;     /* for what survives */
} disk;

static inline uint32_t disk_draw(void)
{
	disk.lot = disk.lot * 1664525u + 1013904223u;
	return disk.lot >> 16;
}

static inline void image_put(struct image *m, size_t at, const void *data, size_t n)
{
	if (at + n > m->room) {
		m->room = (at + n) * 2;
		m->data = realloc(m->data, m->room);
		assert(m->data);
	}
	if (at > m->size)
		memset(m->data + m->size, 0, at - m->size);
	memcpy(m->data + at, data, n);
	if (at + n > m->size)
		m->size = at + n;
}

static inline void image_cut(struct image *m, size_t size)
{
	static const uint8_t zero;

	if (size > m->size)
		image_put(m, size - 1, &zero, 1);
	m->size = size;
}

static inline void pending_apply(struct image *m, const struct pending *w)
{
	if (w->truncate)
		image_cut(m, w->size);
	else
		image_put(m, w->at, w->data, w->size);
}

/* Brings the pending writes to the platter: all of them, or each by lot. */
static inline void file_settle(struct disk_file *f, bool all)
{
	while (f->first) {
		struct pending *w = f->first;

		if (all || disk_draw() % 2)
			pending_apply(&f->safe, w);
		f->first = w->next;
		free(w->data);
		free(w);
	}
	f->last = &f->first;
}

static inline void file_forget(struct disk_file *f)
{
	file_settle(f, true);
	free(f->now.data);
	free(f->safe.data);
	memset(f, 0, sizeof *f);
}

/* From now on calls and syncs are counted, and misbehave as set. */
static inline void disk_arm(int fail_call, int cut_sync, bool fail_syncs, size_t capacity)
{
	disk.calls = disk.syncs = 0;
	disk.fail_call = fail_call;
	disk.cut_sync = cut_sync;
	disk.fail_syncs = fail_syncs;
	disk.capacity = capacity;
}

/* The power is back: what a reader finds is what reached the platter. */
static inline void disk_power_up(void)
{
	disk_arm(0, 0, false, 0);
	for (int i = 0; i < DISK_FILES; i++) {
		struct disk_file *f = &disk.file[i];

		if (!f->used)
			continue;
		file_settle(f, false);
		f->now.size = 0;
		if (f->safe.size > 0)
			image_put(&f->now, 0, f->safe.data, f->safe.size);
	}
	disk.dead = false;
}

static inline void disk_empty(uint32_t lot)
{
	for (int i = 0; i < DISK_FILES; i++)
		if (disk.file[i].used)
			file_forget(&disk.file[i]);
	memset(&disk, 0, sizeof disk);
	disk.lot = lot;
}

/* What the disk holds now, all of it on the platter, for disk_again(). */
static struct disk_file disk_kept[DISK_FILES];

static inline void disk_keep(void)
{
	for (int i = 0; i < DISK_FILES; i++) {
		const struct disk_file *f = &disk.file[i];
		struct disk_file *k = &disk_kept[i];

		if (!f->used || f->safe.size == 0)
			continue;
		strcpy(k->name, f->name);
		k->used = true;
		image_put(&k->safe, 0, f->safe.data, f->safe.size);
	}
}

static inline void disk_again(uint32_t lot)
{
	disk_empty(lot);
	for (int i = 0; i < DISK_FILES; i++) {
		const struct disk_file *k = &disk_kept[i];
		struct disk_file *f = &disk.file[i];

		if (!k->used)
			continue;
		strcpy(f->name, k->name);
		f->used = true;
		f->last = &f->first;
		image_put(&f->now, 0, k->safe.data, k->safe.size);
		image_put(&f->safe, 0, k->safe.data, k->safe.size);
	}
}

static inline void disk_forget_kept(void)
{
	for (int i = 0; i < DISK_FILES; i++)
		free(disk_kept[i].safe.data);
	memset(disk_kept, 0, sizeof disk_kept);
}

static inline size_t disk_used(void)
{
	size_t n = 0;

	for (int i = 0; i < DISK_FILES; i++)
		n += disk.file[i].now.size;
	return n;
}

/* ---- sqlite3_io_methods ---- */

struct handle {
	sqlite3_file base;
	struct disk_file *f;
};

static inline struct disk_file *file_of(sqlite3_file *h)
{
	return ((struct handle *)h)->f;
}

static inline bool call_fails(void)
{
	return disk.dead || ++disk.calls == disk.fail_call;
}

static int io_close(sqlite3_file *h)
{
	(void)h;
	return SQLITE_OK;
}

static int io_read(sqlite3_file *h, void *buf, int n, sqlite3_int64 at)
{
	struct image *m = &file_of(h)->now;
	size_t have = (size_t)at < m->size ? m->size - (size_t)at : 0;

	if (call_fails())
		return SQLITE_IOERR_READ;
	if (have >= (size_t)n) {
		memcpy(buf, m->data + at, (size_t)n);
		return SQLITE_OK;
	}
	memset(buf, 0, (size_t)n);
	if (have)
		memcpy(buf, m->data + at, have);
	return SQLITE_IOERR_SHORT_READ;
}

static void pending_add(struct disk_file *f, const struct pending *w)
{
	struct pending *copy = malloc(sizeof *copy);

	assert(copy);
	*copy = *w;
	if (!w->truncate) {
		copy->data = malloc(w->size);
		assert(copy->data);
		memcpy(copy->data, w->data, w->size);
	}
	pending_apply(&f->now, w);
	*f->last = copy;
	f->last = &copy->next;
}

static int io_write(sqlite3_file *h, const void *buf, int n, sqlite3_int64 at)
{
	struct disk_file *f = file_of(h);
	struct pending w = {
		.at = (size_t)at, .size = (size_t)n, .data = (uint8_t *)(uintptr_t)buf
	};
	size_t end = (size_t)at + (size_t)n;

	if (call_fails())
		return SQLITE_IOERR_WRITE;
	if (disk.capacity && end > f->now.size && disk_used() + end - f->now.size > disk.capacity)
		return SQLITE_FULL;
	pending_add(f, &w);
	return SQLITE_OK;
}

static int io_truncate(sqlite3_file *h, sqlite3_int64 size)
{
	struct pending w = { .truncate = true, .size = (size_t)size };

	if (call_fails())
		return SQLITE_IOERR_TRUNCATE;
	pending_add(file_of(h), &w);
	return SQLITE_OK;
}

static int io_sync(sqlite3_file *h, int flags)
{
	(void)flags;
	if (call_fails() || disk.fail_syncs)
		return SQLITE_IOERR_FSYNC;
	if (++disk.syncs == disk.cut_sync) {
		disk.dead = true;
		return SQLITE_IOERR_FSYNC;
	}
	file_settle(file_of(h), true);
	return SQLITE_OK;
}

static int io_size(sqlite3_file *h, sqlite3_int64 *size)
{
	if (disk.dead)
		return SQLITE_IOERR_FSTAT;
	*size = (sqlite3_int64)file_of(h)->now.size;
	return SQLITE_OK;
}

static int io_lock(sqlite3_file *h, int level)
{
	(void)h;
	(void)level;
	return SQLITE_OK;
}

static int io_reserved(sqlite3_file *h, int *out)
{
	(void)h;
	*out = 0;
	return SQLITE_OK;
}

static int io_control(sqlite3_file *h, int op, void *arg)
{
	(void)h;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int io_sector(sqlite3_file *h)
{
	(void)h;
	return 512;
}

static int io_traits(sqlite3_file *h)
{
	(void)h;
	return 0;
}

static int io_shm_map(sqlite3_file *h, int region, int size, int extend, void volatile **out)
{
	struct disk_file *f = file_of(h);

	assert(region < 16);
	if (!f->shm[region] && extend) {
		f->shm[region] = calloc(1, (size_t)size);
		assert(f->shm[region]);
	}
	*out = f->shm[region];
	return SQLITE_OK;
}

static int io_shm_lock(sqlite3_file *h, int offset, int n, int flags)
{
	(void)h;
	(void)offset;
	(void)n;
	(void)flags;
	return SQLITE_OK;
}

static void io_shm_barrier(sqlite3_file *h)
{
	(void)h;
}

static int io_shm_unmap(sqlite3_file *h, int drop)
{
	struct disk_file *f = file_of(h);

	(void)drop;
	for (int i = 0; i < 16; i++) {
		free(f->shm[i]);
		f->shm[i] = NULL;
	}
	return SQLITE_OK;
}

static const sqlite3_io_methods disk_methods = {
	.iVersion = 2,
	.xClose = io_close,
	.xRead = io_read,
	.xWrite = io_write,
	.xTruncate = io_truncate,
	.xSync = io_sync,
	.xFileSize = io_size,
	.xLock = io_lock,
	.xUnlock = io_lock,
	.xCheckReservedLock = io_reserved,
	.xFileControl = io_control,
	.xSectorSize = io_sector,
	.xDeviceCharacteristics = io_traits,
	.xShmMap = io_shm_map,
	.xShmLock = io_shm_lock,
	.xShmBarrier = io_shm_barrier,
	.xShmUnmap = io_shm_unmap,
};

/* ---- sqlite3_vfs: names and times; the rest is the system's ---- */

static inline struct disk_file *disk_find(const char *name)
{
	for (int i = 0; i < DISK_FILES; i++)
		if (disk.file[i].used && strcmp(disk.file[i].name, name) == 0)
			return &disk.file[i];
	return NULL;
}

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *h, int flags, int *out_flags)
{
	struct disk_file *f = name ? disk_find(name) : NULL;

	(void)v;
	h->pMethods = NULL;
	if (disk.dead || !name || (!f && !(flags & SQLITE_OPEN_CREATE)))
		return SQLITE_CANTOPEN;
	for (int i = 0; i < DISK_FILES && !f; i++)
		if (!disk.file[i].used) {
			f = &disk.file[i];
			f->used = true;
			f->last = &f->first;
			strncpy(f->name, name, sizeof f->name - 1);
		}
	assert(f);
	((struct handle *)h)->f = f;
	h->pMethods = &disk_methods;
	if (out_flags)
		*out_flags = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct disk_file *f = disk_find(name);

	(void)v;
	(void)sync;
	if (disk.dead)
		return SQLITE_IOERR_DELETE;
	if (!f)
		return SQLITE_IOERR_DELETE_NOENT;
	file_forget(f);
	return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *v, const char *name, int flags, int *yes)
{
	(void)v;
	(void)flags;
	*yes = disk_find(name) != NULL;
	return disk.dead ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int vfs_path(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	if ((int)strlen(name) >= n)
		return SQLITE_CANTOPEN;
	strcpy(out, name);
	return SQLITE_OK;
}

static inline void disk_register(void)
{
	static sqlite3_vfs v;

	v = *sqlite3_vfs_find(NULL);
	v.szOsFile = sizeof(struct handle);
	v.zName = DISK_NAME;
	v.pNext = NULL;
	v.xOpen = vfs_open;
	v.xDelete = vfs_delete;
	v.xAccess = vfs_access;
	v.xFullPathname = vfs_path;
	assert(sqlite3_vfs_register(&v, 0) == SQLITE_OK);
}

#endif
