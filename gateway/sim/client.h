/* The other end of the control socket, for shells. */
#ifndef PAYUNG_SIM_CLIENT_H
#define PAYUNG_SIM_CLIENT_H

/* Sends the words as one command, prints its data lines. Returns the exit code: 0 ok, 1 the
 * simulator said error (shown on stderr), 2 it cannot be reached. */
int sim_client(const char *path, int n, char **words);

#endif
