/* The one door to time. Wall time is UTC seconds; monotonic time is for timeouts only.
 * Tests set a time that stands still with clock_set_virtual(). */
#ifndef PAYUNG_CLOCK_H
#define PAYUNG_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_now(void);     /* UTC seconds since 1970 */
int64_t clock_now_ms(void);  /* UTC milliseconds */
int64_t clock_mono_ms(void); /* never jumps */
int64_t clock_work_us(void); /* monotonic and always real: how long our own work took */
/* From now on clock_now() is this and stands still; clock_mono_ms() moves by what it is set
 * forward, never back. Negative = the real clock again. */
void clock_set_virtual(int64_t utc_s);
/* False when the kernel says its clock is not synchronised (adjtimex STA_UNSYNC). Whether that
 * matters is for the caller: `clock_must_sync` of the configuration. A virtual clock is right. */
bool clock_is_synchronised(void);

#endif
