/* The fourth step of the schema: what the flows of money and the sponsors' answers need beyond the
 * tables of step three. Enums are the numbers of the doors; days count since 1970, 0 is no day. */
#include "store_int.h"

const char *const store_schema_books[] = {
	NULL,
};
