/* The tool's end of the control socket; the protocol stands in <payung/control.h>. */
#ifndef PAYUNG_CONTROL_CLIENT_H
#define PAYUNG_CONTROL_CLIENT_H

#include <jansson.h>
#include <payung/result.h>
#include <stdbool.h>

/* One request, one answer, within two seconds. On RC_OK *out is the caller's (json_decref).
 * RC_NOENT: no daemon listens there; RC_AGAIN: it does not answer in time; RC_INVALID: the answer
 * is no JSON object, or an error (then *out holds it); RC_IO: may not be reached. */
rc_t control_ask(const char *path, const char *request, json_t **out) MUST_CHECK;
/* Tells a running daemon to look at the store. False: none runs; it will look when it starts. */
bool control_ping(const char *path);
/* The operator's words for a result of control_ask(); returns the exit code. Takes answer. */
int control_end(const char *path, rc_t rc, json_t *answer);
/* Connects to a unix stream socket. RC_NOENT: nobody listens there; RC_IO: not permitted, or the
 * path is too long. *fd is the caller's. */
rc_t control_connect(const char *path, int *fd) MUST_CHECK;

#endif
