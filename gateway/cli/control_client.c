/* Asks the daemon. Every wait has one deadline: a daemon that hangs must not hang its operator. */
#include "control_client.h"
#include "cli.h"

#include <errno.h>
#include <payung/clock.h>
#include <payung/control.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_MS 2000

rc_t control_connect(const char *path, int *fd)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const struct timeval wait = { .tv_sec = WAIT_MS / 1000 };

	if (strlen(path) >= sizeof addr.sun_path)
		return RC_IO;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s < 0)
		return RC_IO;
	/* A full backlog would block connect() for ever. */
	if (setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) != 0 ||
	        connect(s, (const struct sockaddr *)&addr, sizeof addr) != 0) {
		int why = errno;

		close(s);
		return why == ENOENT || why == ECONNREFUSED ? RC_NOENT
		       : why == EAGAIN                      ? RC_AGAIN
		                                            : RC_IO;
	}
	*fd = s;
	return RC_OK;
}

/* Reads up to a line's end. The caller frees *out. */
static rc_t read_line(int fd, int64_t deadline, char **out)
{
	char *buf = malloc(CONTROL_ANSWER_MAX);
	size_t have = 0;
	rc_t rc = RC_AGAIN;

	if (!buf)
		abort();
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = deadline - clock_mono_ms();

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			break;
		ssize_t n = recv(fd, buf + have, CONTROL_ANSWER_MAX - have, MSG_DONTWAIT);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		rc = RC_INVALID;
		if (n <= 0)
			break;
		have += (size_t)n;
		if (buf[have - 1] == '\n') {
			buf[have - 1] = '\0';
			*out = buf;
			return RC_OK;
		}
		if (have == CONTROL_ANSWER_MAX)
			break;
		rc = RC_AGAIN;
	}
	free(buf);
	return rc;
}

static rc_t parse_answer(const char *line, json_t **out)
{
	json_t *answer = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(answer)) {
		json_decref(answer);
		return RC_INVALID;
	}
	*out = answer;
	return json_object_get(answer, CONTROL_ERROR) ? RC_INVALID : RC_OK;
}

rc_t control_ask(const char *path, const char *request, json_t **out)
{
	int64_t deadline = clock_mono_ms() + WAIT_MS;
	char line[CONTROL_LINE_MAX + 1], *answer = NULL;
	int fd = -1, len = snprintf(line, sizeof line, "%s\n", request);
	rc_t rc = control_connect(path, &fd);

	if (rc != RC_OK)
		return rc;
	rc = send(fd, line, (size_t)len, MSG_NOSIGNAL) == len ? read_line(fd, deadline, &answer)
	                                                      : RC_AGAIN;
	if (rc == RC_OK)
		rc = parse_answer(answer, out);
	free(answer);
	close(fd);
	return rc;
}

bool control_ping(const char *path)
{
	json_t *answer = NULL;
	rc_t rc = control_ask(path, CONTROL_PING, &answer);

	json_decref(answer);
	if (rc != RC_OK && rc != RC_NOENT)
		cli_note("note: done, but payungd could not be told (%s); it will look by itself",
		        rc_text(rc));
	return rc != RC_NOENT;
}

int control_end(const char *path, rc_t rc, json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, CONTROL_ERROR));

	if (rc == RC_NOENT)
		cli_note("payungd is not running (nobody at %s): systemctl start payungd", path);
	else if (rc == RC_AGAIN)
		cli_note("payungd does not answer at %s: see journalctl -u payungd", path);
	else if (error)
		cli_note("%s", error);
	else if (rc == RC_INVALID)
		cli_note("payungd gave an answer that cannot be read: are both of one version?");
	else
		cli_note("cannot reach %s: only root and the group of payungd may", path);
	json_decref(answer);
	return CLI_FAILED;
}
