#!/bin/sh
# End-to-end tests: run.sh BUILD [FILE...], all files if none is named. More files at a time than
# there are processors, since they mostly wait for modems; each file's output in one piece when it
# ends; the plain last line counts the tests.
set -u
cd "$(dirname "$0")"
PAYUNG_BUILD=$(cd ../.. && realpath "$1")
export PAYUNG_BUILD PYTHONDONTWRITEBYTECODE=1
shift
logs=$PAYUNG_BUILD/e2e
rm -rf "$logs"
mkdir -p "$logs"
# the longest first, so that none is left alone at the end
[ $# -gt 0 ] || set -- test_abuse.py test_modem_faults.py test_modem_start.py \
	$(ls test_*.py tool.sh | grep -v '^test_\(abuse\|modem_faults\|modem_start\)')
one='f={}; { echo "== $f"; case $f in *.sh) cd ../.. && sh "tests/e2e/$f" ;; *) python3 "$f" ;; esac
	echo "exit $?"; } > "$0/$f.log" 2>&1; cat "$0/$f.log"'
printf '%s\n' "$@" | xargs -P $(($(nproc) * 2)) -I{} sh -c "$one" "$logs"
broken=$(grep -L '^exit 0$' "$logs"/*.log)
[ -z "$broken" ] || echo "failed: $broken"
awk '/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3 }
	END { printf "%d passed, %d failed\n", p, f }' "$logs"/*.log
[ -z "$broken" ]
