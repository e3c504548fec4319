/* payungd: options, start order, stop order. */
#include "control.h"
#include "daemon.h"
#include "look.h"
#include "outbox.h"
#include "reload.h"
#include "remind.h"
#include "status.h"
#include "supervisor.h"
#include "tick.h"

#include <assert.h>
#include <event2/event.h>
#include <getopt.h>
#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/log.h>
#include <payung/process.h>
#include <payung/store_cover.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOP_S 4 /* for texts under way when told to stop */

static void on_second(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	look_second(arg);
}

static void on_alive(evutil_socket_t fd, short what, void *arg)
{
	char line[200];

	(void)fd, (void)what;
	status_line(arg, line, sizeof line - sizeof "\nWATCHDOG=1");
	strcat(line, "\nWATCHDOG=1");
	(void)!process_notify(line);
}

/* ---- stopping ---- */

static void on_stopping(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;
	static int64_t began;

	(void)fd, (void)what;
	if (!began)
		began = clock_mono_ms();
	bool late = clock_mono_ms() - began >= STOP_S * 1000;

	for (size_t i = 0; late && i < d->modems; i++)
		if (d->modem[i]->channel)
			channel_kill(d->modem[i]->channel);
	if (supervisor_all_gone(d))
		event_base_loopbreak(d->base);
}

static void on_term(evutil_socket_t sig, short what, void *arg)
{
	struct daemon *d = arg;
	struct timeval often = { .tv_usec = 20000 };

	(void)what;
	if (d->stopping)
		return;
	log_info("signal %d: stopping", (int)sig);
	d->stopping = true;
	(void)!process_notify("STOPPING=1");
	supervisor_quit(d);
	struct event *e = event_new(d->base, -1, EV_PERSIST, on_stopping, d);

	assert(e);
	event_add(e, &often);
	d->stop_event = e;
}

static void on_hup(evutil_socket_t sig, short what, void *arg)
{
	char err[RELOAD_ERR_CAP];

	(void)sig, (void)what;
	(void)!process_notify("RELOADING=1");
	reload(arg, err);
	(void)!process_notify("READY=1");
}

/* ---- starting ---- */

static void open_store(struct daemon *d)
{
	char err[STORE_ERR_CAP], lock[CONF_PATH_CAP + 8], key_err[CRYPTO_ERR_CAP];
	pid_t holder = 0;
	int fd;

	snprintf(lock, sizeof lock, "%s.lock", d->conf->store);
	rc_t rc = process_lock(lock, &fd, &holder);

	if (rc == RC_EXISTS)
		log_fatal("payungd runs already on this store, pid %d; stop it first", (int)holder);
	if (rc != RC_OK)
		log_fatal("%s cannot be created; the store's folder must belong to the user "
		          "payungd runs as",
		        lock);
	if (keys_load(d->conf->key_file, &d->keys, key_err) != RC_OK)
		log_fatal("%s", key_err);
	if (store_open(d->conf->store, STORE_LIVE, d->keys, 0, &d->store, err) != RC_OK)
		log_fatal("%s", err);
	store_coverage_conf(d->store, &d->conf->scheme);
}

static void recover(struct daemon *d)
{
	rc_t rc = RC_AGAIN;

	d->flight = flight_open(d->conf->store);
	for (int i = 0; i < 500 && rc == RC_AGAIN; i++) { /* the tool may be writing just now */
		rc = outbox_recover(d);
		if (rc == RC_AGAIN)
			usleep(10000);
	}
	if (rc != RC_OK)
		log_fatal("store cannot be written (%s: %s); free disk space or mend it and start "
		          "again",
		        rc_text(rc), store_detail(d->store));
	outbox_load_usage(d, NULL);
}

static void every(struct daemon *d, struct event **e, int64_t us, event_callback_fn fn)
{
	struct timeval tv = { .tv_sec = us / 1000000, .tv_usec = us % 1000000 };

	*e = event_new(d->base, -1, EV_PERSIST, fn, d);
	assert(*e);
	event_add(*e, &tv);
}

static void on_signal_add(struct daemon *d, struct event **e, int sig, event_callback_fn fn)
{
	*e = evsignal_new(d->base, sig, fn, d);
	assert(*e);
	event_add(*e, NULL);
}

static void start(struct daemon *d, const char *path, const char *clock_file)
{
	char err[RELOAD_ERR_CAP], conf_err[CONF_ERR_CAP];

	if (conf_load(path, &d->conf, conf_err) != RC_OK)
		log_fatal("%s", conf_err);
	log_open("payungd", d->conf->log_level);
	if (clock_file)
		log_warn("clock=%s is followed because " CLOCK_FILE_VARIABLE
		         " says so: a test, never for real people",
		        clock_file);
	if (!reload_templates(d, err))
		log_fatal("mend the templates in %s (payung templates check), then start again",
		        d->conf->templates);
	open_store(d);
	d->since = clock_now();
	d->started_ms = clock_mono_ms();
	d->clock_ok = true;
	look_clock(d);
	(void)look_jump(d); /* from here on */
	recover(d);
	d->base = event_base_new();
	assert(d->base);
	if (event_base_priority_init(d->base, 2) != 0)
		log_fatal("libevent has no priorities");
	d->tick = tick_new(d);
	d->control = control_open(d);
	if (!d->control)
		exit(1);
}

static void run(struct daemon *d)
{
	struct event *e[5];
	int64_t watchdog = process_watchdog_us();

	on_signal_add(d, &e[0], SIGTERM, on_term);
	on_signal_add(d, &e[1], SIGINT, on_term);
	on_signal_add(d, &e[2], SIGHUP, on_hup);
	every(d, &e[3], 1000000, on_second);
	every(d, &e[4], watchdog ? watchdog / 3 : 10000000, on_alive);
	supervisor_start(d);
	remind_start(d);
	(void)!process_notify("READY=1");
	log_info("started version=%s store=%s modems=%zu", PAYUNG_VERSION, d->conf->store,
	        d->modems);
	event_base_dispatch(d->base);
	for (size_t i = 0; i < sizeof e / sizeof *e; i++)
		event_free(e[i]);
	if (d->stop_event)
		event_free(d->stop_event);
}

/* What the workers left is committed if the store lets us; if not, the flight pages tell it later.
 */
static void stop(struct daemon *d)
{
	if (!tick_flush(d))
		log_err("stopping with %zu inputs not stored: the SIMs still hold the texts",
		        tick_waiting(d, NULL));
	remind_stop(d);
	control_close(d->control);
	tick_free(d->tick);
	supervisor_free(d);
	event_base_free(d->base);
	store_close(d->store);
	keys_free(d->keys);
	tmpl_free(d->texts);
	talk_lexicon_free(d->lexicon);
	free(d->areas);
	flight_close(d->flight);
	conf_free(d->conf);
	log_info("stopped");
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' },
		{ "version", no_argument, NULL, 'V' }, { "help", no_argument, NULL, 'h' }, { 0 } };
	static struct daemon d;
	const char *path = "/etc/payung/payung.conf", *clock_file = NULL;
	rc_t clock = clock_follow_file(&clock_file);

	for (int o; (o = getopt_long(argc, argv, "c:Vh", options, NULL)) != -1;) {
		if (o == 'V' || o == 'h') {
			puts(o == 'V' ? "payungd " PAYUNG_VERSION
			              : "usage: payungd [--config FILE]");
			return 0;
		}
		if (o != 'c') {
			fputs("payungd: usage: payungd [--config FILE]; see payungd(8)\n", stderr);
			return 2;
		}
		path = optarg;
	}
	if (optind < argc) {
		fprintf(stderr, "payungd: %s is not expected; usage: payungd [--config FILE]\n",
		        argv[optind]);
		return 2;
	}
	umask(0027);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN); /* until it can reload: what it asks for is read anyway */
	log_open("payungd", LOG_LVL_INFO);
	if (clock == RC_IO)
		log_fatal(CLOCK_FILE_VARIABLE "=%s: no file of eight bytes", clock_file);
	start(&d, path, clock_file);
	run(&d);
	stop(&d);
	return 0;
}
