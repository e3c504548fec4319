/* Any text as a table of holidays or zones, as a span or a window: told with its line or sound. */
#include <payung/cover_quiet.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_fault(void *arg, const char *file, int line, const char *message)
{
	int *n = arg;

	if (line < 0 || !*file || !*message)
		abort();
	++*n;
}

static void check_holidays(const char *text)
{
	struct quiet_holidays h;
	int faults = 0;
	rc_t rc = quiet_load_holidays(&h, "f", text, on_fault, &faults);

	if ((rc == RC_OK) != (faults == 0) || h.n > QUIET_HOLIDAYS_MAX)
		abort();
	for (size_t i = 0; i < h.n; i++)
		if ((i && h.day[i] <= h.day[i - 1]) || !quiet_holiday(&h, h.day[i]))
			abort();
}

static void check_window(const char *text)
{
	struct day_window w;
	struct day_span s;
	int minutes = 0;

	if (span_parse_days(text, &s) == RC_OK && s.first > s.last)
		abort();
	if (span_parse_window(text, &w) != RC_OK)
		return;
	for (int m = 0; m < DAY_MINUTES; m++)
		minutes += span_window_has(&w, m);
	if (!minutes != w.off)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct quiet_zones z;
	int faults = 0;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	check_holidays(text);
	check_window(text);
	if ((quiet_load_zones(&z, "f", text, on_fault, &faults) == RC_OK) != (faults == 0))
		abort();
	for (int p = 0; p < 100; p++)
		if (z.of[p] && z.of[p] != ZONE_WIB && z.of[p] != ZONE_WITA && z.of[p] != ZONE_WIT)
			abort();
	free(text);
	return 0;
}
