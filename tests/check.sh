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

part 'build with gcc'            mk VARIANT=release programs
part 'build with clang'          mk VARIANT=clang programs
part 'house rules'               tests/lint.sh
part 'templates'                 build/release/payung templates check templates
part 'units, gcc, sanitizers'    mk VARIANT=asan-gcc units
part 'units, clang, sanitizers'  mk VARIANT=asan-clang units
part 'end to end'                mk VARIANT=asan-gcc e2e
part 'scenarios'                 mk VARIANT=release scenarios
part 'a year in seconds'         mk VARIANT=release year
part 'a year of money'           mk VARIANT=release money-year
part 'faults'                    mk VARIANT=asan-gcc faults
part 'fuzzing, a short slice'    mk VARIANT=fuzz FUZZ_SECONDS=5 fuzz-run
[ -z "$names" ] || echo "failed parts:$names"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
