#!/bin/sh
# End-to-end tests: run.sh BUILD. Two files at a time, since they mostly wait for each other's
# modems; each file's output in one piece when it ends; the plain last line counts the tests.
set -u
cd "$(dirname "$0")"
PAYUNG_BUILD=$(cd ../.. && realpath "$1")
export PAYUNG_BUILD PYTHONDONTWRITEBYTECODE=1
logs=$PAYUNG_BUILD/e2e
rm -rf "$logs"
mkdir -p "$logs"
# the longest first, so that none is left alone at the end
one='f={}; { echo "== $f"; case $f in *.sh) cd ../.. && sh "tests/e2e/$f" ;; *) python3 "$f" ;; esac
	echo "exit $?"; } > "$0/$f.log" 2>&1; cat "$0/$f.log"'
{ echo test_modem_faults.py; echo test_modem_start.py
ls test_*.py tool.sh 2> /dev/null | grep -v '^test_modem_\(faults\|start\)'; } |
	xargs -P 2 -I{} sh -c "$one" "$logs"
broken=$(grep -L '^exit 0$' "$logs"/*.log)
[ -z "$broken" ] || echo "failed: $broken"
awk '/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
	END { printf "%d passed, %d failed\n", p, f }' "$logs"/*.log
[ -z "$broken" ]
