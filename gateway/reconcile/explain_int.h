/* What the rooms of the explanation share. */
#ifndef EXPLAIN_INT_H
#define EXPLAIN_INT_H

#include <payung/explain.h>
#include <payung/words.h>

#define EXPLAIN_MONEY_CAP 32

void say(const struct explainer *x, enum explain_part part, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same with what the sentence rests on. */
void say_of(const struct explainer *x, enum explain_part part, int64_t entry, rupiah_t amount,
        const char *fmt, ...) PRINTF_LIKE(5, 6);
/* The payment behind an entry of the books: where it came from, how and by whom it was matched. */
rc_t say_payment_origin(struct explainer *x, int64_t payment) MUST_CHECK;
rc_t say_how_matched(struct explainer *x, const struct payment_row *p) MUST_CHECK;
/* The entries about the pledge or worker, those of one day and kind as one. */
rc_t say_entries(
        struct explainer *x, enum explain_part part, enum ledger_of of, int64_t id) MUST_CHECK;
/* How much money an entry moves. */
rupiah_t entry_moves(const struct ledger_entry *e);
/* What officers changed about the subject. */
rc_t say_history(struct explainer *x, const char *subject) MUST_CHECK;
/* Open issues about the subject and what lies under it ("pledge/D4F7K2/2026-07"). */
rc_t say_issues(struct explainer *x, const char *subject) MUST_CHECK;
/* Ends the explanation: "It balances." or what to do. */
void say_balanced(struct explainer *x, bool yes);
/* "1 month", "3 months"; "" or "s" for a number. */
const char *plural(int64_t n);

#endif
