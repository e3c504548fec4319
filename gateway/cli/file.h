/* Whole files of the operator. */
#ifndef PAYUNG_FILE_H
#define PAYUNG_FILE_H

#include <stddef.h>

#define FILE_MAX (16 * 1024 * 1024)

/* Reads the file, or stdin for "-". 0: *out is the caller's, NUL-terminated; else an exit code and
 * told. */
int file_read(const char *path, char **out, size_t *len);

#endif
