/* The fortified inline read() of unistd.h would collide with the definition below. */
#undef _FORTIFY_SOURCE
#include "modem/gate.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	struct at_port *port;
	struct gate_result result;
	bool armed; /* the echo of AT+CMGS went by: a final result from here on is its answer */
	char out[3 * sizeof((struct at_port *)0)->rx + AT_LINE_MAX]; /* all lines of one fill */
	size_t n, at;
} gate;

void gate_up(struct at_port *p)
{
	gate.port = p;
	gate.result = (struct gate_result){ .code = -1, .mr = -1 };
	gate.armed = false;
	gate.n = gate.at = 0;
}

void gate_down(void)
{
	gate.port = NULL;
}

const struct gate_result *gate_result(void)
{
	return &gate.result;
}

static void pass(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	memcpy(gate.out + gate.n, s, n);
	memcpy(gate.out + gate.n + n, end, k);
	gate.n += n + k;
}

static void look(enum at_kind kind, const struct at_info *info)
{
	const char *line = gate.port->lines.buf;
	int mr;

	if (kind == AT_PROMPT) {
		gate.armed = gate.result.prompted = true;
		pass(line, "");
		return;
	}
	if (kind == AT_TEXT && strncmp(line, "AT+CMGS=", 8) == 0)
		gate.armed = true;
	if (kind == AT_TEXT && strcmp(line, "AT+CMGF=1") == 0)
		gate.result.text_mode = true;
	if (kind == AT_TEXT && strncmp(line, "+CMGS:", 6) == 0 && at_number(line, 0, &mr) &&
	        mr <= 255)
		gate.result.mr = mr;
	if (kind != AT_TEXT && gate.armed) {
		gate.result.final = true;
		gate.result.kind = kind;
		gate.result.code = info->code;
	}
	pass(line, "\r\n");
}

static size_t gate_read(void *buf, size_t cap)
{
	struct at_info info;
	enum at_kind kind;
	size_t n;

	if (gate.at == gate.n) {
		gate.at = gate.n = 0;
		at_fill(gate.port);
		while (!gate.result.final && at_next(gate.port, "+CMGS:", &kind, &info))
			look(kind, &info);
	}
	n = gate.n - gate.at < cap ? gate.n - gate.at : cap;
	memcpy(buf, gate.out + gate.at, n);
	gate.at += n;
	return n;
}

ssize_t read(int fd, void *buf, size_t n)
{
	if (gate.port && fd == gate.port->fd)
		return (ssize_t)gate_read(buf, n);
	return syscall(SYS_read, fd, buf, n);
}
