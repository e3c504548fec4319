/* Any octets as a received PDU: no overrun, and what is accepted fits its frame. */
#include "../../gateway/modem/pdu.c"
#include "../../gateway/modem/utf16.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pdu p;

	if (pdu_parse(data, size, &p))
		return 0;
	if (!text_utf8_valid(p.text, strlen(p.text)) ||
	        !text_utf8_valid(p.address, strlen(p.address)) || p.part > p.total ||
	        p.ton > FRAME_TON_ABBREVIATED || p.scts < 0)
		abort();
	return 0;
}
