/* Between the table of occasions and the plan. */
#ifndef COVER_REMIND_INT_H
#define COVER_REMIND_INT_H

#include <payung/cover_remind.h>

/* The occasion that takes over from this one; REMIND_OCCASIONS: none. */
enum remind_occasion remind_next_in_row(enum remind_occasion o);

#endif
