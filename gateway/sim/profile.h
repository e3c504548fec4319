/* The models a simulated modem can pass for. */
#ifndef PAYUNG_SIM_PROFILE_H
#define PAYUNG_SIM_PROFILE_H

#include "sim/modem.h"

/* NULL: no such profile. */
const struct sim_profile *sim_profile_find(const char *name);

#endif
