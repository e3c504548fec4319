#!/bin/sh
# Unit tests: units.sh PROGRAM... As many at a time as there are processors; each program's output in
# one piece when it ends; the plain last line counts the programs.
set -u
exec 3>&1
one='"$0" > "$0.out" 2>&1; code=$?; { echo "== $0"; cat "$0.out"; } >&3; [ $code = 0 ] && echo "$0"'
good=$(printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh -c "$one")
passed=0
for program in "$@"; do
	case "
$good
" in
	*"
$program
"*) passed=$((passed + 1)) ;;
	*) echo "failed: $program" ;;
	esac
done
echo "$passed passed, $(($# - passed)) failed"
[ "$passed" = $# ]
