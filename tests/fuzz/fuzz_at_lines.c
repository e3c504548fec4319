/* Any bytes from a modem: lines stay within bounds, fields and slots are sane. */
#include "../../gateway/modem/at_lines.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct at_lines *l)
{
	struct at_info info;
	enum at_kind kind;
	uint8_t pdu[64];
	char field[16];
	size_t n;
	int number;

	kind = at_lines_kind(l, "+CREG:", &info);
	if (strlen(l->buf) != l->n || l->n == 0 || l->n >= AT_LINE_MAX)
		abort();
	if ((kind == AT_CMTI || kind == AT_CDSI) &&
	        (strlen(info.slot.mem) < 2 || info.slot.index > UINT16_MAX))
		abort();
	for (unsigned k = 0; k < 4; k++) {
		at_field(l->buf, k, field, sizeof field);
		if (at_number(l->buf, k, &number) && number < 0)
			abort();
	}
	if (at_hex(l->buf, pdu, sizeof pdu, &n) && n > sizeof pdu)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct at_lines l;

	memset(&l, 0, sizeof l);
	for (size_t i = 0; i < size; i++)
		if (at_lines_feed(&l, data[i]))
			check(&l);
	return 0;
}
