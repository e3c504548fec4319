/* Runs tests/unit/talk_inputs.txt: the table that people without a compiler read and extend. */
#include "talk_fixture.h"

#define TABLE "tests/unit/talk_inputs.txt"

static char *strip(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(" \t\n", s[n - 1]))
		s[--n] = '\0';
	return s + strspn(s, " \t");
}

static enum talk_state state_of(const char *name)
{
	for (int i = 0; i < TALK_STATE_COUNT; i++)
		if (!strcmp(name, talk_state_name((enum talk_state)i)))
			return (enum talk_state)i;
	fail_msg("no state called %s", name);
	return TALK_IDLE;
}

/* "ask_name expired" -> facts */
static struct talk_facts facts_of(char *before)
{
	struct talk_facts f = fix_facts();
	char *who = strchr(before, ' ');

	if (who)
		*who++ = '\0';
	f.dialogue = fix_dialogue(state_of(before));
	if (who && !fix_person(&f, who))
		fail_msg("nobody called %s", who);
	return f;
}

static void name_effect(const struct talk_effect *e, char *out, size_t cap)
{
	static const char *const plain[] = {
		[EFFECT_REGISTER_NAMED] = "register_named",
		[EFFECT_REGISTER_OPEN] = "register_open",
		[EFFECT_WRONG_CODE] = "wrong_code",
		[EFFECT_MOVE] = "move",
	};

	switch (e->kind) {
	case EFFECT_REPLY:
		snprintf(out, cap, "%s%s", e->template_id, e->daily ? "(daily)" : "");
		break;
	case EFFECT_DIALOGUE:
		snprintf(out, cap, ">%s", talk_state_name(e->dialogue.state));
		break;
	case EFFECT_LANGUAGE:
		snprintf(out, cap, "language:%s", e->word);
		break;
	case EFFECT_CASE:
		snprintf(out, cap, "case:%s", e->word);
		break;
	case EFFECT_REMINDERS:
		snprintf(
		        out, cap, "reminders:%s%s", e->on ? "on" : "off", e->worker ? "(one)" : "");
		break;
	case EFFECT_REQUEST:
		snprintf(out, cap, "request:%s", e->word);
		break;
	case EFFECT_ASKED:
		snprintf(out, cap, "asked:%s", e->on ? "yes" : "no");
		break;
	default:
		snprintf(out, cap, "%s%s%s", plain[e->kind], e->dialogue.cadre ? "(cadre)" : "",
		        e->waiting ? "(waiting)" : "");
	}
}

/* Intent, then all effects in their order. */
static void describe(const struct talk_request *r, const struct talk_effects *e, char *out)
{
	char one[64];

	out += sprintf(out, "%s", talk_intent_name(r->intent));
	for (size_t i = 0; i < e->n; i++) {
		name_effect(&e->effect[i], one, sizeof(one));
		out += sprintf(out, "%s%s", i ? " " : " | ", one);
	}
}

/* "\n" in the table is a line break in the text. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (s[0] == '\\' && s[1] == 'n') {
			*to++ = '\n';
			s++;
		} else {
			*to++ = *s;
		}
	*to = '\0';
}

static int run_line(char *line, int number)
{
	char *field[4] = { line }, got[600], want[600];
	struct talk_request r;
	struct talk_effects e;

	for (int i = 1; i < 4; i++) {
		field[i] = strchr(field[i - 1], '|');
		if (!field[i])
			fail_msg("%s:%d: four columns are needed", TABLE, number);
		*field[i]++ = '\0';
	}
	for (int i = 0; i < 4; i++)
		field[i] = strip(field[i]);
	unescape(field[0]);
	struct talk_facts f = facts_of(field[1]);

	fix_say(&f, field[0], &r, &e);
	describe(&r, &e, got);
	snprintf(want, sizeof(want), "%s | %s", field[2], field[3]);
	if (!strcmp(got, want))
		return 0;
	print_error("%s:%d: \"%s\"\n  want %s\n  got  %s\n", TABLE, number, field[0], want, got);
	return 1;
}

static void test_every_line_of_the_table_holds(void **state)
{
	FILE *file = fopen(TABLE, "r");
	char line[2000];
	int number = 0, wrong = 0, lines = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		number++;
		if (line[0] == '#' || !*strip(line))
			continue;
		lines++;
		wrong += run_line(line, number);
	}
	fclose(file);
	print_message("%d lines\n", lines);
	assert_true(lines >= 540);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_every_line_of_the_table_holds) };

	return cmocka_run_group_tests(tests, fix_load, fix_unload);
}
