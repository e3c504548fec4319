/* Result codes of every function that can fail. A code exists only because a caller branches on it;
 * the detail is logged once, where it happened. */
#ifndef PAYUNG_RESULT_H
#define PAYUNG_RESULT_H

#define RC_LIST(X)                                                                                 \
	X(OK, "ok")                                                                                \
	X(AGAIN, "busy, try again later")                                                          \
	X(NOENT, "no such record")                                                                 \
	X(EXISTS, "exists already")                                                                \
	X(INVALID, "invalid input")                                                                \
	X(LIMIT, "a limit is reached")                                                             \
	X(FULL, "disk full")                                                                       \
	X(IO, "storage or device failed")

#define X(name, text) RC_##name,
typedef enum { RC_LIST(X) } rc_t;
#undef X

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* The English words for a code, for logs and operators. Never NULL. */
const char *rc_text(rc_t rc);

#endif
