/* One reading of the file: what its steps hand on. */
#ifndef OS_CONF_LOAD_H
#define OS_CONF_LOAD_H

#include "conf_scan.h"
#include <confuse.h>
#include <limits.h>
#include <sys/types.h>

struct conf_load {
	char *err;
	char *text;
	size_t len;
	mode_t mode;
	char folder[PATH_MAX];
	struct conf_scan scan;
	struct conf *conf;
};

/* Sets every key of one section, as written or as preset. sec NULL: it is not in the file. nth: of
 * the sections with titles, else -1; base: the struct its offsets count from. */
rc_t conf_set_section(struct conf_load *l, cfg_t *sec, const struct conf_section *of, int nth,
        void *base) MUST_CHECK;
/* What is fine key by key and wrong together. */
rc_t conf_check(struct conf_load *l) MUST_CHECK;

#endif
