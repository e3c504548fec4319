/* Received PDUs (3GPP TS 23.040): everything in them comes from strangers. Pure; any input is
 * survived. */
#ifndef MODEM_PDU_H
#define MODEM_PDU_H

#include <payung/frame.h>
#include <stddef.h>
#include <stdint.h>

enum pdu_type { PDU_DELIVER, PDU_REPORT };

struct pdu {
	enum pdu_type type;
	char address[24]; /* sender, or of a report the recipient; + when international */
	uint32_t ton;     /* enum frame_ton */
	int64_t scts;     /* UTC seconds, 0 = not readable */
	int32_t zone;     /* minutes east of UTC */
	/* PDU_DELIVER */
	uint32_t dcs;
	uint32_t ref, total, part;
	char text[FRAME_TEXT_MAX]; /* empty when the data is binary */
	/* PDU_REPORT */
	int32_t mr;
	uint32_t status;
	int64_t discharged;
};

/* Reads a PDU with its SMSC prefix, as AT+CMGR and +CDS give it. NULL: *out is filled; else the
 * reason in English why it cannot be one. Octets after the user data (some modems pad) are fine. */
const char *pdu_parse(const uint8_t *pdu, size_t n, struct pdu *out);

#endif
