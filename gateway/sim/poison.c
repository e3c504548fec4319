/* Malformed units. Each starts as a good DELIVER and is then broken in one place. */
#include "sim/command.h"
#include "sim/sim.h"
#include "sim/tpdu.h"
#include <string.h>

/* Offsets in a DELIVER from a sender of 12 digits. */
enum { AT_FIRST = 0, AT_TYPE = 2, AT_DCS = 10, AT_UDL = 18, AT_UD = 19 };

static const char sender[] = "+628120000001";

/* Octets of a good DELIVER, without SMSC. */
static size_t good(uint8_t out[TPDU_MAX])
{
	struct tpdu_deliver d = { .scts = { INT64_C(1700000000), 28 } };
	struct tpdu_body *b = &d.body;

	if (tpdu_address_parse(sender, &d.from) != RC_OK)
		return 0;
	b->n = tpdu_units("DAFTAR", TPDU_GSM7, b->unit, TPDU_UNITS_MAX);
	return tpdu_deliver_encode(&d, out);
}

static void dcs20(uint8_t *u, size_t *n)
{
	(void)n;
	u[AT_DCS] = 0x20;
}

static void udl(uint8_t *u, size_t *n)
{
	u[AT_UDL] = 0xff;
	memset(u + AT_UD, 0x41, 224);
	*n = AT_UD + 224;
}

static void udhl(uint8_t *u, size_t *n)
{
	u[AT_FIRST] |= 0x40;
	u[AT_UDL] = 160;
	memset(u + AT_UD, 0x41, 140);
	u[AT_UD] = 0xff;
	*n = AT_UD + 140;
}

static void ton(uint8_t *u, size_t *n)
{
	(void)n;
	u[AT_TYPE] &= 0x7f;
}

static void mti(uint8_t *u, size_t *n)
{
	(void)n;
	u[AT_FIRST] |= 0x03;
}

static const struct {
	const char *name;
	void (*breaks)(uint8_t *u, size_t *n); /* NULL: only the prefix is broken */
	size_t smsc;                           /* octets of the SMSC address */
} kinds[] = {
	{ "dcs20", dcs20, 6 },
	{ "udl", udl, 6 },
	{ "smsc", NULL, 120 },
	{ "udhl", udhl, 6 },
	{ "ton", ton, 6 },
	{ "mti", mti, 6 },
};

rc_t sim_poison(const char *kind, struct sim_pdu *out)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].name, kind) != 0)
			continue;
		uint8_t *u = out->octet + 1 + kinds[i].smsc;
		size_t n = good(u);

		out->octet[0] = (uint8_t)kinds[i].smsc;
		memset(out->octet + 1, 0x18, kinds[i].smsc);
		out->octet[1] = 0x91;
		if (kinds[i].breaks)
			kinds[i].breaks(u, &n);
		out->length = (uint16_t)n;
		out->len = (uint16_t)(1 + kinds[i].smsc + n);
		return RC_OK;
	}
	return RC_NOENT;
}

rc_t sim_poison_raw(const char *hex, struct sim_pdu *out)
{
	size_t n = sim_unhex(hex, strlen(hex), out->octet, sizeof out->octet);

	if (n == SIZE_MAX || n == 0)
		return RC_INVALID;
	size_t prefix = out->octet[0] + 1U;

	out->len = (uint16_t)n;
	out->length = (uint16_t)(n > prefix ? n - prefix : n);
	return RC_OK;
}
