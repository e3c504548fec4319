/* The paper copy. A line is 8 bytes of a key and a CRC-16, as 16 characters of Crockford's base32
 * (no I, L, O, U). A CRC-16 finds every wrong character and every pair swapped side by side for
 * certain, and names the line to look at again; whether it is the right key is for the store's
 * check value to say. Label of a line: key version, dash, row. */
#include "keyring.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 4
#define ROW_LEN 8
#define CODE_LEN 10 /* with the CRC: 80 bits */
#define CHARS 16

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint16_t crc_add(uint16_t crc, uint8_t byte)
{
	crc ^= (uint16_t)(byte << 8);
	for (int i = 0; i < 8; i++)
		crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	return crc;
}

/* The label is part of it: a line copied to the wrong place is an error too. */
static uint16_t row_check(unsigned version, unsigned row, const uint8_t bytes[ROW_LEN])
{
	uint16_t crc = crc_add(crc_add(0xffff, (uint8_t)version), (uint8_t)row);

	for (size_t i = 0; i < ROW_LEN; i++)
		crc = crc_add(crc, bytes[i]);
	return crc;
}

static size_t print_row(const struct keys_master *m, unsigned row, char *out, size_t cap)
{
	uint8_t code[CODE_LEN];
	uint16_t crc;
	size_t n = (size_t)snprintf(out, cap, "%u-%u ", m->version, row + 1);

	memcpy(code, m->master + (size_t)row * ROW_LEN, ROW_LEN);
	crc = row_check(m->version, row + 1, code);
	code[ROW_LEN] = (uint8_t)(crc >> 8);
	code[ROW_LEN + 1] = (uint8_t)crc;
	for (size_t i = 0; i < CHARS; i++) {
		unsigned v = 0;

		for (size_t bit = i * 5; bit < i * 5 + 5; bit++)
			v = v << 1 | (code[bit / 8] >> (7 - bit % 8) & 1u);
		if (i % 4 == 0)
			out[n++] = ' ';
		out[n++] = alphabet[v];
	}
	out[n++] = '\n';
	crypto_wipe(code, sizeof(code));
	return n;
}

rc_t keys_print(const struct keys *k, char *out, size_t cap)
{
	static const char head[] = "# Payung key, paper copy: keep it locked away, apart from the "
	                           "machine and its backups.\n";
	const size_t row_cap = 32;
	size_t n = sizeof(head) - 1;

	if (cap < n + k->n * ROWS * row_cap + 1)
		return RC_LIMIT;
	memcpy(out, head, n);
	for (size_t i = 0; i < k->n; i++)
		for (unsigned row = 0; row < ROWS; row++)
			n += print_row(&k->key[i], row, out + n, cap - n);
	out[n] = '\0';
	return RC_OK;
}

static int char_value(char c)
{
	const char *p;

	c = (char)toupper((unsigned char)c);
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	p = c ? strchr(alphabet, c) : NULL;
	return p ? (int)(p - alphabet) : -1;
}

struct typed_row {
	unsigned version, row;
	uint8_t code[CODE_LEN];
};

/* Why the line is refused, NULL when it is fine. */
static const char *read_row(const char *line, size_t len, struct typed_row *r)
{
	size_t chars = 0;
	int used = 0;

	memset(r, 0, sizeof(*r));
	if (sscanf(line, "%3u-%1u%n", &r->version, &r->row, &used) != 2 || (size_t)used >= len)
		return "does not begin with its label, such as 1-1";
	if (r->row < 1 || r->row > ROWS || r->version < 1 || r->version > 255)
		return "has no possible label";
	for (size_t i = (size_t)used; i < len; i++) {
		int v = char_value(line[i]);

		if (isspace((unsigned char)line[i]) || line[i] == '-')
			continue;
		if (v < 0)
			return "holds a character that is not used";
		if (chars == CHARS)
			return "has too many characters";
		for (size_t b = 0; b < 5; b++) {
			size_t bit = chars * 5 + b;

			if (v >> (4 - b) & 1)
				r->code[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
		}
		chars++;
	}
	if (chars < CHARS)
		return "has too few characters";
	if (row_check(r->version, r->row, r->code) != (r->code[8] << 8 | r->code[9]))
		return "holds a typing error";
	return NULL;
}

struct paper {
	uint8_t master[KEYS_MASTER_LEN];
	unsigned version, rows; /* rows read so far of this version */
	int line;
	struct keys *keys;
	char *err;
};

static bool refuse(const struct paper *p, const char *why)
{
	snprintf(p->err, CRYPTO_ERR_CAP, "line %d of the paper copy %s; type it again", p->line,
	        why);
	return false;
}

/* Rows come in the order they are printed in, so that a missing one is noticed at once. */
static bool take_row(struct paper *p, const struct typed_row *r)
{
	if (p->rows == 0)
		p->version = r->version;
	if (r->version != p->version || r->row != p->rows + 1)
		return refuse(p, "is not the next one: a line is missing, doubled or moved");
	memcpy(p->master + (size_t)p->rows * ROW_LEN, r->code, ROW_LEN);
	if (++p->rows < ROWS)
		return true;
	p->rows = 0;
	if (!keys_add(p->keys, p->version, p->master))
		return refuse(p, "ends a key that is not above the one before it");
	return true;
}

static bool read_lines(struct paper *p, const char *text)
{
	struct typed_row r;
	bool ok = true;

	while (ok && *text) {
		size_t len = strcspn(text, "\n"), blank = strspn(text, " \t\r");

		p->line++;
		if (blank < len && text[blank] != '#') {
			const char *why = read_row(text + blank, len - blank, &r);

			ok = why ? refuse(p, why) : take_row(p, &r);
		}
		text += len + (text[len] == '\n');
	}
	crypto_wipe(&r, sizeof(r));
	if (ok && (p->rows != 0 || p->keys->n == 0)) {
		p->line++;
		return refuse(p, "is missing");
	}
	return ok;
}

rc_t keys_from_paper(const char *text, struct keys **out, char err[CRYPTO_ERR_CAP])
{
	struct paper p = { .keys = keys_new(), .err = err };
	bool ok = read_lines(&p, text);

	crypto_wipe(p.master, sizeof(p.master));
	if (!ok) {
		keys_free(p.keys);
		return RC_INVALID;
	}
	*out = p.keys;
	return RC_OK;
}
