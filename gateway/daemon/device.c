#include "device.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOT_MINE_MAX (sizeof((struct modem *)0)->not_mine / sizeof((struct modem *)0)->not_mine[0])

static bool is_other_modems(const struct modem *m, const char *path)
{
	for (size_t i = 0; i < NOT_MINE_MAX; i++)
		if (strcmp(m->not_mine[i], path) == 0)
			return true;
	return false;
}

/* Two names may lead to one device: /dev/ttyUSB0 and /dev/serial/by-id/... */
static bool is_in_use(const struct daemon *d, const struct modem *m, const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < d->modems; i++)
		if (d->modem[i] != m && d->modem[i]->channel &&
		        stat(d->modem[i]->device, &other) == 0 && other.st_rdev == st->st_rdev)
			return true;
	return false;
}

static bool take(const struct daemon *d, struct modem *m, const char *path)
{
	struct stat st;

	if (strlen(path) >= sizeof m->device || stat(path, &st) != 0 || !S_ISCHR(st.st_mode) ||
	        is_in_use(d, m, &st))
		return false;
	snprintf(m->device, sizeof m->device, "%s", path);
	return true;
}

bool device_find(const struct daemon *d, struct modem *m)
{
	glob_t found;
	bool ok = false;

	if (glob(m->conf.device, GLOB_NOCHECK, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc && !ok; i++)
		ok = !is_other_modems(m, found.gl_pathv[i]) && take(d, m, found.gl_pathv[i]);
	for (size_t i = 0; i < found.gl_pathc && !ok; i++) { /* all excluded: modems do move */
		memset(m->not_mine, 0, sizeof m->not_mine);
		ok = take(d, m, found.gl_pathv[i]);
	}
	globfree(&found);
	return ok;
}

void device_not_mine(struct modem *m, const char *path)
{
	snprintf(m->not_mine[m->not_mine_next++ % NOT_MINE_MAX], sizeof m->not_mine[0], "%s", path);
}
