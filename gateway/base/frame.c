/* One table row per field says how it travels and what it may hold; the same row encodes and
 * decodes, so the two directions cannot drift apart. The wire form is little-endian and packed:
 * u8 version, u8 type, u16 length of the rest, then the fields in table order. Strings and PDUs
 * are a u16 length and the bytes. A decoded frame starts as zeros: what the record does not set is
 * never whatever the stack held before. */
#include <payung/frame.h>
#include <payung/text.h>
#include <string.h>

enum { HEADER_BYTES = 4 };

enum kind {
	K_U32,
	K_I32,
	K_U64, /* an opaque id: every value is good */
	K_I64,
	K_STR,  /* UTF-8 without control characters; min is the least length in bytes */
	K_TEXT, /* the same, but line breaks and tabs are fine */
	K_MEM,  /* 27.005 <mem>: upper-case letters, or empty when min is 0 */
	K_PDU,  /* bytes; their number is the u32 at len_at */
};

struct field {
	enum kind kind;
	uint16_t at, size, len_at;
	int64_t min, max;
};

struct spec {
	const char *name;
	const struct field *fields;
	size_t n;
	bool (*fits_together)(const struct frame *f); /* what no single field can tell */
};

struct cursor {
	uint8_t *w;
	const uint8_t *r;
	size_t left;
};

/* Years 1970 to 9999: what every date function here can print. */
#define TIME_MAX INT64_C(253402300799)
#define U32_ALL UINT32_MAX
/* LOG_LVL_DEBUG: the log stands above this floor, so its header is not for us. */
#define LOG_LEVEL_LAST 3

/* clang-format off */
#define AT(m)         (uint16_t)offsetof(struct frame, m)
#define SIZE(m)       (uint16_t)sizeof(((struct frame *)0)->m)
#define U32(m, a, b)  { K_U32, AT(m), SIZE(m), 0, a, b }
#define I32(m, a, b)  { K_I32, AT(m), SIZE(m), 0, a, b }
#define U64(m)        { K_U64, AT(m), SIZE(m), 0, 0, 0 }
#define I64(m, a, b)  { K_I64, AT(m), SIZE(m), 0, a, b }
#define STR(m, least) { K_STR, AT(m), SIZE(m), 0, least, 0 }
#define TXT(m, least) { K_TEXT, AT(m), SIZE(m), 0, least, 0 }
#define PDU(m, len)   { K_PDU, AT(m), SIZE(m), AT(len), 0, 0 }
#define SLOT(m, least) \
	{ K_MEM, AT(m.mem), SIZE(m.mem), 0, least, 0 }, U32(m.index, 0, UINT16_MAX)
/* clang-format on */

static const struct field setup_fields[] = {
	STR(setup.device, 1),
	STR(setup.connection, 0),
	STR(setup.pin, 0),
	STR(setup.imei, 0),
	U32(setup.pin_ok, 0, 1),
	U32(setup.pause, 0, FRAME_PAUSE_FAST),
	U32(setup.send_timeout_s, 1, 3600),
	U32(setup.scan_every_s, 0, 86400),
	U32(setup.status_every_s, 0, 86400),
};
static const struct field send_fields[] = {
	U64(send.id),
	U32(send.part, 1, FRAME_PARTS_MAX),
	U32(send.total, 1, FRAME_PARTS_MAX),
	U32(send.ref, 0, 255),
	U32(send.coding, 0, FRAME_UCS2),
	U32(send.validity_min, 0, 63 * 7 * 24 * 60), /* 23.040 TP-VP ends at 63 weeks */
	U32(send.report, 0, 1),
	STR(send.msisdn, 1),
	TXT(send.text, 1),
};
static const struct field ack_fields[] = { U32(ack.seq, 0, U32_ALL) };
static const struct field purge_fields[] = { SLOT(purge, 2) };
static const struct field ping_fields[] = { U32(ping.nonce, 0, U32_ALL) };
static const struct field ready_fields[] = {
	U32(ready.version, 1, 255),
	STR(ready.imei, 0),
	STR(ready.imsi, 0),
	STR(ready.maker, 0),
	STR(ready.model, 0),
	STR(ready.firmware, 0),
	STR(ready.smsc, 0),
	U32(ready.can_receive, 0, 1),
	U32(ready.slots, 0, UINT16_MAX),
};
static const struct field status_fields[] = {
	I32(status.signal_dbm, -200, 0),
	U32(status.registration, 0, FRAME_REG_ROAMING),
	STR(status.operator_name, 0),
	U32(status.used, 0, UINT16_MAX),
	U32(status.slots, 0, UINT16_MAX),
};
static const struct field started_fields[] = {
	U64(started.id),
	U32(started.part, 1, FRAME_PARTS_MAX),
};
static const struct field sent_fields[] = {
	U64(sent.id),
	U32(sent.part, 1, FRAME_PARTS_MAX),
	U32(sent.outcome, 0, FRAME_SENT_UNKNOWN),
	I32(sent.mr, -1, 255),
	U32(sent.error, 0, FRAME_ERR_LOCAL),
	I32(sent.code, 0, UINT16_MAX),
};
static const struct field reading_fields[] = { SLOT(reading, 2) };
static const struct field inbox_fields[] = {
	U32(inbox.seq, 0, U32_ALL),
	SLOT(inbox.slot, 0),
	STR(inbox.sender, 0),
	U32(inbox.ton, 0, FRAME_TON_ABBREVIATED),
	I64(inbox.scts, 0, TIME_MAX),
	I32(inbox.scts_zone, -24 * 60, 24 * 60),
	U32(inbox.ref, 0, UINT16_MAX),
	U32(inbox.total, 1, FRAME_INBOUND_PARTS_MAX),
	U32(inbox.part, 1, FRAME_INBOUND_PARTS_MAX),
	U32(inbox.dcs, 0, 255),
	TXT(inbox.text, 0),
	PDU(inbox.pdu, inbox.pdu_len),
};
static const struct field report_fields[] = {
	U32(report.seq, 0, U32_ALL),
	SLOT(report.slot, 0),
	I32(report.mr, -1, 255),
	STR(report.recipient, 0),
	U32(report.status, 0, 255),
	I64(report.scts, 0, TIME_MAX),
	I64(report.discharged, 0, TIME_MAX),
};
static const struct field poison_fields[] = {
	U32(poison.seq, 0, U32_ALL),
	SLOT(poison.slot, 0),
	STR(poison.reason, 0),
	PDU(poison.pdu, poison.pdu_len),
};
static const struct field pong_fields[] = { U32(pong.nonce, 0, U32_ALL) };
static const struct field trouble_fields[] = {
	U32(trouble.kind, 0, FRAME_TROUBLE_COUNT - 1),
	TXT(trouble.text, 0),
};
static const struct field log_fields[] = {
	U32(log.level, 0, LOG_LEVEL_LAST),
	TXT(log.text, 0),
};

static const struct field call_fields[] = { STR(call.number, 1) };

static bool send_part_in_total(const struct frame *f)
{
	return f->send.part <= f->send.total;
}

static bool inbox_part_in_total(const struct frame *f)
{
	return f->inbox.part <= f->inbox.total;
}

#define SPEC(title, list, check)                                     \
	{                                                            \
		title, list, sizeof(list) / sizeof((list)[0]), check \
	}
static const struct spec specs[] = {
	[FRAME_SETUP] = SPEC("SETUP", setup_fields, NULL),
	[FRAME_SEND] = SPEC("SEND", send_fields, send_part_in_total),
	[FRAME_ACK] = SPEC("ACK", ack_fields, NULL),
	[FRAME_PURGE] = SPEC("PURGE", purge_fields, NULL),
	[FRAME_PING] = SPEC("PING", ping_fields, NULL),
	[FRAME_QUIT] = { "QUIT", NULL, 0, NULL },
	[FRAME_READY] = SPEC("READY", ready_fields, NULL),
	[FRAME_STATUS] = SPEC("STATUS", status_fields, NULL),
	[FRAME_STARTED] = SPEC("STARTED", started_fields, NULL),
	[FRAME_SENT] = SPEC("SENT", sent_fields, NULL),
	[FRAME_READING] = SPEC("READING", reading_fields, NULL),
	[FRAME_INBOX] = SPEC("INBOX", inbox_fields, inbox_part_in_total),
	[FRAME_REPORT] = SPEC("REPORT", report_fields, NULL),
	[FRAME_POISON] = SPEC("POISON", poison_fields, NULL),
	[FRAME_PONG] = SPEC("PONG", pong_fields, NULL),
	[FRAME_TROUBLE] = SPEC("TROUBLE", trouble_fields, NULL),
	[FRAME_LOG] = SPEC("LOG", log_fields, NULL),
	[FRAME_CALL] = SPEC("CALL", call_fields, NULL),
};

static const char *const trouble_names[FRAME_TROUBLE_COUNT] = {
	[FRAME_TROUBLE_OPEN] = "cannot open",
	[FRAME_TROUBLE_GONE] = "device gone",
	[FRAME_TROUBLE_MUTE] = "no answer",
	[FRAME_TROUBLE_NO_ECHO] = "no echo",
	[FRAME_TROUBLE_NO_SIM] = "no sim",
	[FRAME_TROUBLE_SIM_BUSY] = "sim busy",
	[FRAME_TROUBLE_PIN_NEEDED] = "pin needed",
	[FRAME_TROUBLE_PIN_REFUSED] = "pin refused",
	[FRAME_TROUBLE_PUK] = "puk needed",
	[FRAME_TROUBLE_WRONG_MODEM] = "wrong modem",
	[FRAME_TROUBLE_SEND_LOST] = "send lost",
	[FRAME_TROUBLE_SANDBOX] = "sandbox failed",
	[FRAME_TROUBLE_OTHER] = "other",
};

static const struct spec *spec_of(unsigned type)
{
	if (type >= sizeof(specs) / sizeof(specs[0]) || !specs[type].name)
		return NULL;
	return &specs[type];
}

static bool put(struct cursor *c, uint64_t v, size_t bytes)
{
	if (c->left < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		*c->w++ = (uint8_t)(v >> (8 * i));
	c->left -= bytes;
	return true;
}

static bool get(struct cursor *c, uint64_t *v, size_t bytes)
{
	if (c->left < bytes)
		return false;
	*v = 0;
	for (size_t i = 0; i < bytes; i++)
		*v |= (uint64_t)*c->r++ << (8 * i);
	c->left -= bytes;
	return true;
}

static bool put_bytes(struct cursor *c, const char *from, size_t n)
{
	if (!put(c, n, 2) || c->left < n)
		return false;
	memcpy(c->w, from, n);
	c->w += n;
	c->left -= n;
	return true;
}

/* Takes at most max bytes to `to`, which is zeroed already. */
static bool get_bytes(struct cursor *c, char *to, size_t max, size_t *n)
{
	uint64_t len;

	if (!get(c, &len, 2) || len > max || len > c->left)
		return false;
	memcpy(to, c->r, (size_t)len);
	c->r += len;
	c->left -= (size_t)len;
	*n = (size_t)len;
	return true;
}

static bool string_good(const struct field *f, const char *s, size_t len)
{
	if (len >= f->size || len < (size_t)f->min || !text_utf8_valid(s, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (f->kind == K_MEM && (c < 'A' || c > 'Z'))
			return false;
		if (c < 0x20 && (f->kind != K_TEXT || !strchr("\n\r\t", c)))
			return false;
	}
	return f->kind != K_MEM || len != 1;
}

static size_t number_bytes(enum kind k)
{
	return k == K_U64 || k == K_I64 ? 8 : 4;
}

static bool number_good(const struct field *f, int64_t v)
{
	return f->kind == K_U64 || (v >= f->min && v <= f->max);
}

static uint64_t number_load(const struct field *f, const char *at)
{
	uint64_t u64;
	uint32_t u32;
	int32_t i32;

	switch (f->kind) {
	case K_U32:
		memcpy(&u32, at, sizeof(u32));
		return u32;
	case K_I32:
		memcpy(&i32, at, sizeof(i32));
		return (uint64_t)(int64_t)i32;
	default:
		memcpy(&u64, at, sizeof(u64));
		return u64;
	}
}

static void number_store(const struct field *f, char *at, uint64_t v)
{
	uint32_t low = (uint32_t)v;

	if (number_bytes(f->kind) == 4)
		memcpy(at, &low, sizeof(low));
	else
		memcpy(at, &v, sizeof(v));
}

static bool field_put(struct cursor *c, const struct field *f, const char *base)
{
	const char *at = base + f->at;

	if (f->kind == K_PDU) {
		uint32_t len;

		memcpy(&len, base + f->len_at, sizeof(len));
		return len <= f->size && put_bytes(c, at, len);
	}
	if (f->kind == K_STR || f->kind == K_TEXT || f->kind == K_MEM) {
		size_t len = strnlen(at, f->size);

		return string_good(f, at, len) && put_bytes(c, at, len);
	}
	uint64_t v = number_load(f, at);

	return number_good(f, (int64_t)v) && put(c, v, number_bytes(f->kind));
}

static bool field_get(struct cursor *c, const struct field *f, char *base)
{
	char *at = base + f->at;
	uint64_t v;
	size_t len;

	if (f->kind == K_PDU) {
		if (!get_bytes(c, at, f->size, &len))
			return false;
		uint32_t n = (uint32_t)len;

		memcpy(base + f->len_at, &n, sizeof(n));
		return true;
	}
	if (f->kind == K_STR || f->kind == K_TEXT || f->kind == K_MEM)
		return get_bytes(c, at, f->size - 1u, &len) && string_good(f, at, len);
	if (!get(c, &v, number_bytes(f->kind)))
		return false;
	if (f->kind == K_I32)
		v = (uint64_t)(int64_t)(int32_t)(uint32_t)v;
	number_store(f, at, v);
	return number_good(f, (int64_t)v);
}

size_t frame_encode(const struct frame *f, uint8_t *buf, size_t cap)
{
	const struct spec *s = spec_of(f->type);
	struct cursor c = { .w = buf, .left = cap < FRAME_MAX ? cap : FRAME_MAX };

	if (!s || (s->fits_together && !s->fits_together(f)))
		return 0;
	if (!put(&c, FRAME_VERSION, 1) || !put(&c, f->type, 1) || !put(&c, 0, 2))
		return 0;
	for (size_t i = 0; i < s->n; i++)
		if (!field_put(&c, &s->fields[i], (const char *)f))
			return 0;
	size_t len = (size_t)(c.w - buf);
	struct cursor head = { .w = buf + 2, .left = 2 };

	return put(&head, len - HEADER_BYTES, 2) ? len : 0;
}

rc_t frame_decode(const uint8_t *buf, size_t len, struct frame *out)
{
	struct cursor c = { .r = buf, .left = len };
	uint64_t version, type, rest;

	memset(out, 0, sizeof(*out));
	if (len > FRAME_MAX || !get(&c, &version, 1) || !get(&c, &type, 1) || !get(&c, &rest, 2))
		return RC_INVALID;
	const struct spec *s = spec_of((unsigned)type);

	if (version != FRAME_VERSION || !s || rest != c.left)
		return RC_INVALID;
	out->type = (enum frame_type)type;
	for (size_t i = 0; i < s->n; i++)
		if (!field_get(&c, &s->fields[i], (char *)out))
			return RC_INVALID;
	if (c.left || (s->fits_together && !s->fits_together(out)))
		return RC_INVALID;
	return RC_OK;
}

const char *frame_name(enum frame_type type)
{
	const struct spec *s = spec_of(type);

	return s ? s->name : "?";
}

const char *frame_trouble_name(uint32_t kind)
{
	return kind < FRAME_TROUBLE_COUNT ? trouble_names[kind] : "?";
}
