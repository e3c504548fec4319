/* Any bytes as rules and, behind a NUL, as a name: keys are whole and alike to themselves. */
#include <payung/name.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char plain[] =
        "front: H KH\nback: SE SPD\nsame: MUHAMAD MOH\nletters: OE=U DJ=Y J=Y\n";

static void try_name(const struct name_rules *r, const char *name)
{
	char key[NAME_KEY_CAP];

	name_key(r, name, key);
	size_t len = strlen(key);

	if (len >= NAME_KEY_CAP || (len && (key[0] == ' ' || key[len - 1] == ' ')) ||
	        name_similarity(key, key) != (len ? NAME_SAME : 0) ||
	        name_similarity(key, "SITI AMINAH") > NAME_SAME)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct name_rules *shipped = name_rules_new("plain", plain, NULL, NULL), *own;
	char *text = malloc(size + 1);

	if (!text || !shipped)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	const char *name = memchr(text, '\0', size) ? text + strlen(text) + 1 : text;

	own = name_rules_new("own", text, NULL, NULL);
	if (text_utf8_valid(name, strlen(name))) {
		try_name(shipped, name);
		if (own)
			try_name(own, name);
	}
	name_rules_free(own);
	name_rules_free(shipped);
	free(text);
	return 0;
}
