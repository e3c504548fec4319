/* A message store of TS 27.005: numbered slots from 1, each holding one unit as octets. Pure. */
#ifndef PAYUNG_SIM_SLOTS_H
#define PAYUNG_SIM_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_PDU_MAX 512 /* room for units that are longer than allowed: poison */

/* TS 27.005 <stat> in PDU mode */
enum sim_stat { SIM_UNREAD = 0, SIM_READ_ALREADY = 1, SIM_UNSENT = 2, SIM_SENT = 3 };

struct sim_pdu {
	uint16_t len;    /* octets with the SMSC prefix */
	uint16_t length; /* what +CMGR tells as <length>: without the prefix */
	uint8_t octet[SIM_PDU_MAX];
};
struct sim_slot {
	bool used;
	enum sim_stat stat;
	uint64_t id; /* of the flight log */
	struct sim_pdu pdu;
};
struct sim_slots {
	char name[4]; /* "SM", "ME", "SR" */
	bool rotate;  /* next free after the last used, instead of the lowest free */
	size_t n, next;
	struct sim_slot *slot;
};

void sim_slots_init(struct sim_slots *s, const char *name, size_t n);
void sim_slots_free(struct sim_slots *s);
/* Changes the capacity; messages beyond it are gone, as with another SIM. */
void sim_slots_resize(struct sim_slots *s, size_t n);
/* Stores and returns the index, 0 when full. */
size_t sim_slots_put(
        struct sim_slots *s, const struct sim_pdu *pdu, enum sim_stat stat, uint64_t id);
/* The slot of an index, NULL when out of range. Look at `used`. Borrowed. */
struct sim_slot *sim_slots_at(struct sim_slots *s, size_t index);
size_t sim_slots_used(const struct sim_slots *s);
/* TS 27.005 +CMGD <delflag> 1..4 on one slot: is it covered? */
bool sim_slots_covered(const struct sim_slot *slot, int delflag);

#endif
