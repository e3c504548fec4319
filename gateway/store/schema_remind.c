/* The fifth step of the schema: reminders. Enums are the numbers of the doors; days count since
 * 1970, 0 is no day. */
#include "store_int.h"

const char *const store_schema_remind[] = {
	NULL,
};
