/* The control socket and scripts: sessions that run command lines. */
#ifndef PAYUNG_SIM_CONTROL_H
#define PAYUNG_SIM_CONTROL_H

#include "sim/phone.h"
#include "sim/sim.h"

#define SIM_COMMAND_MAX 262144 /* a text of 255 parts, all escaped */

struct bufferevent;
struct evbuffer;
struct evconnlistener;

enum sim_wait_kind { SIM_WAIT_NONE, SIM_WAIT_SLEEP, SIM_WAIT_TEXT, SIM_WAIT_COUNT, SIM_WAIT_EMPTY };
struct sim_wait {
	enum sim_wait_kind kind;
	struct event *deadline;
	struct sim_phone *phone;
	char *part; /* of the text */
	enum sim_event event;
	uint64_t count;
	char modem[32]; /* "" = all together */
};
struct sim_session {
	TAILQ_ENTRY(sim_session) next;
	struct sim *sim;
	struct bufferevent *bev; /* NULL: the script */
	struct evbuffer *lines;  /* of the script */
	const char *file;
	unsigned line;
	struct sim_phone *watch; /* a stream until the client leaves */
	struct sim_wait wait;
	bool ending; /* the client closed its end: answer what is left, then go */
};

/* What a command came to. */
enum sim_done { SIM_DONE, SIM_FAILED, SIM_WAITS };

/* Listens on path. RC_IO: it cannot. The listener is the caller's. */
rc_t sim_control_listen(struct sim *s, const char *path, struct evconnlistener **out) MUST_CHECK;
/* Runs a file of commands; an error ends the simulator with exit code 1. RC_IO: not readable. */
rc_t sim_control_script(struct sim *s, const char *file) MUST_CHECK;
/* A phone shows its text number i: tells those who watch it. */
void sim_control_arrived(struct sim *s, struct sim_phone *p, size_t i);
void sim_control_free(struct sim *s);

/* Data line, without line end. */
void sim_say(struct sim_session *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Error answer; always SIM_FAILED. */
enum sim_done sim_fail(struct sim_session *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Starts the wait in c->wait with a deadline; always SIM_WAITS. */
enum sim_done sim_wait_start(struct sim_session *c, int64_t ms);

/* Runs one line (changed in place). An empty line or comment is DONE without answer: *silent. */
enum sim_done sim_command(struct sim_session *c, char *line, bool *silent);
/* Is what the session waits for there? Says what it found. */
bool sim_wait_fulfilled(struct sim_session *c);
/* Next word, "quoted" or bare; NULL at the end. */
char *sim_word(char **rest);

#endif
