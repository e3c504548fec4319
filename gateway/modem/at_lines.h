/* Bytes of a modem into lines, and what a line is. Pure: no I/O, any input is survived. */
#ifndef MODEM_AT_LINES_H
#define MODEM_AT_LINES_H

#include <payung/frame.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* a PDU of FRAME_PDU_MAX octets in hex, and a little more to see that it is too long */
#define AT_LINE_MAX (2 * FRAME_PDU_MAX + 64)

enum at_kind {
	AT_TEXT, /* an echo, an information line, a PDU */
	AT_PROMPT,
	AT_OK,
	AT_ERROR,    /* plain ERROR and its kin */
	AT_CME,      /* +CME ERROR: code */
	AT_CMS,      /* +CMS ERROR: code */
	AT_CMTI,     /* a text was stored: slot */
	AT_CDSI,     /* a report was stored: slot */
	AT_CMT_HEAD, /* the PDU follows on the next line */
	AT_CDS_HEAD,
	AT_CMT,   /* that next line: a text that is stored nowhere */
	AT_CDS,   /* that next line: a report */
	AT_CLIP,  /* it rings, and the caller is known */
	AT_NOISE, /* unsolicited, nothing to do */
};

struct at_info {
	int code;               /* of AT_CME and AT_CMS, -1 when it is not a number */
	struct frame_slot slot; /* of AT_CMTI and AT_CDSI */
	char caller[24];        /* of AT_CLIP: digits, with + if international */
};

struct at_lines {
	char buf[AT_LINE_MAX]; /* the line, NUL-terminated, without its end */
	size_t n;
	bool done;         /* buf holds a finished line: the next byte starts a new one */
	bool cut;          /* the line was longer than buf */
	enum at_kind owed; /* AT_CMT or AT_CDS when its PDU is the next line, else AT_TEXT */
};

/* Takes one byte. True: a line (never empty) or the prompt stands in l->buf. Control bytes other
 * than CR and LF are dropped. */
bool at_lines_feed(struct at_lines *l, uint8_t byte);
/* What the finished line in l is. expect: prefix of the information lines the command under way
 * asks for ("+CREG:"), NULL if none; such a line is AT_TEXT and not unsolicited. */
enum at_kind at_lines_kind(struct at_lines *l, const char *expect, struct at_info *info);
/* Hex to octets; false when it is not hex, odd, empty, or does not fit. */
bool at_hex(const char *hex, uint8_t *out, size_t cap, size_t *n);
/* Copies the k-th (from 0) comma separated field after the colon, without quotes and blanks.
 * False when there is no such field or it does not fit. */
bool at_field(const char *line, unsigned k, char *out, size_t cap);
/* The same as a number 0..INT_MAX; false when it is not one. */
bool at_number(const char *line, unsigned k, int *out);

#endif
