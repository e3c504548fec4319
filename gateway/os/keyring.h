/* What crypto.c, keyfile.c and keypaper.c share: the inside of struct keys. */
#ifndef OS_KEYRING_H
#define OS_KEYRING_H

#include <payung/crypto.h>

#define KEYS_MASTER_LEN 32

struct keys_master {
	unsigned version;
	uint8_t master[KEYS_MASTER_LEN];
};
struct keys {
	size_t n; /* at least 1 once handed out; versions ascend */
	struct keys_master key[KEYS_VERSIONS];
};

/* Empty, in guarded memory; for keys_free(). */
struct keys *keys_new(void);
/* False: too many, or the version is out of range or not above the one before. */
bool keys_add(struct keys *k, unsigned version, const uint8_t master[KEYS_MASTER_LEN]);

#endif
