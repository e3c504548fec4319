/* Numbers in the configuration. */
#ifndef CONF_PHONE_H
#define CONF_PHONE_H

#include <payung/conf.h>

#define CONF_PHONE_CAP 64

/* CONF_DIGITS: digits only. CONF_PHONE: one digit at least, + or ( first, blanks, dashes, dots and
 * brackets between. */
bool conf_digits_ok(enum conf_type type, const char *value);
/* The number as short as it can be said: what stands in texts has few septets to spare. */
const char *conf_phone_shorter(const char *value, char out[CONF_PHONE_CAP]);

#endif
