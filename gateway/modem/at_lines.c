/* A modem's answers come split and glued in any way, with unsolicited lines between the lines of a
 * reply. So lines are put together first, then classified, and only then looked at by whoever
 * waits. The echo of a command is a line like any other. */
#include "modem/at_lines.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

bool at_lines_feed(struct at_lines *l, uint8_t byte)
{
	if (l->done) {
		l->done = false;
		l->cut = false;
		l->n = 0;
	}
	if (byte == '\r' || byte == '\n') {
		l->done = l->n > 0;
	} else if (byte >= 0x20 && byte != 0x7f) {
		if (l->n + 1 < sizeof l->buf)
			l->buf[l->n++] = (char)byte;
		else
			l->cut = true;
		l->done = l->n == 2 && l->buf[0] == '>' && l->buf[1] == ' ';
	}
	l->buf[l->n] = '\0';
	return l->done;
}

static bool starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool is_hex(const char *s)
{
	size_t n = strspn(s, "0123456789ABCDEFabcdef");

	return n > 0 && s[n] == '\0';
}

bool at_field(const char *line, unsigned k, char *out, size_t cap)
{
	const char *p = strchr(line, ':');
	const char *end;
	size_t n;

	if (!p)
		return false;
	p++;
	for (;;) {
		bool quoted = false;

		for (end = p; *end && (quoted || *end != ','); end++)
			quoted ^= *end == '"';
		if (k == 0)
			break;
		if (!*end)
			return false;
		p = end + 1;
		k--;
	}
	while (p < end && (*p == ' ' || *p == '"'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '"'))
		end--;
	n = (size_t)(end - p);
	if (n >= cap)
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

bool at_number(const char *line, unsigned k, int *out)
{
	char field[16];
	size_t n;
	long v;

	if (!at_field(line, k, field, sizeof field))
		return false;
	n = strlen(field);
	if (n == 0 || n > 10 || strspn(field, "0123456789") != n)
		return false;
	v = strtol(field, NULL, 10);
	if (v > INT_MAX)
		return false;
	*out = (int)v;
	return true;
}

static bool slot_of(const char *line, struct frame_slot *slot)
{
	char mem[sizeof slot->mem];
	int index;

	if (!at_field(line, 0, mem, sizeof mem) || !at_number(line, 1, &index) ||
	        index > UINT16_MAX)
		return false;
	if (strlen(mem) < 2 || strspn(mem, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(mem))
		return false;
	memcpy(slot->mem, mem, sizeof mem);
	slot->index = (uint32_t)index;
	return true;
}

/* Some modems write numbers with blanks or dashes, and under +CSCS="UCS2" as the hex of UCS-2, too:
 * 002B0036... */
static void plain_digits(char *s)
{
	size_t n = 0, k = 0;

	for (const char *p = s; *p; p++)
		if (*p != ' ' && *p != '-')
			s[n++] = *p;
	s[n] = '\0';

	if (n < 8 || n % 4)
		return;
	for (size_t i = 0; i < n; i += 4)
		if (strncmp(s + i, "003", 3) != 0 && strncasecmp(s + i, "002B", 4) != 0)
			return;
	for (size_t i = 0; i < n; i += 4)
		s[k++] = s[i + 2] == '2' ? '+' : s[i + 3];
	s[k] = '\0';
}

/* +CLIP: <number>,<type>[,...] (27.007 7.11). A withheld number is empty. */
static bool caller_of(const char *line, char out[24])
{
	char number[100];
	int type;
	bool plus;

	if (!at_field(line, 0, number, sizeof number))
		return false;
	plain_digits(number);
	plus = number[0] == '+';
	const char *digits = number + plus;
	size_t n = strlen(digits);

	if (n < 3 || n > 20 || strspn(digits, "0123456789") != n)
		return false;
	plus = plus || (at_number(line, 1, &type) && (type & 0x70) == 0x10);
	out[0] = '+';
	memcpy(out + plus, digits, n + 1);
	return true;
}

/* What a modem says without being asked and what needs no answer. A query that does ask for such
 * a line names it as expected. */
static bool is_noise(const char *s)
{
	static const char *const known[] = { "+CREG:", "+CGREG:", "+CEREG:", "+CIEV:", "+CUSD:",
		"+CBM:", "+CRING:", "+CCWA:", "+CTZV:", "+CPIN:", "+CFUN:", "RING", "NO CARRIER",
		"NO ANSWER", "BUSY", "SMS Ready", "Call Ready", "^", "*", "_O",
		"+ZUSIMR:", "+QIND:" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (starts(s, known[i]))
			return true;
	return false;
}

static enum at_kind final_kind(const char *s, struct at_info *info)
{
	if (strcmp(s, "OK") == 0)
		return AT_OK;
	if (strcmp(s, "ERROR") == 0 || starts(s, "COMMAND NOT SUPPORT") ||
	        starts(s, "MODEM ERROR:"))
		return AT_ERROR;
	if (!starts(s, "+CME ERROR:") && !starts(s, "+CMS ERROR:"))
		return AT_TEXT;
	if (!at_number(s, 0, &info->code))
		info->code = -1;
	return s[3] == 'E' ? AT_CME : AT_CMS;
}

enum at_kind at_lines_kind(struct at_lines *l, const char *expect, struct at_info *info)
{
	const char *s = l->buf;
	enum at_kind owed = l->owed, kind;

	*info = (struct at_info){ .code = -1 };
	l->owed = AT_TEXT;
	if (owed != AT_TEXT && is_hex(s))
		return owed;
	if (strcmp(s, "> ") == 0)
		return AT_PROMPT;
	kind = final_kind(s, info);
	if (kind != AT_TEXT)
		return kind;
	if (expect && starts(s, expect))
		return AT_TEXT;
	if (starts(s, "+CMTI:"))
		return slot_of(s, &info->slot) ? AT_CMTI : AT_NOISE;
	if (starts(s, "+CDSI:"))
		return slot_of(s, &info->slot) ? AT_CDSI : AT_NOISE;
	if (starts(s, "+CLIP:"))
		return caller_of(s, info->caller) ? AT_CLIP : AT_NOISE;
	if (starts(s, "+CMT:")) {
		l->owed = AT_CMT;
		return AT_CMT_HEAD;
	}
	if (starts(s, "+CDS:")) {
		l->owed = AT_CDS;
		return AT_CDS_HEAD;
	}
	return is_noise(s) ? AT_NOISE : AT_TEXT;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool at_hex(const char *hex, uint8_t *out, size_t cap, size_t *n)
{
	size_t len = strlen(hex);

	if (len == 0 || len % 2 || len / 2 > cap)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		int hi = nibble(hex[i]), lo = nibble(hex[i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		out[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	*n = len / 2;
	return true;
}
