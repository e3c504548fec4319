/* One command over the control socket, so that scripts need no other tool to speak to it. */
#include "sim/client.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static FILE *dial(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof a.sun_path)
		return NULL;
	strcpy(a.sun_path, path);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
		close(fd);
		return NULL;
	}
	return fdopen(fd, "r+");
}

int sim_client(const char *path, int n, char **words)
{
	FILE *f = dial(path);
	char *line = NULL;
	size_t cap = 0;
	int code = 2;

	if (!f) {
		fprintf(stderr, "payung-sim: %s: %s; is the simulator running?\n", path,
		        strerror(errno));
		return 2;
	}
	for (int i = 0; i < n; i++)
		fprintf(f, "%s%s", i ? " " : "", words[i]);
	fputc('\n', f);
	fflush(f);
	while (code == 2 && getline(&line, &cap, f) > 0) {
		if (strcmp(line, "ok\n") == 0) {
			code = 0;
		} else if (strncmp(line, "error ", 6) == 0) {
			fprintf(stderr, "payung-sim: %s", line + 6);
			code = 1;
		} else {
			fputs(line, stdout);
		}
	}
	free(line);
	fclose(f);
	return code;
}
