/* From a device path to a line that is ready: what libgammu would only fail at slowly (a mute
 * modem, no echo, a locked or busy SIM) is found out by raw AT commands before it connects. */
#include "modem/gammu_edge.h"
#include "modem/pace.h"
#include "modem/parent.h"
#include "modem/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <payung/clock.h>
#include <payung/process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define PROBE_TRIES 5
#define PROBE_MS 600
#define CONNECT_TRIES 3
#define PATIENCE_MS 20000 /* for a SIM that says it is busy */
#define ASK_AGAIN_MS 500

#define CME_NO_SIM 10
#define CME_PIN 11
#define CME_PUK 12
#define CME_SIM_FAILURE 13
#define CME_SIM_BUSY 14
#define CME_SIM_WRONG 15

static int open_device(struct worker *w)
{
	struct termios t;
	int lines = TIOCM_DTR | TIOCM_RTS;
	int fd = open(w->device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno != EBUSY)
		parent_trouble(FRAME_TROUBLE_OPEN, "cannot open %s: %s%s", w->device,
		        strerror(errno),
		        errno == EACCES ? ": is its group dialout, and payung in it?" : "");
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
		parent_trouble(FRAME_TROUBLE_OPEN,
		        "%s is in use by another program: stop it (ModemManager?)", w->device);
	if (tcgetattr(fd, &t) != 0)
		parent_trouble(FRAME_TROUBLE_OPEN, "%s is not a serial device", w->device);
	cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)HUPCL;
	tcsetattr(fd, TCSANOW, &t);
	ioctl(fd, TIOCMBIS, &lines);
	tcflush(fd, TCIFLUSH);
	return fd;
}

/* What other programs left half said is ended by ESC and CR; then AT until it answers, echo on. */
static void wake(struct at_port *p)
{
	ssize_t n = write(p->fd, "\x1b\r", 2);

	(void)n; /* a device that cannot be written to does not answer below either */
	for (int i = 0; i < PROBE_TRIES; i++) {
		struct at_reply r;

		if (!at_sync(p, 1, PROBE_MS)) {
			if (p->gone)
				parent_trouble(FRAME_TROUBLE_GONE, "device vanished at start");
			continue;
		}
		r = at_command(p, "ATE1", NULL, PROBE_MS, NULL, NULL);
		if (r.end != AT_END_TIMEOUT && at_sync(p, 2, PROBE_MS) && p->echo)
			return;
		if (i + 1 == PROBE_TRIES)
			parent_trouble(FRAME_TROUBLE_NO_ECHO, "answers but does not echo commands: "
			                                      "set ATE1 and save it with AT&W");
	}
	parent_trouble(FRAME_TROUBLE_MUTE, "no answer to AT: is this the modem's command port?");
}

static bool digits(const char *s, size_t least, size_t most)
{
	size_t n = strlen(s);

	return n >= least && n <= most && strspn(s, "0123456789") == n;
}

/* The first information line, without the "+CGSN: " some put in front, quotes, and non-ASCII. */
static void identity(struct worker *w, const char *cmd, char *out, size_t cap)
{
	char line[128];
	struct at_reply r = at_query(&w->port, cmd, NULL, AT_USUAL_MS, line, sizeof line);
	size_t n = 0, skip = 0, name = strlen(cmd) - 2;

	line_check(w, &r);
	out[0] = '\0';
	if (r.end != AT_END_OK)
		return;
	if (strncmp(line, cmd + 2, name) == 0 && line[name] == ':')
		skip = name + 1;
	while (line[skip] == ' ')
		skip++;
	for (const char *p = line + skip; *p && n + 1 < cap; p++)
		if (*p != '"' && (unsigned char)*p <= 0x7e)
			out[n++] = *p;
	out[n] = '\0';
}

static void identity_number(struct worker *w, const char *cmd, char *out, size_t cap)
{
	identity(w, cmd, out, cap);
	if (!digits(out, 14, 16))
		out[0] = '\0';
}

enum sim { SIM_READY, SIM_BUSY, SIM_PIN, SIM_PUK, SIM_NONE, SIM_UNTOLD };

static enum sim ask_sim(struct worker *w)
{
	char line[64];
	struct at_reply r = at_query(&w->port, "AT+CPIN?", "+CPIN:", AT_SIM_MS, line, sizeof line);

	line_check(w, &r);
	if (r.end == AT_END_OK) {
		if (strstr(line, "READY"))
			return SIM_READY;
		if (strstr(line, "PUK"))
			return SIM_PUK;
		return strstr(line, "PIN") ? SIM_PIN : SIM_UNTOLD;
	}
	if (r.kind == AT_CMS)
		return r.code == 512 || r.code == 515 ? SIM_BUSY : SIM_UNTOLD;
	switch (r.kind == AT_CME ? r.code : -1) {
	case CME_NO_SIM:
	case CME_SIM_FAILURE:
	case CME_SIM_WRONG:
		return SIM_NONE;
	case CME_PIN:
		return SIM_PIN;
	case CME_PUK:
		return SIM_PUK;
	case CME_SIM_BUSY:
		return SIM_BUSY;
	default:
		return SIM_UNTOLD;
	}
}

static enum sim ask_sim_patiently(struct worker *w)
{
	int64_t end = clock_mono_ms() + PATIENCE_MS;
	enum sim sim;

	while ((sim = ask_sim(w)) == SIM_BUSY && clock_mono_ms() < end) {
		/* whatever the modem says meanwhile wakes us: often that it is ready now */
		at_wait(&w->port, ASK_AGAIN_MS);
		at_idle(&w->port);
	}
	return sim;
}

/* Three wrong tries lock the SIM: one try, and only when it was not refused before. */
static enum sim unlock(struct worker *w)
{
	char cmd[40];
	enum sim sim;

	if (!w->setup.pin[0])
		parent_trouble(FRAME_TROUBLE_PIN_NEEDED,
		        "the SIM asks for a PIN: set pin for this modem and reload");
	if (!w->setup.pin_ok)
		parent_trouble(FRAME_TROUBLE_PIN_REFUSED,
		        "this PIN was refused before: correct it and reload");
	if (!digits(w->setup.pin, 4, 8))
		parent_trouble(FRAME_TROUBLE_PIN_REFUSED,
		        "a PIN has 4 to 8 digits: correct it and reload");
	snprintf(cmd, sizeof cmd, "AT+CPIN=\"%s\"", w->setup.pin);
	at_command(&w->port, cmd, NULL, 2 * AT_SIM_MS, NULL, NULL);
	explicit_bzero(cmd, sizeof cmd);
	sim = ask_sim_patiently(w);
	if (sim == SIM_PIN)
		parent_trouble(FRAME_TROUBLE_PIN_REFUSED,
		        "the SIM refused the PIN: correct it and reload");
	return sim;
}

static void check_sim(struct worker *w)
{
	enum sim sim = ask_sim_patiently(w);

	if (sim == SIM_PIN)
		sim = unlock(w);
	explicit_bzero(w->setup.pin, sizeof w->setup.pin);
	switch (sim) {
	case SIM_BUSY:
		parent_trouble(
		        FRAME_TROUBLE_SIM_BUSY, "SIM still busy after %d s", PATIENCE_MS / 1000);
	case SIM_PUK:
		parent_trouble(FRAME_TROUBLE_PUK, "the SIM is locked: enter its PUK in a phone");
	case SIM_NONE:
		parent_trouble(FRAME_TROUBLE_NO_SIM, "no usable SIM in the modem");
	case SIM_UNTOLD:
		parent_log(LOG_LVL_WARN, "modem does not tell the state of its SIM: going on");
		break;
	default:
		break;
	}
}

/* Without libgammu: is it awake, is it the right one, will its SIM work? */
static void probe(struct worker *w, int fd)
{
	at_open(&w->port, fd, PROCESS_CHANNEL_FD);
	wake(&w->port);
	at_command(&w->port, "AT+CMEE=1", NULL, AT_USUAL_MS, NULL, NULL);
	identity_number(w, "AT+CGSN", w->ready.imei, sizeof w->ready.imei);
	if (w->setup.imei[0] && strcmp(w->setup.imei, w->ready.imei) != 0)
		parent_trouble(FRAME_TROUBLE_WRONG_MODEM, "modem %s is here, %s was expected",
		        w->ready.imei[0] ? w->ready.imei : "without IMEI", w->setup.imei);
	check_sim(w);
}

static void connect_libgammu(struct worker *w, int probe_fd)
{
	int fd = -1, error = 0;

	flock(probe_fd,
	        LOCK_UN); /* libgammu takes its own; ours stays open, so the line does not drop */
	for (int i = 0; i < CONNECT_TRIES; i++) {
		error = gammu_connect(w->device, w->setup.connection, probe_fd, &fd);
		if (!error)
			break;
		at_idle(&w->port);
		if (w->port.gone)
			parent_trouble(FRAME_TROUBLE_GONE, "device vanished while connecting");
		wake(&w->port);
	}
	if (error)
		parent_trouble(gammu_trouble(error), "libgammu cannot connect: %s",
		        gammu_error_text(error));
	close(probe_fd);
	at_open(&w->port, fd, PROCESS_CHANNEL_FD);
	w->port.echo = true;
	w->port.dirty = true; /* its last answers may still be under way */
}

/* libgammu would silently go on in text mode, where neither it nor we know what arrives. */
static void need_pdu_mode(struct worker *w)
{
	struct at_reply r = { .end = AT_END_REFUSED };

	for (int i = 0; i < CONNECT_TRIES && r.end != AT_END_OK; i++) {
		if (i > 0)
			at_wait(&w->port, ASK_AGAIN_MS);
		r = at_command(&w->port, "AT+CMGF=0", NULL, AT_SIM_MS, NULL, NULL);
		line_check(w, &r);
	}
	if (r.end != AT_END_OK)
		parent_trouble(FRAME_TROUBLE_OTHER, "modem refuses PDU mode (AT+CMGF=0)");
}

static void read_smsc(struct worker *w)
{
	char line[128], *out = w->ready.smsc;
	struct at_reply r = at_query(&w->port, "AT+CSCA?", "+CSCA:", AT_SIM_MS, line, sizeof line);
	int type;

	line_check(w, &r);
	if (r.end != AT_END_OK || !at_field(line, 0, out + 1, sizeof w->ready.smsc - 1)) {
		out[0] = '\0';
		return;
	}
	out[0] = '+';
	if (out[1] == '+' || !at_number(line, 1, &type) || (type & 0x70) != 0x10)
		memmove(out, out + 1, strlen(out + 1) + 1);
	if (!digits(out + (out[0] == '+'), 3, 20)) {
		out[0] = '\0';
		parent_log(LOG_LVL_WARN, "the SIM has no service centre number: it cannot send");
	}
}

static void identify(struct worker *w)
{
	struct frame_ready *r = &w->ready;

	r->version = FRAME_VERSION;
	identity_number(w, "AT+CIMI", r->imsi, sizeof r->imsi);
	identity(w, "AT+CGMI", r->maker, sizeof r->maker);
	identity(w, "AT+CGMM", r->model, sizeof r->model);
	identity(w, "AT+CGMR", r->firmware, sizeof r->firmware);
	read_smsc(w);
}

static void resolve_device(struct worker *w)
{
	char *path = realpath(w->setup.device, NULL);

	if (!path || strlen(path) >= sizeof w->device)
		parent_trouble(FRAME_TROUBLE_OPEN, "%s: %s", w->setup.device,
		        path ? "path too long" : strerror(errno));
	memcpy(w->device, path, strlen(path) + 1);
	free(path);
}

void setup_line(struct worker *w)
{
	struct frame ready = { .type = FRAME_READY };
	rc_t rc;
	int fd;

	resolve_device(w);
	pace_set(w->setup.pause, w->device);
	rc = process_sandbox_worker(w->device);
	if (rc == RC_NOENT)
		parent_log(LOG_LVL_WARN, "this kernel cannot confine the worker completely");
	else if (rc != RC_OK)
		parent_trouble(FRAME_TROUBLE_SANDBOX, "the worker could not be confined");
	fd = open_device(w);
	probe(w, fd);
	connect_libgammu(w, fd);
	at_command(&w->port, "AT+CMEE=1", NULL, AT_USUAL_MS, NULL, NULL);
	check_sim(w); /* libgammu sends AT+CFUN=1: some SIMs start again then */
	need_pdu_mode(w);
	at_command(&w->port, "AT+COPS=3,0", NULL, AT_SIM_MS, NULL, NULL);
	identify(w);
	stores_choose(w);
	at_command(&w->port, "AT+CLIP=1", NULL, PROBE_MS, NULL, NULL);
	ready.ready = w->ready;
	parent_send(&ready);
}
