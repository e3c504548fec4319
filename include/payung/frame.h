/* Frames between payungd and one payung-modem: one SOCK_SEQPACKET record is one frame.
 * Pure codec: no I/O. The reader treats every frame as hostile: frame_decode() refuses unknown
 * types, wrong lengths, invalid UTF-8, embedded NULs, values out of range and leftover bytes. */
#ifndef PAYUNG_FRAME_H
#define PAYUNG_FRAME_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX      8192 /* bytes in one record */
#define FRAME_VERSION  1
#define FRAME_TEXT_MAX 700 /* bytes of UTF-8 in one segment and its NUL: 160 septets of 3 bytes fit */
#define FRAME_PDU_MAX  1024
#define FRAME_PARTS_MAX 10 /* segments of one outbound message */
#define FRAME_INBOUND_PARTS_MAX 255
#define FRAME_JOINED_MAX 8000 /* a joined inbound text: what is longer is cut, the raw parts stay whole */

enum frame_type {
	/* payungd -> worker */
	FRAME_SETUP = 1, /* first frame, once */
	FRAME_SEND,      /* one segment; at most one under way and one prefetched */
	FRAME_ACK,       /* what was read under this seq is in the store: the slot may be deleted */
	FRAME_PURGE,     /* save this slot's PDU without decoding it, answer POISON; deleted on ACK */
	FRAME_PING,
	FRAME_QUIT, /* finish the segment under way, start no other, exit 0 */
	/* worker -> payungd */
	FRAME_READY = 32,
	FRAME_STATUS,
	FRAME_STARTED, /* the modem is about to get this segment: from now on it may go out */
	FRAME_SENT,
	FRAME_READING, /* about to read this slot: a death now counts against the slot */
	FRAME_INBOX,
	FRAME_REPORT,
	FRAME_POISON,
	FRAME_PONG,
	FRAME_TROUBLE,
	FRAME_LOG,
	FRAME_CALL, /* somebody rang; the call was not answered */
};

enum frame_coding { FRAME_GSM7 = 0, FRAME_UCS2 = 1 };
enum frame_pause { FRAME_PAUSE_AUTO = 0, FRAME_PAUSE_SAFE, FRAME_PAUSE_FAST };
enum frame_outcome { FRAME_SENT_OK = 0, FRAME_SENT_FAILED, FRAME_SENT_UNKNOWN };
/* where an error code comes from: 27.005 +CMS ERROR, 27.007 +CME ERROR, or libgammu's own */
enum frame_error { FRAME_ERR_NONE = 0, FRAME_ERR_CMS, FRAME_ERR_CME, FRAME_ERR_LOCAL };
/* 23.040 9.1.2.5 type of number of the originating address, as far as it matters */
enum frame_ton { FRAME_TON_UNKNOWN = 0, FRAME_TON_INTERNATIONAL = 1, FRAME_TON_NATIONAL = 2,
	FRAME_TON_NETWORK = 3, FRAME_TON_SUBSCRIBER = 4, FRAME_TON_ALPHANUMERIC = 5,
	FRAME_TON_ABBREVIATED = 6 };
enum frame_trouble {
	FRAME_TROUBLE_OPEN = 0,    /* the device cannot be opened or is in use */
	FRAME_TROUBLE_GONE,        /* the device vanished */
	FRAME_TROUBLE_MUTE,        /* no answer to AT commands */
	FRAME_TROUBLE_NO_ECHO,     /* answers, but does not echo: cure ATE1 */
	FRAME_TROUBLE_NO_SIM,
	FRAME_TROUBLE_SIM_BUSY,    /* CME 14, CMS 512/515: clears by itself, back off */
	FRAME_TROUBLE_PIN_NEEDED,  /* the SIM wants a PIN and none is configured */
	FRAME_TROUBLE_PIN_REFUSED, /* tried once; never again with this PIN for this IMEI */
	FRAME_TROUBLE_PUK,
	FRAME_TROUBLE_WRONG_MODEM, /* IMEI differs from the configured one */
	FRAME_TROUBLE_SEND_LOST,   /* no answer to AT+CMGS: outcome unknown, worker restarts */
	FRAME_TROUBLE_SANDBOX,
	FRAME_TROUBLE_OTHER,
	FRAME_TROUBLE_COUNT
};
/* 27.007 +CREG <stat> */
enum frame_registration { FRAME_REG_NOT = 0, FRAME_REG_HOME, FRAME_REG_SEARCHING, FRAME_REG_DENIED,
	FRAME_REG_UNKNOWN, FRAME_REG_ROAMING };

struct frame_slot { char mem[8]; uint32_t index; }; /* 27.005 <mem>, <index>; mem "" = not stored */

struct frame_setup {
	char device[256], connection[32], pin[16];
	char imei[24];           /* expected, "" = any */
	uint32_t pin_ok;         /* 0: this PIN was refused before, do not try it */
	uint32_t pause;          /* enum frame_pause */
	uint32_t send_timeout_s; /* no answer to AT+CMGS for so long = unknown */
	uint32_t scan_every_s, status_every_s;
};
struct frame_send {
	uint64_t id;          /* of the message, chosen by payungd; echoed */
	uint32_t part, total; /* 1-based; total 1 = no concatenation header */
	uint32_t ref;         /* concatenation reference 0..255, payungd counts per recipient */
	uint32_t coding;      /* enum frame_coding: payungd has segmented the text already */
	uint32_t validity_min;
	uint32_t report; /* 1: ask for a delivery report */
	char msisdn[24]; /* E.164 with +, or a short number */
	char text[FRAME_TEXT_MAX];
};
struct frame_ack { uint32_t seq; };
struct frame_ping { uint32_t nonce; };

struct frame_ready {
	uint32_t version; /* FRAME_VERSION */
	char imei[24], imsi[24], maker[40], model[40], firmware[64], smsc[24];
	uint32_t can_receive; /* 0: send-only modem (refuses the message store) */
	uint32_t slots;       /* capacity of the receive store, 0 = unknown */
};
struct frame_status {
	int32_t signal_dbm;    /* 0 = unknown */
	uint32_t registration; /* enum frame_registration */
	char operator_name[40];
	uint32_t used, slots; /* of the receive store, 0/0 = unknown */
};
struct frame_started { uint64_t id; uint32_t part; };
struct frame_sent {
	uint64_t id;
	uint32_t part;
	uint32_t outcome; /* enum frame_outcome */
	int32_t mr;       /* TP-MR 0..255, -1 = the modem did not tell */
	uint32_t error;   /* enum frame_error */
	int32_t code;     /* the +CMS/+CME number, or libgammu's GSM_Error */
};
struct frame_inbox {
	uint32_t seq; /* unique within this worker's life, for ACK */
	struct frame_slot slot;
	char sender[24]; /* digits with leading + if international, or the alphanumeric text */
	uint32_t ton;    /* enum frame_ton */
	int64_t scts;    /* TP-SCTS in UTC seconds; 0 = not readable */
	int32_t scts_zone; /* minutes east of UTC */
	uint32_t ref, total, part; /* concatenation; total 1 part 1 ref 0 = whole */
	uint32_t dcs;
	char text[FRAME_TEXT_MAX]; /* UTF-8, may be empty */
	uint32_t pdu_len;
	uint8_t pdu[FRAME_PDU_MAX]; /* as stored on the SIM, with SMSC prefix */
};
struct frame_report {
	uint32_t seq;
	struct frame_slot slot;
	int32_t mr;         /* -1 = not told */
	char recipient[24]; /* as the network writes it */
	uint32_t status;    /* TP-ST */
	int64_t scts, discharged; /* UTC seconds, 0 = not readable */
};
struct frame_poison {
	uint32_t seq;
	struct frame_slot slot;
	char reason[80];
	uint32_t pdu_len;
	uint8_t pdu[FRAME_PDU_MAX];
};
struct frame_trouble_info { uint32_t kind; char text[200]; };
struct frame_call { char number[24]; }; /* digits, with + if international */
struct frame_log { uint32_t level; char text[400]; }; /* level: enum log_level of <payung/log.h> */

struct frame {
	enum frame_type type;
	union {
		struct frame_setup setup;
		struct frame_send send;
		struct frame_ack ack;
		struct frame_slot purge, reading;
		struct frame_ping ping, pong;
		struct frame_ready ready;
		struct frame_status status;
		struct frame_started started;
		struct frame_sent sent;
		struct frame_inbox inbox;
		struct frame_report report;
		struct frame_poison poison;
		struct frame_trouble_info trouble;
		struct frame_log log;
		struct frame_call call;
	};
};

/* Writes the frame. Returns its length, 0 when it does not fit or a value is out of range. */
size_t frame_encode(const struct frame *f, uint8_t *buf, size_t cap);
/* Reads one record. RC_INVALID: not a valid frame of this version; *out is then undefined. */
rc_t frame_decode(const uint8_t *buf, size_t len, struct frame *out) MUST_CHECK;
/* "SEND", "INBOX"... for logs; "?" when unknown. */
const char *frame_name(enum frame_type type);
/* "pin refused", "no echo"... for logs, status and tests; "?" when unknown. */
const char *frame_trouble_name(uint32_t kind);

#endif
