/* Birth and end of the simulated world. */
#include "sim/control.h"
#include "sim/modem.h"
#include "sim/sim.h"
#include "sim/tty.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WIB_QUARTERS 28 /* UTC+7 */

rc_t sim_open(struct sim *s, const char *dir, const char *log)
{
	struct event_config *cfg = event_config_new();

	/* a modem that answers in 5 ms must not take 6 */
	event_config_set_flag(cfg, EVENT_BASE_FLAG_PRECISE_TIMER);
	*s = (struct sim){ .log_fd = -1, .quarters = WIB_QUARTERS, .rng = 1 };
	s->base = event_base_new_with_config(cfg);
	event_config_free(cfg);
	TAILQ_INIT(&s->modems);
	TAILQ_INIT(&s->cards);
	TAILQ_INIT(&s->phones);
	TAILQ_INIT(&s->sessions);
	TAILQ_INIT(&s->transits);
	TAILQ_INIT(&s->batches);
	if (strlen(dir) >= sizeof s->dir)
		return RC_INVALID;
	snprintf(s->dir, sizeof s->dir, "%s", dir);
	mkdir(s->dir, 0755);
	if (log && (s->log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) < 0)
		return RC_IO;
	return s->base ? sim_tty_watch(s) : RC_IO;
}

void sim_close(struct sim *s)
{
	sim_control_free(s);
	sim_modems_free(s);
	sim_net_free(s);
	sim_phones_free(s);
	sim_tty_unwatch(s);
	if (s->log_fd >= 0)
		close(s->log_fd);
	event_base_free(s->base);
}
