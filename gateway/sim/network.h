/* The operator: SIM cards, the SMSC's queues towards them, texts under way to phones, reports. */
#ifndef PAYUNG_SIM_NETWORK_H
#define PAYUNG_SIM_NETWORK_H

#include "sim/sim.h"
#include "sim/slots.h"
#include "sim/tpdu.h"

#define SIM_NUMBER_CAP 24

enum sim_mt_kind { SIM_MT_DELIVER, SIM_MT_REPORT };
struct sim_mt { /* one unit on its way to a SIM */
	TAILQ_ENTRY(sim_mt) next;
	enum sim_mt_kind kind;
	uint64_t id;
	int class;   /* message class, -1 = none */
	bool held;   /* was refused for want of a slot */
	char *about; /* for the flight log */
	struct sim_pdu pdu;
};
TAILQ_HEAD(sim_mt_queue, sim_mt);

struct sim_card { /* lives until the end; moves between modems */
	TAILQ_ENTRY(sim_card) next;
	char imsi[SIM_NUMBER_CAP], number[SIM_NUMBER_CAP], smsc[SIM_NUMBER_CAP];
	char pin[12], puk[12]; /* pin "": none asked */
	int pin_tries, puk_tries;
	bool verified;
	uint8_t mr; /* TP-MR of the next send */
	struct sim_slots sm, sr;
	struct sim_modem *modem; /* NULL: in a drawer */
	struct sim_mt_queue queue;
};

/* How the SMSC reports on one send. */
struct sim_report_how {
	int copies, delay_ms, status;
	bool no_mr, national;
};
struct sim_mo { /* one SUBMIT that the network takes over */
	uint64_t id;
	struct sim_card *from;
	uint8_t mr;
	struct tpdu_submit submit;
	struct sim_report_how report;
};

/* A text that a phone or service sends to a SIM. */
struct sim_sms {
	const char *from, *to, *text;
	const char *parts; /* "3,1,1": exactly these parts in this order; NULL = all */
	struct tpdu_split_how how;
	bool has_ref;  /* how.ref is given, else the next free reference is taken */
	bool national; /* +62812.. is shown as 812.. of national type */
	int ton;       /* type of number, -1 = from its look */
	int class;     /* -1 = none */
	int64_t scts;  /* UTC seconds, 0 = now */
};

/* The card of an IMSI; made when it is new. */
struct sim_card *sim_card_get(struct sim *s, const char *imsi);
/* NULL when no card has that number (or sits in a modem of that name). */
struct sim_card *sim_card_find(struct sim *s, const char *number_or_modem);
/* Offers what waits to the modem that holds the card, as far as it takes it. */
void sim_card_flush(struct sim_card *card);
/* Units that the SMSC keeps for the card. */
size_t sim_card_waiting(const struct sim_card *card);

/* Takes over a SUBMIT; the phone gets it after the SMSC's delay, never before the caller returns.
 */
void sim_net_submit(struct sim *s, const struct sim_mo *mo);
/* A phone texts a SIM. RC_NOENT: no such SIM; RC_INVALID: *why tells. */
rc_t sim_net_sms(struct sim *s, const struct sim_sms *sms, const char **why) MUST_CHECK;
/* The report on mo is due for making, with this TP-ST. */
void sim_net_report(struct sim *s, const struct sim_mo *mo, int status, int64_t submitted);
/* "0812.." -> "+62812..": how the network knows its subscribers; others are copied. */
void sim_net_number(const char *in, char out[SIM_NUMBER_CAP]);
void sim_net_free(struct sim *s);

#endif
