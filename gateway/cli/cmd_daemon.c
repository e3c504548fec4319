/* What only the running daemon knows. */
#include "control_client.h"
#include "list.h"

#include <payung/control.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct table_column line_columns[] = { { CONTROL_LINE_NAME, "MODEM" },
	{ CONTROL_LINE_STATE, "STATE" }, { CONTROL_LINE_ID, "LINE" },
	{ CONTROL_LINE_OPERATOR, "OPERATOR" }, { CONTROL_LINE_REGISTRATION, "NETWORK" },
	{ CONTROL_LINE_SIGNAL, "DBM" }, { CONTROL_LINE_NUMBER, "NUMBER" },
	{ CONTROL_LINE_QUEUE, "QUEUE" }, { CONTROL_LINE_SENT_HOUR, "HOUR" },
	{ CONTROL_LINE_SENT_DAY, "DAY" }, { CONTROL_LINE_RESTARTS, "RESTARTS" },
	{ CONTROL_LINE_SINCE, "SINCE" }, { CONTROL_LINE_DEVICE, "DEVICE" },
	{ CONTROL_LINE_TROUBLE, "TROUBLE" } };

static int ask(struct cli *c, const char *request, json_t **answer)
{
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	if (!end)
		end = cli_load_conf(c);
	if (end)
		return end;
	rc_t rc = control_ask(c->conf->control, request, answer);

	return rc == RC_OK ? 0 : control_end(c->conf->control, rc, *answer);
}

int cmd_modem_list(struct cli *c)
{
	json_t *answer = NULL;
	int end = ask(c, CONTROL_MODEMS, &answer);

	if (end)
		return end;
	table_print(stdout, json_object_get(answer, CONTROL_STATUS_LINES), line_columns,
	        COUNT(line_columns), c->json);
	json_decref(answer);
	return 0;
}

static const char *text_of(const json_t *object, const char *field)
{
	const char *s = json_string_value(json_object_get(object, field));

	return s && *s ? s : "-";
}

static void print_queue(const json_t *queue)
{
	const char *state;
	json_t *n;

	fputs("texts out: ", stdout);
	json_object_foreach((json_t *)queue, state, n)
	        printf(" %s %" JSON_INTEGER_FORMAT, state, json_integer_value(n));
	fputc('\n', stdout);
}

static int64_t int_of(const json_t *object, const char *field)
{
	return json_integer_value(json_object_get(object, field));
}

/* Only what is too much. */
static void print_reminders(const json_t *days)
{
	size_t i;
	json_t *day;

	json_array_foreach((json_t *)days, i, day)
	{
		const int64_t sims = int_of(day, CONTROL_DAY_SIMS);

		if (int_of(day, CONTROL_DAY_DUE) <= int_of(day, CONTROL_DAY_CARRIED))
			continue;
		printf("reminders of %s: %lld due, the lines can carry %lld; ",
		        text_of(day, CONTROL_DAY_DAY), (long long)int_of(day, CONTROL_DAY_DUE),
		        (long long)int_of(day, CONTROL_DAY_CARRIED));
		if (int_of(day, CONTROL_DAY_DUE) <= int_of(day, CONTROL_DAY_COULD))
			puts("they could if all were up");
		else if (sims > 0)
			printf("%lld SIMs could\n", (long long)sims);
		else
			puts("no number of SIMs could within the caps and hours");
	}
}

static void print_status(const json_t *s)
{
	printf("payungd %s: %s since %s\n", text_of(s, CONTROL_STATUS_VERSION),
	        text_of(s, CONTROL_STATUS_STATE), text_of(s, CONTROL_STATUS_SINCE));
	if (!json_is_true(json_object_get(s, CONTROL_STATUS_CLOCK_OK)))
		puts("clock: not trusted; texts are answered, but nothing else goes out");
	printf("commits: %" JSON_INTEGER_FORMAT ", last checkpoint %s\n",
	        json_integer_value(json_object_get(s, CONTROL_STATUS_COMMITS)),
	        text_of(s, CONTROL_STATUS_CHECKPOINT));
	if (json_is_true(json_object_get(s, CONTROL_STATUS_PAUSED)))
		printf("answers: PAUSED, %" JSON_INTEGER_FORMAT " in the last hour are too many; "
		       "see payung inbox list\n",
		        json_integer_value(json_object_get(s, CONTROL_STATUS_ANSWERS)));
	print_reminders(json_object_get(s, CONTROL_STATUS_REMINDERS));
	print_queue(json_object_get(s, CONTROL_STATUS_QUEUE));
	table_print(stdout, json_object_get(s, CONTROL_STATUS_LINES), line_columns,
	        COUNT(line_columns), false);
}

int cmd_status(struct cli *c)
{
	json_t *answer = NULL;
	int end = ask(c, CONTROL_STATUS, &answer);

	if (end)
		return end;
	if (c->json)
		table_print_json(stdout, answer);
	else
		print_status(answer);
	json_decref(answer);
	return 0;
}
