/* A pledge and its instalments are made together. */
#ifndef PLAN_INT_H
#define PLAN_INT_H

#include "store_int.h"
#include <payung/store_scheme.h>

rc_t plan_add(struct store *s, const struct pledge_row *p, int64_t pledge) MUST_CHECK;

#endif
