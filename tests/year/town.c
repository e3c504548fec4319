/* Who lives there: drawn once, from the seed. */
#include "year.h"

#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

const struct town_plan town_small = { "small", 200, 10, 40, 16, 12, 2 };
const struct town_plan town_full = { "full", 12150, 90, 458, 150, 120, 6 };

static const char *const firsts[] = { "SITI", "SRI", "BUDI", "AGUS", "DEWI", "SLAMET", "TUMINI",
	"WAHYU", "RATNA", "JOKO", "ENDANG", "PARDI", "LASTRI", "MULYONO", "YANTI", "SUGENG" };
static const char *const lasts[] = { "AMINAH", "RAHAYU", "SANTOSO", "UTAMI", "HIDAYAT", "LESTARI",
	"WIBOWO", "KUSUMA", "HARTONO", "PUSPITA", "NUGROHO" };
static const char *const demak[] = { "332101", "332102", "332103", "332104", "332111", "332113" };
static const char *const semarang[] = { "337403", "337404", "337405", "337406", "337415" };

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

int town_add_phone(struct year *y, enum zone z)
{
	struct phone *p = &y->phone[y->phones];

	*p = (struct phone){ .zone = z, .sponsor = -1, .current = -1, .moves_to = -1 };
	snprintf(p->msisdn, sizeof p->msisdn, "+62812%08d", y->phones);
	return y->phones++;
}

struct phone *town_phone(struct year *y, const char *msisdn)
{
	int i = strncmp(msisdn, "+62812", 6) == 0 && strlen(msisdn) == 14 ? atoi(msisdn + 6) : -1;

	return i >= 0 && i < y->phones ? &y->phone[i] : NULL;
}

static void draw_nik(struct year *y, struct worker *w, int i)
{
	int day = 1 + chance_below(&y->people, 28) + 40 * (i % 2);

	int month = 1 + chance_below(&y->people, 12), born = 65 + chance_below(&y->people, 35);
	char digits[64];

	snprintf(digits, sizeof digits, "%s%02d%02d%02d%04d", w->area, day, month, born,
	        i % 9998 + 1);
	text_copy(w->nik, sizeof w->nik, digits);
}

/* Some live with somebody whose phone they share; a few have none. */
static int draw_phone(struct year *y, int i, int first)
{
	struct worker *before = &y->worker[i - 1];
	struct phone *p;
	int n = -1;

	if (i > first && before->phone >= 0 && chance_of(&y->people, 150) &&
	        y->phone[before->phone].n < PHONE_WORKERS)
		n = before->phone;
	else if (chance_of(&y->people, 950))
		n = town_add_phone(y, y->worker[i].zone);
	if (n < 0)
		return -1;
	p = &y->phone[n];
	p->worker[p->n++] = i;
	return n;
}

static void draw_worker(struct year *y, int pledge, const char *area, enum zone z)
{
	int i = y->workers++;
	struct worker *w = &y->worker[i];

	*w = (struct worker){ .pledge = pledge,
		.zone = z,
		.job = 1 + chance_below(&y->people, 9),
		.open = y->pledge[pledge].open };
	snprintf(w->area, sizeof w->area, "%s", area);
	/* neighbours differ in the first name, so that texts tell who of a phone is meant */
	snprintf(w->name, sizeof w->name, "%s %s", firsts[i % COUNT(firsts)],
	        lasts[chance_below(&y->people, COUNT(lasts))]);
	draw_nik(y, w, i);
	w->phone = draw_phone(y, i, y->pledge[pledge].first);
}

static enum manner draw_manner(struct year *y)
{
	int n = chance_below(&y->money, 100);

	return n < 60 ? PAYS_EARLY : n < 78 ? PAYS_LATE : n < 88 ? PAYS_PARTLY : PAYS_NEVER;
}

static struct pledge *new_pledge(struct year *y, const char *sponsor, int places, int start)
{
	struct pledge *p = &y->pledge[y->pledges];

	*p = (struct pledge){ .places = places,
		.months = 12,
		.instalment = 3,
		.first = y->workers,
		.start = 2026 * 12 + start,
		.manner = draw_manner(y) };
	snprintf(p->sponsor, sizeof p->sponsor, "%s", sponsor);
	p->phone = town_add_phone(y, ZONE_WIB);
	y->phone[p->phone].sponsor = y->pledges++;
	return p;
}

static void fill(
        struct year *y, struct pledge *p, int n, const char *const *area, int areas, enum zone z)
{
	for (int i = 0; i < n; i++)
		draw_worker(y, (int)(p - y->pledge), area[i % areas], z);
	p->n = n;
}

/* The local budget's people in two pledges: most are on the list, some bring an open code. */
static void build_demak(struct year *y)
{
	int named = y->plan->demak * 9 / 10;

	for (int open = 0; open < 2; open++) {
		int n = open ? y->plan->demak - named : named;
		struct pledge *p = new_pledge(y, open ? "Kab. Demak" : "Dinsos Demak", n, 0);

		p->public_budget = true;
		p->open = open;
		p->manner = PAYS_EARLY;
		fill(y, p, n, demak, COUNT(demak), ZONE_WIB);
	}
}

static void build_semarang(struct year *y)
{
	static const int rhythm[] = { 3, 6, 12 };
	int left = y->plan->servants_workers;
	char name[32];

	for (int i = 0; i < y->plan->servants; i++) {
		int n = left / (y->plan->servants - i);

		snprintf(name, sizeof name, "Ibu Sari %d", i + 1);
		struct pledge *p = new_pledge(y, name, n, i % 4);

		p->instalment = rhythm[i % 3];
		fill(y, p, n, semarang, COUNT(semarang), ZONE_WIB);
		left -= n;
	}
}

static void build_selves(struct year *y)
{
	for (int i = 0; i < y->plan->selves; i++) {
		struct pledge *p = new_pledge(y, "sendiri", 1, i % 3);

		p->self = true;
		p->instalment = i % 2 ? 1 : 3;
		draw_worker(y, (int)(p - y->pledge), demak[i % COUNT(demak)], ZONE_WIB);
		p->n = 1;
		if (y->worker[y->workers - 1].phone >= 0) {
			y->phone[p->phone].gone = true;
			p->phone = y->worker[y->workers - 1].phone;
			y->phone[p->phone].sponsor = (int)(p - y->pledge);
		}
	}
}

static void build_elsewhere(struct year *y)
{
	static const char *const bali[] = { "517101" }, *const papua[] = { "917101" };
	int half = y->plan->elsewhere / 2;

	fill(y, new_pledge(y, "PT Bali Jaya", half, 1), half, bali, 1, ZONE_WITA);
	fill(y, new_pledge(y, "PT Papua Jaya", half, 1), half, papua, 1, ZONE_WIT);
}

void town_build(struct year *y)
{
	const struct town_plan *t = y->plan;
	int workers = t->demak + t->servants_workers + t->selves + t->elsewhere;

	y->worker = calloc((size_t)workers, sizeof *y->worker);
	y->phone = calloc((size_t)workers * 3 + 1000, sizeof *y->phone);
	y->pledge = calloc((size_t)(4 + t->servants + t->selves), sizeof *y->pledge);
	die_if(!y->worker || !y->phone || !y->pledge, "no memory");
	(void)town_add_phone(y, ZONE_WIB); /* PHONE_CADRE */
	(void)town_add_phone(y, ZONE_WIB); /* PHONE_DUTY */
	build_demak(y);
	build_semarang(y);
	build_selves(y);
	build_elsewhere(y);
}

void town_free(struct year *y)
{
	free(y->worker);
	free(y->phone);
	free(y->pledge);
}
