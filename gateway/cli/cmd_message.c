/* A text by hand. */
#include "list.h"

#include <payung/crypto.h>
#include <payung/store_outbox.h>
#include <payung/store_scheme.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define HOUR_S 3600

struct send {
	char msisdn[MSISDN_CAP];
	char body[TEXT_SEGMENTS_MAX * TEXT_SEGMENT_BYTES];
	int parts;
	int64_t id;
};

/* A NIK never goes out by SMS, also not when an officer types it. */
static bool holds_nik(const char *text)
{
	char copy[TEXT_SEGMENTS_MAX * TEXT_SEGMENT_BYTES];

	snprintf(copy, sizeof copy, "%s", text);
	text_mask_nik(copy);
	return strcmp(copy, text) != 0;
}

static int take_text(struct cli *c, const char *in, struct send *s)
{
	if (!*in || !text_utf8_valid(in, strlen(in)))
		return cli_usage(c, "TEXT must be UTF-8 and not empty");
	if (strlen(in) >= sizeof s->body)
		return cli_usage(c, "TEXT is too long for SMS");
	text_fold_gsm7(in, s->body, sizeof s->body);
	if (holds_nik(s->body))
		return cli_end(CLI_FAILED, "a NIK (16 digits or more) never goes out by SMS: leave "
		                           "it out of TEXT");
	s->parts = (int)text_measure(s->body).segments;
	return 0;
}

static int check_length(struct cli *c, const struct send *s)
{
	int max = c->conf->limits.max_segments_manual;

	if (s->parts > max || s->parts > TEXT_SEGMENTS_MAX)
		return cli_end(CLI_FAILED,
		        "TEXT takes %d SMS, at most %d are allowed (max_segments_manual): shorten "
		        "it",
		        s->parts, max);
	return 0;
}

static int add_text(struct cli *c, void *arg)
{
	struct send *s = arg;
	struct outbox_new m = { .class = CLASS_MANUAL,
		.subject = "phone",
		.lang = "id",
		.body = s->body,
		.parts = s->parts,
		.created_at = c->now,
		.not_before = c->now };
	struct phone_row phone;
	char subject[48];
	rc_t rc = store_phone_load(c->store, s->msisdn, c->now, &phone);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "phone");
	snprintf(m.key, sizeof m.key, "manual/%016llx", (unsigned long long)crypto_random_u64());
	snprintf(m.msisdn, sizeof m.msisdn, "%s", s->msisdn);
	m.line = phone.home_line;
	m.expires_at = c->now + (int64_t)c->conf->limits.message_ttl_h * HOUR_S;
	rc = store_outbox_add(c->store, &m, &s->id);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "message");
	snprintf(subject, sizeof subject, "outbox/%lld", (long long)s->id);
	return cli_audit(c, "send", subject, "parts=%d", s->parts);
}

int cmd_send(struct cli *c)
{
	const char *words[2] = { NULL, NULL };
	struct send s = { 0 };
	int end = cli_options(c, NULL, 0, words, 2, 2);

	if (!end)
		end = cli_phone(c, "MSISDN", words[0], s.msisdn);
	if (!end)
		end = take_text(c, words[1], &s);
	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = check_length(c, &s);
	if (!end)
		end = cli_change(c, add_text, &s);
	if (end)
		return end;
	list_print_id(c, s.id);
	if (!c->daemon_told) /* a text that waits unseen would be a surprise */
		cli_note("note: payungd is not running; the text waits until it does");
	return 0;
}
