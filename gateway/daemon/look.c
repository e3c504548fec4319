#include "look.h"
#include "duty.h"
#include "outbox.h"
#include "remind.h"
#include "supervisor.h"
#include "tick.h"

#include <payung/clock.h>
#include <payung/log.h>

#define UPKEEP_EVERY_S 10
#define CHECKPOINT_IDLE 64   /* WAL pages */
#define CHECKPOINT_BUSY 4000 /* 16 MiB */

/* Unsynchronised, or behind the newest commit: no dated decision may rest on such a clock. */
void look_clock(struct daemon *d)
{
	bool synced = !d->conf->clock_must_sync || clock_is_synchronised();
	bool ok = synced && clock_now() + CLOCK_SLACK_S >= store_newest_time(d->store);

	if (ok != d->clock_ok)
		log_at(ok ? LOG_LVL_WARN : LOG_LVL_ERR, "clock %s",
		        ok ? "is good again"
		           : "is not to be trusted: texts are answered, nothing unsolicited goes "
		             "out and "
		             "nothing expires; set the time (timedatectl)");
	d->clock_ok = ok;
}

static void upkeep(struct daemon *d)
{
	d->upkeep_ms = clock_mono_ms();
	look_clock(d);
	outbox_housekeeping(d);
	duty_housekeeping(d);
}

bool look_jump(struct daemon *d)
{
	int64_t wall = clock_now(), mono_ms = clock_mono_ms();
	int64_t moved = wall - d->looked_at;
	bool jumped =
	        d->looked_at &&
	        (moved < -CLOCK_SLACK_S || moved > (mono_ms - d->looked_ms) / 1000 + CLOCK_SLACK_S);

	d->looked_at = wall;
	d->looked_ms = mono_ms;
	if (!jumped)
		return false;
	log_warn("clock jumped by %lld s: what is due now is looked at", (long long)moved);
	upkeep(d);
	remind_housekeeping(d);
	return true;
}

static void checkpoint(struct daemon *d)
{
	bool idle = tick_waiting(d, NULL) == 0;

	if (tick_store_ok(d) &&
	        store_checkpoint(d->store, idle ? CHECKPOINT_IDLE : CHECKPOINT_BUSY) == RC_OK)
		d->checkpoint_at = clock_now();
}

void look_second(struct daemon *d)
{
	supervisor_second(d);
	checkpoint(d);
	if (!look_jump(d) &&
	        (!d->upkeep_ms || clock_mono_ms() - d->upkeep_ms >= UPKEEP_EVERY_S * 1000))
		upkeep(d);
	remind_housekeeping(d);
}
