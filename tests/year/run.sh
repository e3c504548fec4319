#!/bin/sh
# The small town's year, twice with one seed: the judge finds nothing, and both tables are the same.
# tests/year/run.sh BUILD [OPTION...]
set -eu
build=$1
shift
a=$(mktemp) b=$(mktemp)
trap 'rm -f "$a" "$b"' EXIT
"$build/year" "$@" >"$a" || { cat "$a"; echo "year: the judge found broken promises"; exit 1; }
"$build/year" "$@" >"$b"
cmp "$a" "$b" || { diff "$a" "$b"; echo "year: the same seed gave two different years"; exit 1; }
cat "$a"
