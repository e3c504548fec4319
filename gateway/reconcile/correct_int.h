/* What the rooms of the officers' corrections share. */
#ifndef CORRECT_INT_H
#define CORRECT_INT_H

#include <payung/correct.h>

#define SUBJECT_CAP 48

/* Writes the sentence and gives rc back. */
rc_t correct_no(struct officer *o, rc_t rc, const char *fmt, ...) PRINTF_LIKE(3, 4);
void correct_subject(const char *what, int64_t id, char out[SUBJECT_CAP]);
/* The correction of this kind, told by its subject. */
rc_t correct_note(struct store *s, const struct officer *o, const char *action, const char *subject,
        const char *fmt, ...) PRINTF_LIKE(5, 6) MUST_CHECK;
rc_t correct_post(struct store *s, const struct officer *o, const struct ledger_entry *e,
        int64_t reverses, int64_t *id) MUST_CHECK;
/* The sponsor's credit; below 0: more was spent than there is. */
rc_t correct_credit(struct store *s, int64_t sponsor, rupiah_t *out) MUST_CHECK;

#endif
