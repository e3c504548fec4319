/* libFuzzer: any text in any state, held against the rules of the conversation. First byte: state
 * and person; the rest is the text (brought to valid UTF-8 as the modem's text always is). A second
 * target hides in the first byte 0xff: the rest is a word list. Run from the top of the tree. */
#include "../unit/talk_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	(void)file;
	(void)line;
	(void)message;
}

static void fuzz_words(const char *content)
{
	talk_lexicon_free(talk_lexicon_new("fuzz", content, no_fault, NULL));
}

#define PEOPLE 20

static void fuzz_text(uint8_t choice, const char *text)
{
	static const char *const people[] = { "nobody", "active", "two", "four", "own", "sponsor",
		"blocked", "expired", "cadre", "move", "last", "moved", "enrolled", "deceased",
		"sponsor0", "sponsor2", "sponsor-both", "sponsor-credit", "sponsor-double",
		"sponsor-end" };
	struct talk_facts f = fix_facts();
	struct talk_request r;
	struct talk_effects e;

	f.dialogue = fix_dialogue((enum talk_state)(choice % TALK_STATE_COUNT));
	(void)fix_person(&f, people[choice / TALK_STATE_COUNT % PEOPLE]);
	fix_say(&f, text, &r, &e);
	rules_hold(&f, &r, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (!fix_lexicon && fix_load(NULL))
		abort();
	if (!size)
		return 0;
	text = malloc(size);
	if (!text)
		abort();
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (data[0] == 0xff)
		fuzz_words(text);
	else if (text_utf8_valid(text, strlen(text)))
		fuzz_text(data[0], text);
	free(text);
	return 0;
}
