/* Any bytes: refused, or a frame that encodes to the same bytes. */
#include <payung/frame.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct frame f;
	uint8_t buf[FRAME_MAX];

	if (frame_decode(data, size, &f))
		return 0;
	if (frame_encode(&f, buf, sizeof(buf)) != size || memcmp(buf, data, size) != 0)
		abort();
	return 0;
}
