#include "year.h"

void money_plan(struct year *y)
{
	(void)y;
}
