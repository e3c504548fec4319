/* A phone of the simulator in the terminal. Two connections: one watches what arrives at the
 * phone, the other sends what is typed. Lines that do not come from a terminal are a script: each
 * waits for an answer to the one before, as a person would. */
#include "control_client.h"
#include "list.h"

#include <errno.h>
#include <payung/clock.h>
#include <payung/date.h>
#include <payung/text.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_CAP 16384
#define DEFAULT_WAIT_S 15

struct lines {
	int fd;
	bool end; /* nothing more will come */
	size_t n;
	char buf[LINE_CAP];
};
struct chat {
	struct cli *c;
	char phone[MSISDN_CAP];
	const char *to;
	bool script;
	int wait_s;
	int64_t deadline; /* of the answer a script waits for; 0 = waits for none */
	struct lines typed, watch, sms;
};

/* Reads what is there. */
static void lines_fill(struct lines *l)
{
	ssize_t n = read(l->fd, l->buf + l->n, sizeof l->buf - l->n);

	if (n > 0)
		l->n += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		l->end = true;
}

/* Takes the next whole line (or, at the end or when full, what there is). */
static bool lines_next(struct lines *l, char out[LINE_CAP + 1])
{
	const char *lf = memchr(l->buf, '\n', l->n);
	size_t len = lf ? (size_t)(lf - l->buf) : l->n, skip = lf ? len + 1 : len;

	if (!lf && !(l->n && (l->end || l->n == sizeof l->buf)))
		return false;
	memcpy(out, l->buf, len);
	out[len] = '\0';
	if (len && out[len - 1] == '\r')
		out[len - 1] = '\0';
	memmove(l->buf, l->buf + skip, l->n - skip);
	l->n -= skip;
	return true;
}

static bool send_line(int fd, const char *line)
{
	size_t len = strlen(line), done = 0;

	while (done < len) {
		ssize_t n = send(fd, line + done, len - done, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* Back from one line: \n is a line break, everything else that is no text a blank. */
static void unescape(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
			*out++ = *s == 'n' ? '\n' : *s == '\\' ? '\\' : ' ';
		} else {
			*out++ = (unsigned char)*s < 0x20 || *s == 0x7f ? ' ' : *s;
		}
	}
	*out = '\0';
}

static void print_text(const struct chat *ch, const char *sender, const char *text)
{
	int minute = date_minute_of_day(ch->c->now, ch->c->conf->zone);

	printf("%02d:%02d %s: ", minute / 60, minute % 60, sender);
	for (; *text; text++)
		fputs(*text == '\n' ? "\n    " : (char[]){ *text, '\0' }, stdout);
	putchar('\n');
}

static void print_json(const struct chat *ch, const char *sender, const char *text)
{
	json_t *o = json_object();

	if (!o)
		abort();
	table_time(o, "at", ch->c->now);
	table_text(o, "from", sender);
	table_text(o, "text", text);
	table_print_json(stdout, o);
	json_decref(o);
}

/* A line of the watch: number, time, sender, text, with tabs between; anything else is an answer.
 */
static int on_text(struct chat *ch, char *line)
{
	char *field[4] = { NULL };

	if (strncmp(line, "error", 5) == 0)
		return cli_end(CLI_FAILED, "the simulator says: %s", line);
	for (int i = 0; i < 4; i++)
		field[i] = strsep(&line, "\t");
	if (!field[3])
		return 0;
	unescape(field[3]);
	ch->c->now = clock_now();
	(ch->c->json ? print_json : print_text)(ch, field[2], field[3]);
	fflush(stdout);
	ch->deadline = 0;
	return 0;
}

static int on_answer(struct chat *ch, const char *line)
{
	if (strncmp(line, "error", 5) != 0)
		return 0;
	ch->deadline = 0;
	cli_note("the simulator says: %s", line);
	return ch->script ? CLI_FAILED : 0;
}

static int on_typed(struct chat *ch, const char *line)
{
	char command[2 * LINE_CAP + 64];
	size_t n = (size_t)snprintf(command, sizeof command, "sms %s %s -- ", ch->phone, ch->to);

	if (!*line)
		return 0;
	if (!text_utf8_valid(line, strlen(line)))
		return cli_end(CLI_FAILED, "what was typed is not UTF-8");
	for (; *line; line++) {
		if (*line == '\\')
			command[n++] = '\\';
		command[n++] = *line;
	}
	command[n++] = '\n';
	command[n] = '\0';
	if (!send_line(ch->sms.fd, command))
		return cli_end(CLI_FAILED, "the simulator is gone");
	if (ch->script)
		ch->deadline = clock_mono_ms() + ch->wait_s * INT64_C(1000);
	return 0;
}

static int drain(struct chat *ch)
{
	char line[LINE_CAP + 1];
	int end = 0;

	while (!end && lines_next(&ch->watch, line))
		end = on_text(ch, line);
	while (!end && lines_next(&ch->sms, line))
		end = on_answer(ch, line);
	while (!end && !ch->deadline && lines_next(&ch->typed, line))
		end = on_typed(ch, line);
	if (!end && (ch->watch.end || ch->sms.end))
		end = cli_end(CLI_FAILED, "the simulator is gone");
	return end;
}

static void fill(struct chat *ch, int timeout_ms)
{
	bool typing = !ch->typed.end && !ch->deadline;
	struct pollfd p[] = { { .fd = ch->watch.fd, .events = POLLIN },
		{ .fd = ch->sms.fd, .events = POLLIN },
		{ .fd = typing ? ch->typed.fd : -1, .events = POLLIN } };

	if (poll(p, 3, timeout_ms) <= 0)
		return;
	if (p[0].revents)
		lines_fill(&ch->watch);
	if (p[1].revents)
		lines_fill(&ch->sms);
	if (p[2].revents)
		lines_fill(&ch->typed);
}

static int talk(struct chat *ch)
{
	for (;;) {
		int end = drain(ch);
		int64_t left = ch->deadline ? ch->deadline - clock_mono_ms() : -1;

		if (end)
			return end;
		if (ch->deadline && left <= 0) {
			cli_note("no answer within %d s", ch->wait_s);
			ch->deadline = 0;
			continue;
		}
		if (ch->typed.end && !ch->typed.n && !ch->deadline)
			return 0;
		fill(ch, (int)left);
	}
}

/* Where the phone texts to: as told, else the service's number, else the first modem. */
static const char *target(const struct conf *conf, const char *to)
{
	if (to)
		return to;
	if (*conf->service.number)
		return conf->service.number;
	if (conf->modem_count)
		return *conf->modem[0].number ? conf->modem[0].number : conf->modem[0].name;
	return NULL;
}

static int connect_both(struct chat *ch)
{
	const char *path = ch->c->conf->simulator;
	char command[64];

	ch->watch.fd = ch->sms.fd = -1;
	if (!*path)
		return cli_end(CLI_FAILED,
		        "chat is for the simulator: set `simulator` in %s to "
		        "its control socket",
		        ch->c->conf->path);
	if (control_connect(path, &ch->watch.fd) != RC_OK ||
	        control_connect(path, &ch->sms.fd) != RC_OK)
		return cli_end(CLI_FAILED,
		        "no simulator answers at %s: start payung-sim, or make demo STAY=1", path);
	snprintf(command, sizeof command, "watch %s\n", ch->phone);
	if (!send_line(ch->watch.fd, command))
		return cli_end(CLI_FAILED, "the simulator is gone");
	return 0;
}

static void disconnect(struct chat *ch)
{
	if (ch->watch.fd >= 0)
		close(ch->watch.fd);
	if (ch->sms.fd >= 0)
		close(ch->sms.fd);
}

static int take_chat(struct chat *ch)
{
	struct cli *c = ch->c;
	struct cli_option o[] = { { "to", false, NULL }, { "wait", false, NULL } };
	const char *word = NULL;
	int end = cli_options(c, o, 2, &word, 1, 1);

	ch->wait_s = DEFAULT_WAIT_S;
	if (!end)
		end = cli_phone(c, "MSISDN", word, ch->phone);
	if (!end && o[1].value)
		end = cli_number(c, &o[1], 1, 3600, &ch->wait_s);
	if (!end)
		end = cli_load_conf(c);
	if (end)
		return end;
	ch->to = target(c->conf, o[0].value);
	if (!ch->to || !*ch->to || strlen(ch->to) > 32 || strpbrk(ch->to, " \n"))
		return cli_usage(c, "whom to text? give --to NUMBER");
	return 0;
}

int cmd_chat(struct cli *c)
{
	struct chat *ch = calloc(1, sizeof *ch);

	if (!ch)
		abort();
	ch->c = c;
	ch->typed.fd = STDIN_FILENO;
	ch->script = !isatty(STDIN_FILENO);
	int end = take_chat(ch);

	if (!end) {
		end = connect_both(ch);
		if (!end && !ch->script)
			fprintf(stderr,
			        "This is the phone %s. Type a text and Enter; Ctrl-D ends.\n",
			        ch->phone);
		if (!end)
			end = talk(ch);
		disconnect(ch);
	}
	free(ch);
	return end;
}
