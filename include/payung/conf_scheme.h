/* Section scheme of the configuration: what the regulations leave open or nobody has confirmed yet. */
#ifndef PAYUNG_CONF_SCHEME_H
#define PAYUNG_CONF_SCHEME_H

#include <stdbool.h>

enum conf_evidence { CONF_EVIDENCE_INSURER, CONF_EVIDENCE_BANK };
enum conf_order { CONF_BREADTH_FIRST, CONF_WORKER_FIRST }; /* as enum allocate_order of cover */

#define CONF_COLUMNS_CAP 600

struct conf_scheme {
	char insurer_columns[CONF_COLUMNS_CAP]; /* of the list for the insurer; "" = ours */
	bool discount_csr, discount_civil_servant, discount_tobacco_excise, old_age_savings;
	enum conf_evidence evidence;
	enum conf_order allocation;
	int arrears_max_months, expiring_days, remittance_gap_days, unanswered_days, pay_ahead_days,
		match_days;
};

#endif
