#!/bin/sh
# House rules that a compiler does not know. Every fault is one line file:line: text; exit 1.
# FAST=1 leaves out the two slow tools (cppcheck, clang-tidy).
set -eu
cd "$(dirname "$0")/.."
faults=$(mktemp)
trap 'rm -f "$faults" "$faults".*' EXIT

# ---- exceptions, all of them: rule, file, why ----
exceptions='
include  include/payung/store_scheme.h  the store answers in the words of talk: facts of a code, a dialogue
size     include/payung/frame.h         one table of all frames, read as one page
size     include/payung/talk.h          the whole conversation, read as one page
functions gateway/sim/util.c            escapes into a buffer of four bytes for each
'
# Prints stdin without the lines of files that are excepted from the rule.
except() {
	rule=$1
	files=$(printf '%s' "$exceptions" | awk -v r="$rule" '$1 == r { print $2 }')
	if [ -z "$files" ]; then cat; else grep -vF "$files" || true; fi
}

# ---- floors: folder: the doors it may use (owners of headers in include/payung/) ----
floors='
base       base
os         base os
cover      base cover
talk       base talk
store      base os cover store
link       base os link
tables     base os cover tables
daemon     base os cover talk store link tables daemon
reconcile  base os cover store reconcile
cli        base os cover talk store tables reconcile daemon
modem      base os
sim        base os
'
owners='
base    result text msisdn date nik name regcode rupiah tmpl frame flight span office
os      log conf conf_reminders conf_scheme conf_source csv_table clock crypto process templates
cover   doubt tariff occupation area cover_eligible cover_state cover_plan cover_allocate cover_match cover_quota cover_ledger cover_issue cover_occasion cover_remind cover_bundle cover_quiet cover_pace
talk    talk
store   store store_message store_outbox store_scheme store_desk store_link store_decision store_import store_import_read store_money store_request store_sponsor store_cover store_run store_job store_correct store_remind
link    channel
tables  tables
reconcile correct words explain reconcile_import reconcile
daemon  control
'
# ---- foreign headers: pattern, where it may be included ----
foreign='
sqlite3\.h     gateway/store/
gammu          gateway/modem/
confuse\.h     gateway/os/conf
sodium         gateway/os/(crypto|key)
event2/        gateway/(link|daemon|sim)/
jansson\.h     gateway/(cli|daemon)/
csv\.h         gateway/os/csv_table
'

check_floors() {
	grep -rnE '^#include' gateway include --include='*.[ch]' |
	awk -v floors="$floors" -v owners="$owners" '
	BEGIN {
		n = split(floors, l, "\n")
		for (i = 1; i <= n; i++) {
			m = split(l[i], w, " ")
			for (j = 2; j <= m; j++) may[w[1], w[j]] = 1
			known[w[1]] = 1
		}
		n = split(owners, l, "\n")
		for (i = 1; i <= n; i++) {
			m = split(l[i], w, " ")
			for (j = 2; j <= m; j++) owner[w[j]] = w[1]
		}
	}
	{
		split($0, part, ":")
		file = part[1]; where = part[1] ":" part[2]
		split(file, p, "/")
		folder = p[2]
		if (p[1] == "include") { h = p[3]; sub(/\.h$/, "", h); folder = owner[h] }
		if (!(folder in known)) { print where ": " file " belongs to no floor: add it to tests/lint.sh"; next }
		if (match($0, /<payung\/[a-z0-9_]+\.h>/)) {
			h = substr($0, RSTART + 8, RLENGTH - 11)
			if (!(h in owner)) print where ": <payung/" h ".h> has no owner: add it to tests/lint.sh"
			else if (!((folder, owner[h]) in may)) print where ": floor " folder " may not use <payung/" h ".h> (" owner[h] ")"
		} else if (match($0, /"[^"]+"/)) {
			h = substr($0, RSTART + 1, RLENGTH - 2)
			if (h ~ /\// && h !~ "^" folder "/") print where ": floor " folder " may not use " h
			if (h ~ /^\.\./) print where ": no way out of the folder: " h
		}
	}' | except include
	printf '%s\n' "$foreign" | while read -r what where; do
		[ -n "$what" ] || continue
		grep -rnE "^#include [<\"]([a-z-]+/)?$what" gateway include --include='*.[ch]' |
			grep -vE "^$where" | sed 's/:\([0-9]*\):.*/:\1: this header has its own folder: see tests\/lint.sh/' || true
	done
}

check_words() {
	# Texts for people live in templates/. A few very common words give them away.
	words='([Aa]nda|[Kk]ode|[Tt]idak|[Ss]udah|[Bb]elum|[Ss]ilakan|[Nn]omor|[Pp]ekerja|[Ii]uran|[Bb]alas|[Tt]erima|DAFTAR)'
	grep -rnE "\"[^\"]* $words\b[^\"]*\"|\"[^\"]*\b$words [^\"]*\"" gateway --include='*.[ch]' |
		sed 's/:\([0-9]*\):.*/:\1: Indonesian text in C: move it to templates\//' | except words
	grep -rnE '\b(TODO|FIXME|XXX)\b' gateway include tests templates systemd |
		grep -v '^tests/lint.sh:' | sed 's/:\([0-9]*\):.*/:\1: finish it or leave it out/' || true
	grep -rnE '\b(sprintf|vsprintf|gets|strtok|tmpnam|mktemp)\(' gateway --include='*.[ch]' |
		sed 's/:\([0-9]*\):.*/:\1: a function without bounds or errors/' | except functions
}

check_sizes() {
	find gateway tests/unit tests/fuzz tests/bench -name '*.c' -exec wc -l {} + |
		awk '$2 != "total" && $1 > 500 { print $2 ":" $1 ": file over 500 lines" }' | except size
	find gateway include -name '*.h' -exec wc -l {} + |
		awk '$2 != "total" && $1 > 120 { print $2 ":" $1 ": header over 120 lines" }' | except size
	# Functions begin and end in the first column.
	find gateway tests/unit -name '*.c' | xargs awk '
		FNR == 1 { start = 0 }
		/^{/ { start = FNR }
		/^}/ { if (start && FNR - start > 100) print FILENAME ":" start ": function of " FNR - start " lines"; start = 0 }
	' | except function
	# Doors are laid out by hand, as tables; clang-format holds the rest to 100.
	grep -rnE '^.{121,}' include --include='*.h' | sed 's/:\([0-9]*\):.*/:\1: line over 120 columns/' | except columns
}

check_format() {
	find gateway tests -name '*.[ch]' -print0 | xargs -0 -r clang-format --dry-run 2>&1 |
		grep -E '^[^ ]+:[0-9]+:[0-9]+:' | sed 's/:[0-9]*: warning:.*/: not as clang-format writes it/' |
		sort -u | except format
}

# Uninitialised variables are the sanitizers' business: cppcheck misreads <sys/queue.h> lists.
check_cppcheck() {
	cppcheck --quiet -j2 --std=c11 --enable=warning,portability,performance --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=uninitvar \
		--suppress=legacyUninitvar --template='{file}:{line}: {message} [{id}]' \
		-D_GNU_SOURCE -DMUST_CHECK= '-DPAYUNG_PREFIX=""' '-DPAYUNG_VERSION=""' \
		-Iinclude -Igateway gateway 2>&1 | grep -E '^[^ ]+:[0-9]+:' | except cppcheck
}

check_tidy() {
	flags="-std=c17 -D_GNU_SOURCE -Iinclude -Igateway -DPAYUNG_PREFIX=\"/usr\" -DPAYUNG_VERSION=\"0\""
	flags="$flags $(pkg-config --cflags gammu 2>/dev/null)"
	export flags
	find gateway -name '*.c' | xargs -P2 -n8 sh -c 'clang-tidy --quiet "$@" -- $flags 2>/dev/null' sh |
		grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error)' | sed "s|^$PWD/||" | sort -u | except tidy
}

step() {
	printf 'lint: %s\n' "$1"
	"check_$1" > "$faults.$1" || true
	cat "$faults.$1" >> "$faults"
}
step floors
step words
step sizes
step format
if [ -z "${FAST:-}" ]; then
	step cppcheck
	step tidy
fi
if [ -s "$faults" ]; then
	cat "$faults"
	echo "lint: $(wc -l < "$faults") faults" >&2
	exit 1
fi
echo 'lint: ok'
