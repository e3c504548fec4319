/* The one door to time. Wall time is UTC seconds; monotonic time is for timeouts only.
 * Tests set a time that stands still with clock_set_virtual(). */
#ifndef PAYUNG_CLOCK_H
#define PAYUNG_CLOCK_H

#include <payung/result.h>
#include <stdbool.h>
#include <stdint.h>

int64_t clock_now(void);     /* UTC seconds since 1970 */
int64_t clock_now_ms(void);  /* UTC milliseconds */
int64_t clock_mono_ms(void); /* never jumps */
int64_t clock_work_us(void); /* monotonic and always real: how long our own work took */
/* From now on clock_now() is this and stands still; clock_mono_ms() moves by what it is set
 * forward, never back. Negative = the real clock again. */
void clock_set_virtual(int64_t utc_s);
/* For tests of whole programs: the environment's PAYUNG_CLOCK names a file that holds UTC seconds as
 * one int64_t of this machine; from now on clock_now() is what stands there, monotonic time stays
 * real. Called once, first in main(). RC_NOENT: no such variable (or the program has more rights than
 * who started it); RC_IO: no such file, or too short. *path: the variable's value, unless RC_NOENT. */
#define CLOCK_FILE_VARIABLE "PAYUNG_CLOCK"
rc_t clock_follow_file(const char **path) MUST_CHECK;
/* False when the kernel says its clock is not synchronised (adjtimex STA_UNSYNC). Whether that
 * matters is for the caller: `clock_must_sync` of the configuration. A virtual clock is right. */
bool clock_is_synchronised(void);

#endif
