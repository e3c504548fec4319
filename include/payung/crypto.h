/* Keys, sealing of fields, hashes, randomness. The only door to libsodium.
 * One master key a version; every use has its own derived key. Purposes and contexts are plain
 * words ("nik", "worker.nik"): the same word gives the same key for ever, so never rename one. */
#ifndef PAYUNG_CRYPTO_H
#define PAYUNG_CRYPTO_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_HASH_LEN 32
#define CRYPTO_ERR_CAP  512
#define KEYS_VERSIONS   8    /* master keys one key file may hold */
#define KEYS_OVERHEAD   41   /* bytes a sealed value is longer: version 1, nonce 24, tag 16 */
#define KEYS_PAPER_CAP  4096 /* enough for keys_print() of a full key file */

struct keys; /* opaque, in memory that is not swapped when the system allows it */

/* Writes a new key file: mode 0600, never over an existing file (RC_EXISTS), on disk when it
 * returns. RC_IO otherwise; err tells what to do next. */
rc_t keys_create(const char *path, char err[CRYPTO_ERR_CAP]) MUST_CHECK;
/* Reads a key file. RC_NOENT: none there; RC_INVALID: group or others can reach it, not ours, or
 * not a key file; RC_IO: not readable. On RC_OK *out is the caller's, for keys_free(). */
rc_t keys_load(const char *path, struct keys **out, char err[CRYPTO_ERR_CAP]) MUST_CHECK;
/* Writes these keys as a new key file, as keys_create() does: restoring from paper. */
rc_t keys_save(const struct keys *k, const char *path, char err[CRYPTO_ERR_CAP]) MUST_CHECK;
/* Wipes and frees; NULL is fine. */
void keys_free(struct keys *k);

/* The paper copy: lines of groups of characters, each line with its own check, so that a typing
 * error is found and its line named. RC_LIMIT: cap too small. The caller wipes out. */
rc_t keys_print(const struct keys *k, char *out, size_t cap) MUST_CHECK;
/* Reads what was typed from paper: blanks, dashes and case do not matter, O is 0, I and L are 1.
 * RC_INVALID: err names the line. */
rc_t keys_from_paper(const char *text, struct keys **out, char err[CRYPTO_ERR_CAP]) MUST_CHECK;

/* The version new values are sealed with (1..255): to be stored beside them where wanted. */
unsigned keys_version(const struct keys *k);

/* Seals len bytes into out (len + KEYS_OVERHEAD), bound to context: it opens with the same word
 * only. The same value sealed twice looks different. RC_LIMIT: cap too small. */
rc_t keys_seal(const struct keys *k, const char *context, const void *plain, size_t len,
	uint8_t *out, size_t cap, size_t *out_len) MUST_CHECK;
/* Opens; plain needs len - KEYS_OVERHEAD. RC_INVALID: altered, other context or other key
 * (plain then holds nothing of it); RC_NOENT: sealed with a key version we do not have; RC_LIMIT: cap too small. */
rc_t keys_open(const struct keys *k, const char *context, const uint8_t *sealed, size_t len,
	void *plain, size_t cap, size_t *out_len) MUST_CHECK;

/* Look-up hash: equal for equal data under one purpose, useless without the key. Always under the
 * oldest key of the file, because hashes in the store cannot be made again. */
void keys_hash(const struct keys *k, const char *purpose, const void *data, size_t len,
	uint8_t out[CRYPTO_HASH_LEN]);
/* Next link of the audit chain: keyed hash of the link before (zeroes at first) and this entry. */
void keys_chain(const struct keys *k, const uint8_t prev[CRYPTO_HASH_LEN], const void *entry,
	size_t len, uint8_t out[CRYPTO_HASH_LEN]);
/* Tells whether a store belongs to this key; reveals nothing of it. */
void keys_check_value(const struct keys *k, uint8_t out[CRYPTO_HASH_LEN]);

/* BLAKE2b without a key. */
void crypto_digest(const void *data, size_t len, uint8_t out[CRYPTO_HASH_LEN]);
void crypto_random(void *buf, size_t len);
uint64_t crypto_random_u64(void);
/* Compares in constant time. */
bool crypto_equal(const void *a, const void *b, size_t len);
/* Overwrites, even when the compiler thinks nobody looks. */
void crypto_wipe(void *buf, size_t len);

#endif
