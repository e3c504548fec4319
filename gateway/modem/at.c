#include "modem/at.h"

#include <errno.h>
#include <payung/clock.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void at_open(struct at_port *p, int fd, int hangup_fd)
{
	memset(p, 0, sizeof *p);
	p->fd = fd;
	p->hangup_fd = hangup_fd;
}

bool at_wait(struct at_port *p, int timeout_ms)
{
	struct pollfd fds[2] = { { .fd = p->fd, .events = POLLIN }, { .fd = p->hangup_fd } };

	if (poll(fds, 2, timeout_ms) <= 0)
		return false;
	if (p->hangup_fd >= 0 && fds[1].revents & (POLLHUP | POLLERR | POLLNVAL))
		_exit(0);
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		p->gone = true;
	return (fds[0].revents & POLLIN) != 0;
}

void at_fill(struct at_port *p)
{
	ssize_t n;

	if (p->rx_at > 0) {
		memmove(p->rx, p->rx + p->rx_at, p->rx_n - p->rx_at);
		p->rx_n -= p->rx_at;
		p->rx_at = 0;
	}
	while (p->rx_n < sizeof p->rx && at_wait(p, 0)) {
		/* not read(): that one is libgammu's and comes back here */
		n = syscall(SYS_read, p->fd, p->rx + p->rx_n, sizeof p->rx - p->rx_n);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0) {
			p->gone = true;
			return;
		}
		p->rx_n += (size_t)n;
	}
}

static void add_news(struct at_port *p, enum at_kind kind, const struct at_info *info)
{
	struct at_news *news;
	size_t n;

	if (p->news_n == AT_NEWS_MAX) {
		p->news_lost = true;
		return;
	}
	news = &p->news[(p->news_at + p->news_n++) % AT_NEWS_MAX];
	news->kind = kind;
	news->slot = info->slot;
	memcpy(news->caller, info->caller, sizeof news->caller);
	news->pdu_len = 0;
	if (kind == AT_CMT || kind == AT_CDS)
		if (!p->lines.cut && at_hex(p->lines.buf, news->pdu, sizeof news->pdu, &n))
			news->pdu_len = (uint32_t)n;
}

bool at_take_news(struct at_port *p, const struct at_news **out)
{
	if (p->news_n == 0)
		return false;
	*out = &p->news[p->news_at];
	p->news_at = (p->news_at + 1) % AT_NEWS_MAX;
	p->news_n--;
	return true;
}

bool at_next(struct at_port *p, const char *expect, enum at_kind *kind, struct at_info *info)
{
	while (p->rx_at < p->rx_n) {
		if (!at_lines_feed(&p->lines, p->rx[p->rx_at++]))
			continue;
		*kind = at_lines_kind(&p->lines, expect, info);
		switch (*kind) {
		case AT_CMTI:
		case AT_CDSI:
		case AT_CMT:
		case AT_CDS:
		case AT_CLIP:
			add_news(p, *kind, info);
			break;
		case AT_CMT_HEAD:
		case AT_CDS_HEAD:
		case AT_NOISE:
			break;
		default:
			return true;
		}
	}
	return false;
}

void at_idle(struct at_port *p)
{
	struct at_info info;
	enum at_kind kind;

	at_fill(p);
	while (at_next(p, NULL, &kind, &info))
		;
}

static bool write_all(struct at_port *p, const char *s, size_t n, int64_t deadline)
{
	while (n > 0) {
		ssize_t k = write(p->fd, s, n);

		if (k > 0) {
			s += k;
			n -= (size_t)k;
			continue;
		}
		if (k < 0 && errno != EAGAIN && errno != EINTR) {
			p->gone = true;
			return false;
		}
		int64_t left = deadline - clock_mono_ms();
		struct pollfd out = { .fd = p->fd, .events = POLLOUT };

		if (left <= 0 || poll(&out, 1, (int)left) < 0)
			return false;
	}
	return true;
}

struct exchange {
	const char *cmd, *expect;
	at_line_fn *fn;
	void *arg;
	bool echoed, moved; /* moved: an information line came */
	struct at_reply reply;
};

/* Takes the lines that are there; true when the final result was among them. */
static bool take_lines(struct at_port *p, struct exchange *x)
{
	struct at_info info;
	enum at_kind kind;

	while (at_next(p, x->expect, &kind, &info)) {
		if (kind == AT_TEXT && !x->echoed && strcmp(p->lines.buf, x->cmd) == 0) {
			x->echoed = true;
			p->echo = true;
			continue;
		}
		if (kind == AT_PROMPT || (p->echo && !x->echoed))
			continue;
		if (kind == AT_TEXT) {
			x->moved = true;
			if (x->fn)
				x->fn(x->arg, p->lines.buf, p->lines.cut);
			continue;
		}
		x->reply.end = kind == AT_OK ? AT_END_OK : AT_END_REFUSED;
		x->reply.kind = kind;
		x->reply.code = info.code;
		return true;
	}
	return false;
}

static struct at_reply run(struct at_port *p, struct exchange *x, int timeout_ms)
{
	int64_t deadline = clock_mono_ms() + timeout_ms;
	size_t n = strlen(x->cmd);
	char line[128];

	x->reply = (struct at_reply){ .end = AT_END_TIMEOUT, .code = -1 };
	at_idle(p);
	if (n + 2 > sizeof line)
		abort();
	memcpy(line, x->cmd, n);
	line[n] = '\r';
	if (p->gone || !write_all(p, line, n + 1, deadline)) {
		if (p->gone)
			x->reply.end = AT_END_GONE;
		return x->reply;
	}
	while (!take_lines(p, x)) {
		int64_t now = clock_mono_ms(), left;

		if (x->moved) /* a long list: each line has the whole time again */
			deadline = now + timeout_ms;
		x->moved = false;
		left = deadline - now;

		if (left <= 0) {
			p->dirty = true;
			break;
		}
		if (p->rx_at == p->rx_n)
			at_wait(p, (int)left);
		at_fill(p);
		if (p->gone && p->rx_at == p->rx_n) {
			x->reply.end = AT_END_GONE;
			break;
		}
	}
	return x->reply;
}

bool at_sync(struct at_port *p, int tries, int timeout_ms)
{
	for (int i = 0; i < tries; i++) {
		struct exchange x = { .cmd = "AT" };

		if (run(p, &x, timeout_ms).end == AT_END_OK) {
			p->dirty = false;
			return true;
		}
		if (p->gone)
			return false;
	}
	return false;
}

struct at_reply at_command(struct at_port *p, const char *cmd, const char *expect, int timeout_ms,
        at_line_fn *fn, void *arg)
{
	struct exchange x = { .cmd = cmd, .expect = expect, .fn = fn, .arg = arg };

	if (p->dirty && !at_sync(p, 3, 1000))
		return (struct at_reply){ .end = p->gone ? AT_END_GONE : AT_END_TIMEOUT,
			.code = -1 };
	return run(p, &x, timeout_ms);
}

struct first_line {
	const char *expect;
	char *out;
	size_t cap;
};

static void keep_first(void *arg, const char *line, bool cut)
{
	struct first_line *f = arg;

	if (f->out[0] || cut)
		return;
	if (f->expect && strncmp(line, f->expect, strlen(f->expect)) != 0)
		return;
	snprintf(f->out, f->cap, "%s", line);
}

struct at_reply at_query(struct at_port *p, const char *cmd, const char *expect, int timeout_ms,
        char *out, size_t cap)
{
	struct first_line f = { expect, out, cap };

	out[0] = '\0';
	return at_command(p, cmd, expect, timeout_ms, keep_first, &f);
}
