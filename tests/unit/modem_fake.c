/* See modem_fake.h. Included by the test that uses it. */
#include "modem_fake.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
/* must come last */
#include <cmocka.h>

#define PATIENCE_US 20000000 /* a test that waits longer has failed */

int64_t fake_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void put(struct fake *f, const char *s, size_t n)
{
	size_t step = f->split ? 3 : n;

	while (n > 0) {
		ssize_t k = write(f->master, s, n < step ? n : step);

		if (k <= 0)
			return;
		s += k;
		n -= (size_t)k;
		if (f->split) /* let the reader see the piece alone */
			sched_yield();
	}
}

void fake_say(struct fake *f, const char *text)
{
	put(f, text, strlen(text));
}

static void answer(struct fake *f, const char *text)
{
	char buf[4200];

	snprintf(buf, sizeof buf, "\r\n%s\r\n", text);
	fake_say(f, buf);
}

static void ok(struct fake *f, const char *info)
{
	char buf[4096];

	if (f->urc_inside)
		snprintf(buf, sizeof buf, "%s\r\n^RSSI: 17\r\n+CREG: 1\r\n\r\nOK", info);
	else
		snprintf(buf, sizeof buf, "%s\r\n\r\nOK", info);
	answer(f, buf);
}

unsigned fake_count(const struct fake *f, const char *command)
{
	unsigned n = 0;
	size_t len = strlen(command);

	for (const char *p = f->log; *p; p = strchr(p, '\n') + 1)
		n += strncmp(p, command, len) == 0;
	return n;
}

static void read_slot(struct fake *f, unsigned i)
{
	char buf[2400];

	if (i >= FAKE_SLOTS) {
		answer(f, "+CMS ERROR: 321");
	} else if (!f->slot[i][0]) {
		answer(f, "OK");
	} else {
		unsigned smsc = 0;

		sscanf(f->slot[i], "%2x", &smsc);
		snprintf(buf, sizeof buf, "+CMGR: 0,,%zu\r\n%s", strlen(f->slot[i]) / 2 - 1 - smsc,
		        f->slot[i]);
		ok(f, buf);
	}
}

static void list_slots(struct fake *f)
{
	if (f->cmgl_fails) {
		answer(f, "ERROR");
		return;
	}
	for (unsigned i = 0; i < FAKE_SLOTS; i++) {
		char buf[2400];

		if (!f->slot[i][0])
			continue;
		snprintf(buf, sizeof buf, "+CMGL: %u,1,,24\r\n%s", i, f->slot[i]);
		answer(f, buf);
	}
	answer(f, "OK");
}

static void store_command(struct fake *f, const char *c)
{
	if (f->no_store)
		answer(f, "+CMS ERROR: 302");
	else if (!strcmp(c, "AT+CPMS=?"))
		ok(f, "+CPMS: (\"SM\"),(\"SM\"),(\"SM\")");
	else if (!strcmp(c, "AT+CPMS?"))
		ok(f, "+CPMS: \"SM\",1,20,\"SM\",1,20,\"SM\",1,20");
	else
		ok(f, "+CPMS: 1,20,1,20,1,20");
}

static void sim_command(struct fake *f, const char *c)
{
	char buf[64];

	if (!strcmp(c, "AT+CPIN?")) {
		if (f->busy_cpin > 0) {
			f->busy_cpin--;
			answer(f, "+CME ERROR: 14");
			return;
		}
		snprintf(buf, sizeof buf, "+CPIN: %s", f->cpin ? f->cpin : "READY");
		ok(f, buf);
		return;
	}
	f->cpin_set++;
	snprintf(buf, sizeof buf, "AT+CPIN=\"%s\"", f->good_pin ? f->good_pin : "");
	if (f->good_pin && !strcmp(c, buf)) {
		f->cpin = NULL;
		answer(f, "OK");
	} else {
		answer(f, "+CME ERROR: 16");
	}
}

static bool one_of(struct fake *f, const char *c, const char *const (*table)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(c, table[i][0]) != 0)
			continue;
		if (f->bare_ok)
			answer(f, "OK");
		else
			ok(f, table[i][1]);
		return true;
	}
	return false;
}

static void other_command(struct fake *f, const char *c)
{
	static const char *const info[][2] = {
		{ "AT+CGSN", "356938035643809" },
		{ "AT+CIMI", "510100000000001" },
		{ "AT+CGMI", "Fake" },
		{ "AT+CGMM", "F1" },
		{ "AT+CGMR", "1.0" },
	};
	static const char *const query[][2] = {
		{ "AT+CSQ", "+CSQ: 18,99" },
		{ "AT+CREG?", "+CREG: 0,1" },
		{ "AT+COPS?", "+COPS: 0,0,\"TELKOMSEL\"" },
		{ "AT+CSCA?", "+CSCA: \"+62811000000\",145" },
		{ "AT+CSCS?", "+CSCS: \"GSM\"" },
		{ "AT+CSCS=?", "+CSCS: (\"GSM\",\"UCS2\")" },
	};
	bool bare = f->bare_ok;

	if (one_of(f, c, info, sizeof info / sizeof *info))
		return;
	if (f->no_gprs && (strstr(c, "CREG") || strstr(c, "COPS?"))) {
		answer(f, "+CME ERROR: 4");
		return;
	}
	f->bare_ok = false;
	if (!one_of(f, c, query, sizeof query / sizeof *query))
		answer(f, "OK");
	f->bare_ok = bare;
}

void fake_release_cmgs(struct fake *f)
{
	char buf[64];

	f->hold_cmgs = 0;
	if (f->cmgs_refusal) {
		answer(f, f->cmgs_refusal);
		return;
	}
	snprintf(buf, sizeof buf, "+CMGS: %d", f->mr++ & 255);
	ok(f, buf);
}

static void command(struct fake *f, const char *c)
{
	size_t used = strlen(f->log);
	unsigned i = 0;

	snprintf(f->log + used, sizeof f->log - used, "%s\n", c);
	if (!strncmp(c, "AT+CMGS=", 8)) {
		f->command_us = fake_now_us();
		f->cmgs++;
		if (f->prompt_refusal) {
			answer(f, f->prompt_refusal);
		} else if (!f->no_prompt) {
			f->editing = true;
			fake_say(f, "\r\n> ");
		}
	} else if (sscanf(c, "AT+CMGR=%u", &i) == 1) {
		f->cmgr++;
		read_slot(f, i);
	} else if (sscanf(c, "AT+CMGD=%u", &i) == 1) {
		f->cmgd++;
		if (i < FAKE_SLOTS)
			f->slot[i][0] = '\0';
		if (!f->lose_cmgd)
			answer(f, "OK");
		f->lose_cmgd = false;
	} else if (!strncmp(c, "AT+CMGL", 7)) {
		f->cmgl++;
		list_slots(f);
	} else if (!strncmp(c, "AT+CPMS", 7)) {
		store_command(f, c);
	} else if (!strncmp(c, "AT+CPIN", 7)) {
		sim_command(f, c);
	} else if (!strncmp(c, "AT+CNMI=", 8)) {
		answer(f, f->no_notices || (f->cnmi && strcmp(c + 8, f->cnmi)) ? "ERROR" : "OK");
	} else if (!strcmp(c, "AT+CMGF=0") && f->refuse_cmgf > 0) {
		f->refuse_cmgf--;
		answer(f, "+CMS ERROR: 302");
	} else if (!strcmp(c, "AT+CSMS?")) {
		ok(f, f->csms1 ? "+CSMS: 1,1,1,1" : "+CSMS: 0,1,1,1");
	} else if (!strcmp(c, "AT+CNMA")) {
		f->cnma++;
		answer(f, "OK");
	} else {
		other_command(f, c);
	}
}

static void text_done(struct fake *f)
{
	f->editing = false;
	if (f->cmgs <= 8)
		snprintf(f->sent[f->cmgs - 1], sizeof f->sent[0], "%.699s", f->line);
	if (!f->lose_cmgs && !f->hold_cmgs)
		fake_release_cmgs(f);
}

static void take_byte(struct fake *f, char c)
{
	if (f->echo && !f->mute && c != 0x1b)
		put(f, &c, 1);
	if (c == 0x1b) {
		f->editing = false;
		f->n = 0;
	} else if (f->editing && c == 0x1a) {
		f->line[f->n] = '\0';
		f->n = 0;
		text_done(f);
	} else if (!f->editing && c == '\r') {
		f->line[f->n] = '\0';
		if (f->n > 0 && !f->mute) {
			if (!strcmp(f->line, "ATE1"))
				f->echo = !f->no_echo_ever;
			command(f, f->line);
		}
		f->n = 0;
	} else if (f->n + 1 < sizeof f->line) {
		f->line[f->n++] = c;
	}
}

static void take_frame(struct fake *f)
{
	uint8_t buf[FRAME_MAX];
	ssize_t n = recv(f->child.fd, buf, sizeof buf, MSG_DONTWAIT);

	if (n > 0) {
		assert_true(f->got_n < sizeof f->got / sizeof *f->got);
		f->got_us[f->got_n] = fake_now_us();
		assert_int_equal(frame_decode(buf, (size_t)n, &f->got[f->got_n++]), RC_OK);
		return;
	}
	if (n == 0) {
		int status;

		close(f->child.fd);
		f->child.fd = -1;
		assert_int_equal(waitpid(f->child.pid, &status, 0), f->child.pid);
		f->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

/* One turn; false when nothing happened for so long. */
static bool serve(struct fake *f, int wait_ms)
{
	struct pollfd fds[2] = { { .fd = f->master, .events = POLLIN },
		{ .fd = f->child.fd, .events = POLLIN } };
	char buf[512];
	ssize_t n;

	if (poll(fds, 2, wait_ms) <= 0)
		return false;
	if (fds[0].revents & POLLIN) {
		n = read(f->master, buf, sizeof buf);
		for (ssize_t i = 0; i < n; i++)
			take_byte(f, buf[i]);
	}
	if (fds[1].revents)
		take_frame(f);
	return true;
}

static void turn(struct fake *f, int64_t *end)
{
	if (*end == 0)
		*end = fake_now_us() + PATIENCE_US;
	serve(f, 200);
	if (fake_now_us() > *end)
		fail_msg("nothing came; commands so far:\n%s", f->log);
}

const struct frame *fake_expect(struct fake *f, enum frame_type type)
{
	for (int64_t end = 0;; turn(f, &end)) {
		while (f->got_seen < f->got_n)
			if (f->got[f->got_seen++].type == type)
				return &f->got[f->got_seen - 1];
		if (f->exit_code >= 0)
			fail_msg("worker ended with %d before %s", f->exit_code, frame_name(type));
	}
}

int fake_wait_exit(struct fake *f)
{
	for (int64_t end = 0; f->exit_code < 0;)
		turn(f, &end);
	return f->exit_code;
}

void fake_until(struct fake *f, const char *command_start, unsigned count)
{
	for (int64_t end = 0; fake_count(f, command_start) < count;)
		turn(f, &end);
}

void fake_settle(struct fake *f)
{
	static uint32_t nonce;

	/* longer than the grace before a deletion, which is the longest the worker rests when it
	 * has something to do */
	for (int i = 0; i < 2; i++) {
		struct frame ping = { .type = FRAME_PING, .ping.nonce = ++nonce };

		while (serve(f, 60))
			;
		fake_send(f, &ping);
		for (int64_t end = 0;
		        fake_frames(f, FRAME_PONG) == 0 || f->got[f->got_n - 1].type != FRAME_PONG;)
			turn(f, &end);
	}
	while (serve(f, 0))
		;
}

unsigned fake_frames(const struct fake *f, enum frame_type type)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->got_n; i++)
		n += f->got[i].type == type;
	return n;
}

void fake_deliver(struct fake *f, unsigned slot, const char *pdu)
{
	char buf[64];

	snprintf(f->slot[slot], sizeof f->slot[slot], "%s", pdu);
	snprintf(buf, sizeof buf, "+CMTI: \"SM\",%u", slot);
	answer(f, buf);
}

void fake_send(struct fake *f, const struct frame *frame)
{
	uint8_t buf[FRAME_MAX];
	size_t n = frame_encode(frame, buf, sizeof buf);

	assert_true(n > 0);
	assert_int_equal(send(f->child.fd, buf, n, MSG_NOSIGNAL), n);
}

void fake_ack(struct fake *f, uint32_t seq)
{
	struct frame ack = { .type = FRAME_ACK, .ack.seq = seq };

	fake_send(f, &ack);
}

void fake_send_text(struct fake *f, uint64_t id, const char *msisdn, const char *text)
{
	struct frame send = { .type = FRAME_SEND,
		.send = { .id = id, .part = 1, .total = 1, .validity_min = 1440, .report = 1 } };

	snprintf(send.send.msisdn, sizeof send.send.msisdn, "%s", msisdn);
	snprintf(send.send.text, sizeof send.send.text, "%s", text);
	fake_send(f, &send);
}

void fake_start(struct fake *f)
{
	struct termios raw;
	int slave;

	memset(f, 0, sizeof *f);
	f->exit_code = -1;
	f->child.fd = -1;
	f->echo = true;
	assert_int_equal(openpty(&f->master, &slave, f->path, NULL, NULL), 0);
	tcgetattr(slave, &raw);
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	f->held = slave; /* a pty whose slave nobody holds would hang up at once */
}

void fake_spawn(struct fake *f, struct frame_setup setup)
{
	char self[400], path[512], *slash;
	char *argv[] = { (char[]){ "payung-modem" }, NULL };
	struct frame s = { .type = FRAME_SETUP };
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	assert_true(n > 0);
	self[n] = '\0';
	for (int i = 0; i < 2;
	        i++) /* build/VARIANT/unit/test_x beside build/VARIANT/payung-modem */
		if ((slash = strrchr(self, '/')))
			*slash = '\0';
	snprintf(path, sizeof path, "%s/payung-modem", self);
	assert_int_equal(process_spawn(path, argv, &f->child), RC_OK);
	s.setup = setup;
	snprintf(s.setup.device, sizeof s.setup.device, "%s", f->path);
	if (!s.setup.send_timeout_s)
		s.setup.send_timeout_s = 60;
	fake_send(f, &s);
}

void fake_unplug(struct fake *f)
{
	close(f->held);
	close(f->master);
	f->master = f->held = -1;
}

void fake_end(struct fake *f)
{
	if (f->exit_code < 0 && f->child.pid > 0) {
		kill(f->child.pid, SIGKILL);
		waitpid(f->child.pid, NULL, 0);
	}
	if (f->child.fd >= 0)
		close(f->child.fd);
	if (f->master >= 0) {
		close(f->held);
		close(f->master);
	}
}
