#include "policy.h"

/* 24.011 E-2 cause values and 27.005 message service failures that time cures. */
static const int temporary_cms[] = { 17, 22, 27, 38, 41, 42, 47, 300, 301, 302, 310, 311, 313, 314,
	315, 320, 322, 330, 331, 332, 340, 500, 512, 513, 514, 515, 516, 517, 528, 529, 532 };
/* 27.007 9.2: phone failure, SIM not inserted/failure/busy/wrong, memory, no network, timeout. */
static const int temporary_cme[] = { 0, 1, 2, 3, 10, 11, 13, 14, 15, 20, 23, 30, 31, 32, 100 };

static bool is_in(int code, const int *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == code)
			return true;
	return false;
}

enum failure policy_failure(enum frame_error error, int code)
{
	bool temporary = true; /* a local failure speaks of the modem, not of the text */

	if (error == FRAME_ERR_CMS)
		temporary =
		        is_in(code, temporary_cms, sizeof temporary_cms / sizeof *temporary_cms);
	else if (error == FRAME_ERR_CME)
		temporary =
		        is_in(code, temporary_cme, sizeof temporary_cme / sizeof *temporary_cme);
	return temporary ? FAILURE_TEMPORARY : FAILURE_PERMANENT;
}

int policy_backoff_s(int attempts, const struct conf_limits *l)
{
	int s = l->retry_base_s;

	for (int i = 1; i < attempts && s < l->retry_cap_s; i++)
		s *= 2;
	return s < l->retry_cap_s ? s : l->retry_cap_s;
}

bool policy_unknown_again(enum outbox_class class, int attempts)
{
	return class != CLASS_REMINDER && attempts < 2;
}

int policy_max_segments(enum outbox_class class, const struct conf_limits *l)
{
	switch (class) {
	case CLASS_REPLY:
		return l->max_segments_reply;
	case CLASS_MANUAL:
		return l->max_segments_manual;
	default:
		return l->max_segments_notice;
	}
}
