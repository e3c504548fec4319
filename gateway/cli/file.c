#include "file.h"
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_stream(FILE *f, const char *path, char **out, size_t *len)
{
	size_t cap = 65536, have = 0;
	char *buf = NULL;

	do {
		cap *= buf ? 2 : 1;
		buf = realloc(buf, cap + 1);
		if (!buf)
			abort();
		have += fread(buf + have, 1, cap - have, f);
	} while (have == cap && cap <= FILE_MAX);
	if (ferror(f) || have > FILE_MAX) {
		free(buf);
		return cli_end(CLI_FAILED, "%s: %s", path,
		        have > FILE_MAX ? "is larger than 16 MiB; split it" : "cannot be read");
	}
	buf[have] = '\0';
	*out = buf;
	*len = have;
	return 0;
}

int file_read(const char *path, char **out, size_t *len)
{
	if (strcmp(path, "-") == 0)
		return read_stream(stdin, "stdin", out, len);
	FILE *f = fopen(path, "re");

	if (!f)
		return cli_end(CLI_FAILED, "%s cannot be read: %s", path, strerror(errno));
	int end = read_stream(f, path, out, len);

	fclose(f);
	return end;
}
