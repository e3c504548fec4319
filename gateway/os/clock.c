#include <fcntl.h>
#include <payung/clock.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* The monotonic clock must go on without a step back when a test moves between virtual and real
 * time, hence the two values kept for it. */
static struct {
	int64_t utc_s;    /* negative: real */
	int64_t mono_ms;  /* of the virtual clock */
	int64_t ahead_ms; /* of the real one, left over from virtual time */
} virtual_clock = { .utc_s = -1 };

/* One aligned word: whoever writes it in one go is never read half. */
static const _Atomic int64_t *file_clock;

rc_t clock_follow_file(const char **path)
{
	const char *file =
	        secure_getenv(CLOCK_FILE_VARIABLE); /* never for a program with more rights */
	struct stat st;

	if (!file || !*file)
		return RC_NOENT;
	*path = file;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool fits = fd >= 0 && fstat(fd, &st) == 0 && st.st_size >= (off_t)sizeof *file_clock;
	void *page =
	        fits ? mmap(NULL, sizeof *file_clock, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

	if (fd >= 0)
		close(fd);
	if (page == MAP_FAILED)
		return RC_IO;
	file_clock = page;
	return RC_OK;
}

static int64_t read_us(clockid_t id)
{
	struct timespec ts = { 0 };

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t read_ms(clockid_t id)
{
	return read_us(id) / 1000;
}

int64_t clock_now_ms(void)
{
	if (virtual_clock.utc_s >= 0)
		return virtual_clock.utc_s * 1000;
	return file_clock ? *file_clock * 1000 : read_ms(CLOCK_REALTIME);
}

int64_t clock_now(void)
{
	return clock_now_ms() / 1000;
}

int64_t clock_mono_ms(void)
{
	if (virtual_clock.utc_s >= 0)
		return virtual_clock.mono_ms;
	return read_ms(CLOCK_MONOTONIC) + virtual_clock.ahead_ms;
}

int64_t clock_work_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

void clock_set_virtual(int64_t utc_s)
{
	int64_t mono_ms = clock_mono_ms();

	if (utc_s < 0) {
		int64_t ahead_ms = mono_ms - read_ms(CLOCK_MONOTONIC);

		virtual_clock.ahead_ms = ahead_ms > 0 ? ahead_ms : 0;
	} else {
		if (virtual_clock.utc_s >= 0 && utc_s > virtual_clock.utc_s)
			mono_ms += (utc_s - virtual_clock.utc_s) * 1000;
		virtual_clock.mono_ms = mono_ms;
	}
	virtual_clock.utc_s = utc_s < 0 ? -1 : utc_s;
}

bool clock_is_synchronised(void)
{
	struct timex t = { .modes = 0 };

	if (virtual_clock.utc_s >= 0 || file_clock)
		return true;
	return adjtimex(&t) != -1 && !(t.status & STA_UNSYNC);
}
