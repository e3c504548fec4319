/* payung-sim: simulated modems and the operator behind them. Options, start, stop. */
#include "sim/client.h"
#include "sim/control.h"
#include "sim/modem.h"
#include "sim/sim.h"
#include <errno.h>
#include <event2/listener.h>
#include <getopt.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MODEMS_MAX 256

struct options {
	const char *dir, *control, *script, *log;
	const char *modem[MODEMS_MAX];
	size_t modems;
};

static const char usage[] =
        "usage: payung-sim --dir DIR [--control SOCKET] [--script FILE] [--log FILE] [--modem "
        "SPEC]...\n"
        "       payung-sim --control SOCKET COMMAND [WORD]...\n"
        "SPEC: NAME[,imsi=..][,imei=..][,number=+62..][,pin=..][,profile=..][,SETTING=VALUE]...\n"
        "See payung-sim(1).\n";

static void options_read(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = { { "dir", required_argument, NULL, 'd' },
		{ "control", required_argument, NULL, 'c' },
		{ "script", required_argument, NULL, 's' }, { "log", required_argument, NULL, 'l' },
		{ "modem", required_argument, NULL, 'm' }, { "help", no_argument, NULL, 'h' },
		{ 0 } };
	int k;

	while ((k = getopt_long(argc, argv, "+h", longs, NULL)) != -1) {
		if (k == 'd')
			o->dir = optarg;
		else if (k == 'c')
			o->control = optarg;
		else if (k == 's')
			o->script = optarg;
		else if (k == 'l')
			o->log = optarg;
		else if (k == 'm' && o->modems < MODEMS_MAX)
			o->modem[o->modems++] = optarg;
		else {
			fputs(usage, k == 'h' ? stdout : stderr);
			exit(k == 'h' ? 0 : 2);
		}
	}
	if (!o->dir && o->control && optind < argc)
		exit(sim_client(o->control, argc - optind, argv + optind));
	if (!o->dir || optind < argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

static void modems_add(struct sim *s, const struct options *o)
{
	for (size_t i = 0; i < o->modems; i++) {
		const char *why = "";
		rc_t rc = sim_modem_add(s, o->modem[i], &why);

		if (rc != RC_OK)
			log_fatal("--modem %s: %s", o->modem[i],
			        rc == RC_INVALID ? why : rc_text(rc));
	}
}

static void stop(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	event_base_loopexit(arg, NULL);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct sim s;
	char control[192];
	struct evconnlistener *listener = NULL;

	const char *clock_file = NULL;
	rc_t clock = clock_follow_file(&clock_file);

	options_read(&o, argc, argv);
	log_open("payung-sim", LOG_LVL_INFO);
	if (clock == RC_IO)
		log_fatal(CLOCK_FILE_VARIABLE "=%s: no file of eight bytes", clock_file);
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sim_open(&s, o.dir, o.log) != RC_OK)
		log_fatal("cannot use --dir %s or --log: %s", o.dir, strerror(errno));
	snprintf(control, sizeof control, "%s/control", s.dir);
	if (!o.control)
		o.control = control;
	if (sim_control_listen(&s, o.control, &listener) != RC_OK)
		log_fatal("cannot listen on %s: choose another --control", o.control);
	modems_add(&s, &o);
	struct event *term = evsignal_new(s.base, SIGTERM, stop, s.base);
	struct event *intr = evsignal_new(s.base, SIGINT, stop, s.base);

	event_add(term, NULL);
	event_add(intr, NULL);
	printf("READY dir=%s control=%s\n", s.dir, o.control);
	if (o.script && sim_control_script(&s, o.script) != RC_OK)
		log_fatal("cannot read %s", o.script);
	if (s.exit_code == 0)
		event_base_dispatch(s.base);
	unlink(o.control);
	evconnlistener_free(listener);
	event_free(term);
	event_free(intr);
	sim_close(&s);
	return s.exit_code;
}
