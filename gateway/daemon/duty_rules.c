#include "duty_rules.h"

#include <stddef.h>
#include <string.h>

#define DAY_S 86400
#define HEARTBEAT_LATE_MIN 720

struct duty_move duty_next(int step, int phones, int64_t now, int64_t wait_s)
{
	struct duty_move m = { .position = -1, .step = step, .due_at = now + DAY_S };

	if (phones == 0)
		return m;
	m.step++;
	if (step % (phones + 1) < phones) {
		m.position = step % (phones + 1);
		m.due_at = now + wait_s;
		return m;
	}
	m.unanswered = true;
	m.due_at = now + DAY_S - phones * wait_s;
	if (m.due_at < now + wait_s)
		m.due_at = now + wait_s;
	return m;
}

const char *duty_reason(const char *kind)
{
	static const struct {
		const char *kind, *word;
	} words[] = { { "CLAIM_DEATH", "ALASAN_DUKA" }, { "CLAIM_ACCIDENT", "ALASAN_CELAKA" },
		{ "CALL_BACK", "ALASAN_TELEPON" }, { "SELF_PAY", "ALASAN_MANDIRI" },
		{ "ERASE", "ALASAN_HAPUS" }, { "SPONSOR", "ALASAN_SPONSOR" },
		{ "SPONSOR_STOP", "ALASAN_SURAT" }, { "NOT_MINE", "ALASAN_NOMOR" },
		{ "ENROL_REFUSED", "ALASAN_TOLAK" } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(kind, words[i].kind) == 0)
			return words[i].word;
	return "ALASAN_LAPOR";
}

const char *duty_line_reason(enum frame_trouble kind)
{
	switch (kind) {
	case FRAME_TROUBLE_NO_SIM:
	case FRAME_TROUBLE_SIM_BUSY:
	case FRAME_TROUBLE_PIN_NEEDED:
	case FRAME_TROUBLE_PIN_REFUSED:
	case FRAME_TROUBLE_PUK:
		return "ALASAN_SIM";
	default:
		return "ALASAN_MODEM";
	}
}

bool duty_heartbeat_due(int minute, int at)
{
	return minute >= at && minute < at + HEARTBEAT_LATE_MIN;
}
