#include "conf_phone.h"

#include <ctype.h>
#include <string.h>

bool conf_digits_ok(enum conf_type type, const char *value)
{
	if (type == CONF_DIGITS)
		return !value[strspn(value, "0123456789")];
	value += *value == '+' || *value == '(';
	return isdigit((unsigned char)*value) && !value[strspn(value, "0123456789 -().")];
}

const char *conf_phone_shorter(const char *value, char out[CONF_PHONE_CAP])
{
	size_t n = 0;

	if (strncmp(value, "+62", 3) == 0) {
		out[n++] = '0';
		value += 3;
	}
	for (; *value && n < CONF_PHONE_CAP - 1; value++)
		if (*value == '+' || isdigit((unsigned char)*value))
			out[n++] = *value;
	out[n] = '\0';
	return out;
}
