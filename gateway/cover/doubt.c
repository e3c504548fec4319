#include <payung/doubt.h>
#include <stdio.h>

static bool age_fits(const struct doubt_facts *f)
{
	int age;

	if (f->born.year == 0)
		return false;
	age = date_age(f->born, f->asked);
	return age >= f->age_min && age <= f->age_max;
}

unsigned doubts_of(const struct doubt_facts *f)
{
	unsigned d = 0;

	if (!age_fits(f))
		d |= DOUBT_AGE;
	if (f->known)
		d |= DOUBT_KNOWN_NIK;
	if (f->known && f->name_alike < DOUBT_NAME_ALIKE)
		d |= DOUBT_NAME;
	if (f->known && f->known_phones > 0 && !f->known_here)
		d |= DOUBT_OTHER_PHONE;
	if (f->same_nik > 0)
		d |= DOUBT_SAME_NIK;
	if (!f->by_cadre && !f->known_here && f->phone_workers >= f->workers_per_phone)
		d |= DOUBT_MANY_WORKERS;
	if (f->by_cadre && !f->is_cadre)
		d |= DOUBT_CADRE;
	return d;
}

void doubts_list(unsigned doubts, char out[DOUBT_LIST_CAP])
{
	static const char *const words[] = { "age", "known nik", "other name", "other phone",
		"same nik waits", "many workers", "no cadre" };
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (doubts & 1u << i)
			len += (size_t)snprintf(
			        out + len, DOUBT_LIST_CAP - len, "%s%s", len ? ", " : "", words[i]);
}
