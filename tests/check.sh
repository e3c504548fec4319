#!/bin/sh
# All tests, on gcc and clang, with sanitizers. Goes on after a failed part, so that one run tells
# everything; the plain last line counts the parts.
set -u
cd "$(dirname "$0")/.."
jobs=$(nproc)
passed=0 failed=0 names=
part() { # NAME COMMAND...
	name=$1
	shift
	began=$(date +%s)
	echo "==== $name"
	if "$@"; then
		passed=$((passed + 1))
		echo "==== $name: ok, $(($(date +%s) - began)) s"
	else
		failed=$((failed + 1))
		names="$names '$name'"
		echo "==== $name: FAILED"
	fi
}
mk() { ${MAKE:-make} --no-print-directory -j"$jobs" "$@"; }

# A part that mostly waits runs beside the next ones; joined() tells how it ended.
beside() { "$@" > "$aside" 2>&1 & }
joined() { wait $! && code=0 || code=$?; cat "$aside"; return $code; }
aside=$(mktemp)
trap 'rm -f "$aside"' EXIT

# All of gcc's build runs with the address sanitizer, clang's with that for undefined behaviour: its
# programs start ten times faster. What strangers send is tried on both.
hostile='test_attack.py test_import.py test_modem_faults.py'
part 'build with gcc'            mk VARIANT=release programs
part 'build with clang'          mk VARIANT=ubsan-clang programs
part 'house rules'               tests/lint.sh
part 'templates'                 build/release/payung templates check templates
part 'units, gcc, sanitizers'    mk VARIANT=asan-gcc units programs build/asan-gcc/payungd-faulty
part 'units, clang, sanitizer'   mk VARIANT=ubsan-clang units
part 'end to end, clang'         mk VARIANT=ubsan-clang e2e
part 'end to end, gcc, hostile'  mk VARIANT=asan-gcc E2E="$hostile" e2e
part 'faults'                    mk VARIANT=asan-gcc faults
beside                           mk VARIANT=fuzz FUZZ_SECONDS=5 fuzz-run
part 'scenarios'                 mk VARIANT=release scenarios
part 'a year in seconds'         mk VARIANT=release year
part 'a year of money'           mk VARIANT=release money-year
part 'fuzzing, a short slice'    joined
[ -z "$names" ] || echo "failed parts:$names"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
