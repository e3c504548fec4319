#include <payung/result.h>

const char *rc_text(rc_t rc)
{
	switch (rc) {
#define X(name, text)   \
	case RC_##name: \
		return text;
		RC_LIST(X)
#undef X
	}
	return "unknown result";
}
