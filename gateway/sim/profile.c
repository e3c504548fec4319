/* Makers, models and abilities of common modems. */
#include "sim/profile.h"
#include <string.h>

static const struct sim_profile profiles[] = {
	{ "generic", "Payung", "Simulator", "1.0", 2, 2, true, true, "" },
	{ "huawei", "huawei", "E173", "11.126.85.00.209", 2, 3, true, true, "^CURC ^PORTSEL" },
	{ "zte", "ZTE INCORPORATED", "MF190", "BD_MF190V1.0.0B03", 2, 3, true, true,
	        "+ZCDRUN +ZOPRT" },
	{ "sim800", "SIMCOM_Ltd", "SIMCOM_SIM800L", "Revision:1418B05SIM800L24", 1, 3, true, true,
	        "" },
	{ "quectel", "Quectel", "EC25", "EC25EFAR06A06M4G", 2, 3, true, true, "" },
	{ "wavecom", "WAVECOM MODEM", "MULTIBAND 900E 1800", "657e09gg.Q2406B", 2, 3, true, false,
	        "" },
	{ "plain", "Simple", "Sender", "1", 0, 1, false, false, "" },
};

const struct sim_profile *sim_profile_find(const char *name)
{
	for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}
