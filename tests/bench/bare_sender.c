/* The least a program can do to send: one port, one fixed PDU, the next one as soon as the modem
 * has answered. It neither receives nor stores anything; what it reaches is what the modem can do.
 * usage: bare_sender DEVICE PDU   (hexadecimal, with SMSC prefix "00"); runs until it is killed */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ANSWER_MS 60000

static void say(int fd, const char *s)
{
	if (write(fd, s, strlen(s)) != (ssize_t)strlen(s))
		err(1, "write");
}

/* Reads until the word was heard; what came before it is forgotten. */
static void await(int fd, const char *word)
{
	static char heard[4096];
	static size_t n;
	char *at;

	while (heard[n] = '\0', !(at = strstr(heard, word))) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (strstr(heard, "ERROR") || n == sizeof heard - 1)
			errx(1, "waiting for %s, heard: %s", word, heard);
		if (poll(&p, 1, ANSWER_MS) != 1)
			errx(1, "no answer: %s", word);
		ssize_t k = read(fd, heard + n, sizeof heard - 1 - n);

		if (k <= 0)
			err(1, "read");
		n += (size_t)k;
	}
	at += strlen(word);
	n -= (size_t)(at - heard);
	memmove(heard, at, n);
}

int main(int argc, char **argv)
{
	char command[32];
	struct termios t;

	if (argc != 3)
		errx(2, "usage: bare_sender DEVICE PDU");
	int fd = open(argv[1], O_RDWR | O_NOCTTY);

	if (fd < 0 || tcgetattr(fd, &t) != 0)
		err(1, "%s", argv[1]);
	cfmakeraw(&t);
	tcsetattr(fd, TCSANOW, &t);
	say(fd, "ATE0\r");
	await(fd, "OK\r\n");
	say(fd, "AT+CMGF=0\r");
	await(fd, "OK\r\n");
	snprintf(command, sizeof command, "AT+CMGS=%zu\r", strlen(argv[2]) / 2 - 1);
	for (;;) {
		say(fd, command);
		await(fd, "> ");
		say(fd, argv[2]);
		say(fd, "\x1a");
		await(fd, "+CMGS:");
		await(fd, "OK\r\n");
	}
}
