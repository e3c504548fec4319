/* A second, much simpler telling of what texts do: tables of what each kind of text means where. It
 * knows what was meant, not what was written, and nothing of the code it is held against. Included,
 * not linked. */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define M_PHONES 20
#define M_PLEDGES 3
#define M_CODES 600 /* the first half named */
#define M_NAMED (M_CODES / 2)
#define M_NIKS 40 /* people who may register; the two after them may not */
#define M_NIK_OLD M_NIKS
#define M_NIK_BAD (M_NIKS + 1)
#define M_NAMES 4
#define M_CASES 6 /* kinds: three that LAPOR and the like open, death, accident, call back */
#define M_TEXT 120

enum m_state { M_IDLE, M_NIK, M_NAME, M_JOB, M_CONSENT, M_CLAIM, M_STATES };

/* What a text means. Up to m_CANCEL only an open question gives it a meaning. */
enum m_act {
	m_NIK,
	m_NAME,
	m_FREE,
	m_NUMBER,
	m_YES,
	m_NO,
	m_RESTART,
	m_CANCEL, /* clang-format off */
	m_NOISE, m_READ, m_CODE, m_BARE_CODE, m_BOTH, m_WRONG_CODE, m_TYPO, m_STOP, m_START, m_LANG,
	m_CLAIM, m_DEATH, m_ACCIDENT, m_CASE, m_ACTS
}; /* clang-format on */

/* Rows: questions. Columns: the first eight meanings. n NIK, a name told, r name told again, j job,
 * c the numbers of a claim, 1 consent by 1, y consent, b begin again, d drop. */
static const char *const m_table[M_STATES] = {
	[M_IDLE] = "........",
	[M_NIK] = "n.....bd",
	[M_NAME] = "naa...bd",
	[M_JOB] = ".r.j..bd",
	[M_CONSENT] = ".r.1ydbd",
	[M_CLAIM] = "...c.d.d",
};

struct m_turn {
	int phone, wait_s;
	enum m_act act;
	int code, nik, arg; /* name, number, language, kind of case or of reading */
	char text[M_TEXT];
};
struct m_dialogue {
	enum m_state state;
	int64_t expires;
	int code, nik, name, job;
};
struct m_phone {
	struct m_dialogue d;
	bool quiet; /* no reminders */
	int lang, wrong, replies;
	int64_t wrong_since, day, effect_at;
	char effect_text[M_TEXT]; /* what was said when something last changed */
	char same_text[M_TEXT];
	int same;
	int64_t empty_day;                              /* when an empty text was answered last */
	int64_t same_since, quiet_until, told[M_CASES]; /* when a case of each kind was opened */
	bool linked[M_NIKS];
};
struct m_registration {
	int code, phone, worker; /* -1: none */
	enum { M_RECORDED, M_WAITING, M_HELD, M_REGISTERED } state;
};
struct model {
	int64_t now;
	int ttl, wrong_max, replies_max, repeat_s, per_phone, same_max;
	struct m_phone phone[M_PHONES];
	bool used[M_CODES], known[M_NIKS];
	int places[M_PLEDGES], taken[M_PLEDGES], waiting[M_PLEDGES];
	struct m_registration reg[M_CODES];
	int regs, links, cases;
	bool ignored, silent; /* the last text: not looked at at all; not answered */
};

static inline int m_pledge_of(int code)
{
	return code % M_PLEDGES;
}

/* Whose the named code is. */
static inline int m_person_of(int code)
{
	return code % M_NIKS;
}

static inline int m_workers(const struct model *m, int phone)
{
	int n = 0;

	for (int i = 0; i < M_NIKS; i++)
		n += m->phone[phone].linked[i];
	for (int i = 0; i < m->regs; i++)
		n += m->reg[i].phone == phone && m->reg[i].worker < 0;
	return n;
}

static inline void m_link(struct model *m, struct m_registration *r, int person)
{
	struct m_phone *p = &m->phone[r->phone];

	if (m->known[person] && !p->linked[person]) {
		r->state = M_HELD; /* somebody else's phone has this person */
		return;
	}
	m->links += !p->linked[person];
	m->known[person] = p->linked[person] = true;
	r->worker = person;
}

static inline void m_register(struct model *m, int phone, int code, bool named)
{
	int pledge = m_pledge_of(code);
	struct m_registration *r = &m->reg[m->regs++];

	*r = (struct m_registration){ code, phone, -1, named ? M_REGISTERED : M_RECORDED };
	m->used[code] = true;
	if (m->taken[pledge] < m->places[pledge]) {
		m->taken[pledge]++;
	} else {
		m->waiting[pledge]++;
		r->state = M_WAITING;
	}
	if (named)
		m_link(m, r, m_person_of(code));
}

/* ---- commands: true when something changed ---- */

static inline bool m_wrong_code(struct model *m, struct m_phone *p)
{
	if (p->wrong == 0)
		p->wrong_since = m->now;
	p->wrong++;
	return true;
}

static inline bool m_code(struct model *m, const struct m_turn *t)
{
	struct m_phone *p = &m->phone[t->phone];
	bool named = t->code < M_NAMED, with_nik = t->act == m_BOTH && t->nik < M_NIKS;

	if (p->wrong >= m->wrong_max)
		return false;
	if (t->act == m_WRONG_CODE)
		return m_wrong_code(m, p);
	if (m->used[t->code] || (!named && m_workers(m, t->phone) >= m->per_phone))
		return false;
	p->d = (struct m_dialogue){ 0 };
	if (named)
		m_register(m, t->phone, t->code, true);
	else
		p->d = (struct m_dialogue){ .state = with_nik ? M_NAME : M_NIK,
			.code = t->code,
			.nik = with_nik ? t->nik : 0 };
	return true;
}

/* What is told again within a day is one case. */
static inline bool m_open_case(struct model *m, struct m_phone *p, int kind, bool closes)
{
	if (!p->told[kind] || m->now - p->told[kind] > 86400) {
		p->told[kind] = m->now;
		m->cases++;
	}
	if (closes && p->d.state == M_CLAIM)
		p->d = (struct m_dialogue){ 0 };
	return true;
}

static inline int m_kind(const struct m_turn *t)
{
	return t->act == m_DEATH ? 3 : t->act == m_ACCIDENT ? 4 : t->arg;
}

static inline bool m_command(struct model *m, const struct m_turn *t)
{
	struct m_phone *p = &m->phone[t->phone];

	switch (t->act) {
	case m_CODE:
	case m_BARE_CODE:
	case m_BOTH:
	case m_WRONG_CODE:
		return m_code(m, t);
	case m_STOP:
	case m_START:
		p->quiet = t->act == m_STOP;
		return true;
	case m_LANG:
		p->lang = t->arg;
		return true;
	case m_CLAIM:
		p->d = (struct m_dialogue){ .state = M_CLAIM };
		return false; /* the question is what changes */
	case m_DEATH:
	case m_ACCIDENT:
	case m_CASE:
		return m_open_case(m, p, m_kind(t), t->act != m_CASE);
	default:
		return false;
	}
}

/* ---- answers to an open question ---- */

static inline bool m_answer(struct model *m, const struct m_turn *t)
{
	struct m_dialogue *d = &m->phone[t->phone].d;
	char what = m_table[d->state][t->act];

	if (what == 'n' && t->nik < M_NIKS)
		*d = (struct m_dialogue){ .state = M_NAME, .code = d->code, .nik = t->nik };
	if (what == 'a' || what == 'r')
		d->name = t->arg;
	if (what == 'a')
		d->state = M_JOB;
	if (what == 'j' && t->arg >= 1) {
		d->job = t->arg;
		d->state = M_CONSENT;
	}
	if (what == 'b')
		*d = (struct m_dialogue){ .state = M_NIK, .code = d->code };
	if (what == 'd')
		*d = (struct m_dialogue){ 0 };
	if (what == 'c' && t->arg >= 1 && t->arg <= 3)
		return m_open_case(m, &m->phone[t->phone], (int[]){ 4, 3, 5 }[t->arg - 1], true);
	if (what != 'y' && !(what == '1' && t->arg == 1))
		return false;
	if (!m->used[d->code])
		m_register(m, t->phone, d->code, false);
	*d = (struct m_dialogue){ 0 };
	return true;
}

/* Too late for the question; a question after a misfortune is put once more. */
static inline void m_late(struct m_phone *p, enum m_state was, enum m_act act)
{
	if (was == M_CLAIM && act != m_CANCEL && act != m_NO)
		p->d.state = M_CLAIM;
}

/* ---- one text ---- */

static inline bool m_same(const struct m_dialogue *a, const struct m_dialogue *b)
{
	return a->state == b->state && a->code == b->code && a->nik == b->nik &&
	       a->name == b->name && a->job == b->job;
}

static inline bool m_urgent(enum m_act a)
{
	return a == m_CLAIM || a == m_DEATH || a == m_ACCIDENT || a == m_STOP;
}

static inline void m_time_passes(struct model *m, struct m_phone *p)
{
	int64_t day = (m->now + 7 * 3600) / 86400; /* in the west of Indonesia */

	if (p->day != day)
		p->replies = 0;
	p->day = day;
	if (m->now - p->wrong_since >= 3600)
		p->wrong = 0;
}

static inline bool m_step(struct model *m, const struct m_turn *t)
{
	struct m_phone *p = &m->phone[t->phone];
	struct m_dialogue before = p->d;
	bool late = before.state != M_IDLE && before.expires <= m->now, changed = false;
	bool digits_asked = p->d.state == M_NIK && t->act == m_BARE_CODE && !late;

	if (late)
		p->d = (struct m_dialogue){ 0 };
	if (late && t->act <= m_NOISE)
		m_late(p, before.state, t->act);
	else if (t->act <= m_CANCEL)
		changed = m_answer(m, t);
	else if (!digits_asked)
		changed = m_command(m, t);
	if (!late && m_same(&before, &p->d)) {
		p->d.expires = before.expires; /* only a step forward gives new time */
		return changed;
	}
	p->d.expires = p->d.state == M_IDLE ? 0 : m->now + m->ttl;
	return true;
}

/* What each meaning is when nothing was asked: q a question, ! not understood, . neither. */
static const char m_alone[] = ".!!!..!.!q............";

/* Who says the same again and again is taken for a machine. */
static inline void m_guard(struct model *m, struct m_phone *p, const struct m_turn *t)
{
	bool asked = p->d.state != M_IDLE && p->d.expires > m->now, looping;

	if (strcmp(p->same_text, t->text) || m->now - p->same_since >= 3600) {
		strcpy(p->same_text, t->text);
		p->same_since = m->now;
		p->same = 0;
	}
	looping = ++p->same > m->same_max;
	if (p->same == m->same_max + 1)
		p->quiet_until = m->now + 3600;
	m->silent = m_urgent(t->act) && (looping || p->replies >= 2 * m->replies_max);
	m->ignored = !m_urgent(t->act) && (looping || p->replies >= m->replies_max);
	if (!asked && m->now < p->quiet_until && strchr("q!", m_alone[t->act]))
		m->ignored = true;
	if (t->text[0] || p->d.state != M_IDLE || m->ignored)
		return;
	m->silent = p->empty_day == p->day; /* calls that ring as texts: one answer a day */
	p->empty_day = p->day;
}

static inline void model_say(struct model *m, const struct m_turn *t)
{
	struct m_phone *p = &m->phone[t->phone];

	m->now += t->wait_s;
	for (int i = 0; i < M_PHONES; i++)
		m_time_passes(m, &m->phone[i]);
	m_guard(m, p, t);
	if (m->ignored)
		return;
	bool again = t->act != m_READ && t->act != m_NOISE && !strcmp(p->effect_text, t->text) &&
	             m->now - p->effect_at <= m->repeat_s;

	if (!again && !m_step(m, t))
		return;
	strcpy(p->effect_text, t->text);
	p->effect_at = m->now;
}

#endif
