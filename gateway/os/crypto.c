/* Every use has a key of its own, derived from the master key of a version with a number that must
 * never change: sealing follows the newest version, hashes stay with the oldest, because a look-up
 * hash or a link of the audit chain already in the store cannot be made again under another key.
 * Sealed value: version byte, nonce, cipher text with tag. The version byte and the caller's
 * context word are authenticated with it, so that a value cannot be moved to another field. */
#include "keyring.h"
#include <assert.h>
#include <payung/crypto.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define KDF_CONTEXT "payung_1"
#define CONTEXT_MAX 63
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES

static_assert(KEYS_OVERHEAD == 1 + NONCE_LEN + TAG_LEN, "the header tells the overhead");
static_assert(KEYS_MASTER_LEN == crypto_kdf_KEYBYTES, "one master key feeds the derivation");

enum kdf_id { KDF_SEAL = 1, KDF_HASH = 2, KDF_CHAIN = 3, KDF_CHECK = 4 };

static void ready(void)
{
	if (sodium_init() < 0)
		abort(); /* no randomness: nothing may be sealed */
}

struct keys *keys_new(void)
{
	struct keys *k;

	ready();
	/* Tries to lock the pages; a low RLIMIT_MEMLOCK is not an error to it. */
	k = sodium_malloc(sizeof(*k));
	if (!k)
		abort();
	memset(k, 0, sizeof(*k));
	return k;
}

void keys_free(struct keys *k)
{
	sodium_free(k); /* wipes */
}

bool keys_add(struct keys *k, unsigned version, const uint8_t master[KEYS_MASTER_LEN])
{
	if (k->n == KEYS_VERSIONS || version < 1 || version > 255)
		return false;
	if (k->n > 0 && k->key[k->n - 1].version >= version)
		return false;
	k->key[k->n].version = version;
	memcpy(k->key[k->n].master, master, KEYS_MASTER_LEN);
	k->n++;
	return true;
}

unsigned keys_version(const struct keys *k)
{
	return k->key[k->n - 1].version;
}

static void derive(const struct keys_master *m, enum kdf_id id, uint8_t sub[32])
{
	assert(m->version != 0);
	crypto_kdf_derive_from_key(sub, 32, id, KDF_CONTEXT, m->master);
}

static size_t bind_context(uint8_t ad[1 + CONTEXT_MAX], unsigned version, const char *context)
{
	size_t n = strlen(context);

	assert(n > 0 && n <= CONTEXT_MAX);
	ad[0] = (uint8_t)version;
	memcpy(ad + 1, context, n);
	return n + 1;
}

rc_t keys_seal(const struct keys *k, const char *context, const void *plain, size_t len,
        uint8_t *out, size_t cap, size_t *out_len)
{
	const struct keys_master *m = &k->key[k->n - 1];
	uint8_t ad[1 + CONTEXT_MAX], sub[32];
	size_t ad_len = bind_context(ad, m->version, context);

	if (cap < KEYS_OVERHEAD || cap - KEYS_OVERHEAD < len)
		return RC_LIMIT;
	out[0] = (uint8_t)m->version;
	randombytes_buf(out + 1, NONCE_LEN);
	derive(m, KDF_SEAL, sub);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	        out + 1 + NONCE_LEN, NULL, plain, len, ad, ad_len, NULL, out + 1, sub);
	sodium_memzero(sub, sizeof(sub));
	*out_len = len + KEYS_OVERHEAD;
	return RC_OK;
}

static const struct keys_master *find_version(const struct keys *k, unsigned version)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->key[i].version == version)
			return &k->key[i];
	return NULL;
}

rc_t keys_open(const struct keys *k, const char *context, const uint8_t *sealed, size_t len,
        void *plain, size_t cap, size_t *out_len)
{
	const struct keys_master *m;
	uint8_t ad[1 + CONTEXT_MAX], sub[32];
	size_t ad_len;
	int bad;

	if (len < KEYS_OVERHEAD)
		return RC_INVALID;
	m = find_version(k, sealed[0]);
	if (!m)
		return RC_NOENT;
	if (cap < len - KEYS_OVERHEAD)
		return RC_LIMIT;
	ad_len = bind_context(ad, m->version, context);
	derive(m, KDF_SEAL, sub);
	bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + 1 + NONCE_LEN,
	        len - 1 - NONCE_LEN, ad, ad_len, sealed + 1, sub);
	sodium_memzero(sub, sizeof(sub));
	if (bad)
		return RC_INVALID;
	*out_len = len - KEYS_OVERHEAD;
	return RC_OK;
}

/* The length of the first part stands before it: "ab"+"c" must not equal "a"+"bc". */
static void keyed_hash(const struct keys *k, enum kdf_id id, const void *first, size_t first_len,
        const void *data, size_t len, uint8_t out[CRYPTO_HASH_LEN])
{
	crypto_generichash_state st;
	uint8_t sub[32], n = (uint8_t)first_len;

	assert(first_len <= 255);
	derive(&k->key[0], id, sub);
	crypto_generichash_init(&st, sub, sizeof(sub), CRYPTO_HASH_LEN);
	crypto_generichash_update(&st, &n, 1);
	crypto_generichash_update(&st, first, first_len);
	crypto_generichash_update(&st, data, len);
	crypto_generichash_final(&st, out, CRYPTO_HASH_LEN);
	sodium_memzero(sub, sizeof(sub));
	sodium_memzero(&st, sizeof(st));
}

void keys_hash(const struct keys *k, const char *purpose, const void *data, size_t len,
        uint8_t out[CRYPTO_HASH_LEN])
{
	keyed_hash(k, KDF_HASH, purpose, strlen(purpose), data, len, out);
}

void keys_chain(const struct keys *k, const uint8_t prev[CRYPTO_HASH_LEN], const void *entry,
        size_t len, uint8_t out[CRYPTO_HASH_LEN])
{
	keyed_hash(k, KDF_CHAIN, prev, CRYPTO_HASH_LEN, entry, len, out);
}

void keys_check_value(const struct keys *k, uint8_t out[CRYPTO_HASH_LEN])
{
	derive(&k->key[0], KDF_CHECK, out);
}

void crypto_digest(const void *data, size_t len, uint8_t out[CRYPTO_HASH_LEN])
{
	ready();
	crypto_generichash(out, CRYPTO_HASH_LEN, data, len, NULL, 0);
}

void crypto_random(void *buf, size_t len)
{
	ready();
	randombytes_buf(buf, len);
}

uint64_t crypto_random_u64(void)
{
	uint64_t r;

	crypto_random(&r, sizeof(r));
	return r;
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *buf, size_t len)
{
	sodium_memzero(buf, len);
}
