#!/bin/sh
# The main job without hardware: simulated modems on ptys, the real libgammu path, the real daemon.
# A worker registers with one typo on the way, asks STATUS, calls KARTU; the sponsor is told; a
# second worker registers with an open code. Ends by itself; with STAY=1 the town is left running.
# usage: demo.sh BUILD_FOLDER
set -eu
build=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
town=$root/build/demo
tool() { "$build/payung" --config "$town/payung.conf" "$@"; }
say() { printf '\n%s\n' "$*"; }

if [ -f "$town/pids" ]; then # a town left running by STAY=1
	xargs kill < "$town/pids" 2>/dev/null || true
fi
rm -rf "$town"
mkdir -p "$town"
cat > "$town/payung.conf" <<CONF
store = "payung.db"
key_file = "payung.key"
templates = "$root/templates"
control = "control"
simulator = "sim/control"
worker = "$build/payung-modem"
log_level = info
service {
    name = "PAYUNG DEMAK"
    number = "+6281100000001"
    helpdesk = "08001234567"
    official = "175"
}
# A demo speaks at night and on holidays, too; a real office lets unasked texts wait for the day.
reminders {
    window = "00:00-24:00"
    notices = "00:00-24:00"
    holidays = "holidays.csv"
}
modem "tsel-1" { device = "sim/tsel-1" }
modem "isat-1" { device = "sim/isat-1" }
CONF
chmod 600 "$town/payung.conf"
echo 'date,name,basis' > "$town/holidays.csv"

say "== The office prepares: programme, sponsor, pledge, codes"
tool init
tool programme add --code PNS_PEDULI --name 'PNS Peduli Pekerja Rentan' --area 3321 \
	--legal-basis 'SE Bupati 1/2026' --channel direct >/dev/null
sponsor=$(tool sponsor add --name 'Dinas Sosial Kabupaten Demak' --sms-name 'Dinsos Demak' \
	--kind government --phone 081290000001)
pledge=$(tool pledge add --sponsor "$sponsor" --programme PNS_PEDULI --funding local_budget \
	--workers 2 --months 12 --instalment 3 --start 2027-01)
printf 'nik,name,phone,occupation,area\n3321024107900003,Siti Aminah,081234567890,2,332102\n' > "$town/named.csv"
named=$(tool code issue --pledge "$pledge" --named "$town/named.csv" | tail -n 1 | grep -o '[0-9]\{8\}$')
open=$(tool code issue --pledge "$pledge" --count 1)
echo "pledge $pledge, a card with code $named for Siti Aminah, an open card with code $open"

siti=+6281234567890 budi=+6281234567891 dinsos=+6281290000001
typo=${named%?}$(((${named#???????} + 1) % 10)) # one wrong digit
# One step of the script: PHONE NAME WHAT-IS-TEXTED WHAT-MUST-COME
step() {
	echo "sleep 300"
	echo "echo TEXT $1 $2 $3"
	echo "sms $1 tsel-1 -- $3"
	echo "expect $1 30 $4"
}
{
	printf 'modem set %s latency 10\nmodem set %s network 400\n' tsel-1 tsel-1 isat-1 isat-1
	echo "echo NAME Dinsos"
	echo "expect $dinsos 60 komitmen"
	step $siti Siti "DAFTAR $typo" tidak
	step $siti Siti "assalamualaikum, dftar $named" 'Terima kasih'
	step $siti Siti STATUS 'STATUS:'
	step $siti Siti KARTU 'STATUS:'
	step $budi Budi "DAFTAR $open" 'Kode dari'
	step $budi Budi 3321030203850001 'NIK diterima'
	step $budi Budi 'NAMA BUDI SANTOSO' Pekerjaan
	step $budi Budi 1 'setuju'
	step $budi Budi YA 'diperiksa petugas'
	step $budi Budi status 'STATUS:'
	if [ "${STAY:-0}" = 1 ]; then echo 'echo STAY'; else
		printf 'sleep 1500\nquit\n' # the last delivery reports
	fi
} > "$town/script"

# The simulator's lines as a conversation: what a phone shows carries the network's own time.
show() {
	tab=$(printf '\t') name=
	while IFS= read -r line; do
		case $line in
		'TEXT '*)
			name=$(printf %s "$line" | cut -d' ' -f3)
			printf '%s  %-6s > %s\n' "$(date +%T.%3N)" "$name" "${line#TEXT * * }" ;;
		'NAME '*) name=${line#NAME } ;;
		*"$tab"*"$tab"*)
			ms=$(printf %s "$line" | cut -f2)
			printf '%s.%03d  %-6s < %s\n' "$(date -d "@$((ms / 1000))" +%T)" $((ms % 1000)) "$name" \
				"$(printf %s "$line" | cut -f4-)" ;;
		STAY) stays ;;
		*DONE*) return 0 ;;
		esac
	done
}
stays() {
	payung="$build/payung --config $town/payung.conf"
	cat <<TEXT

== Left running. In another shell, be a phone:   $payung chat 081234567892
== Look around:                                  $payung status
== Stop it:                                      Ctrl-C
TEXT
}

say "== The line runs: two modems, payungd, and people with feature phones (> texts, < receives)"
mkfifo "$town/lines"
"$build/payung-sim" --dir "$town/sim" --log "$town/flight.log" --script "$town/script" \
	--modem tsel-1,imsi=510100000000001,number=+6281100000001 \
	--modem isat-1,imsi=510010000000002,number=+6281500000002 > "$town/lines" &
sim=$!
{ sed -u 's/^READY.*//' "$town/lines"; echo DONE; } | show &
printer=$!
while [ ! -S "$town/sim/control" ]; do kill -0 $sim || exit 1; sleep 0.05; done
"$build/payungd" --config "$town/payung.conf" 2> "$town/payungd.log" &
daemon=$!
printf '%s\n%s\n' $daemon $sim > "$town/pids"

stopped=
trap 'stopped=1; kill $daemon $sim 2>/dev/null' INT TERM
code=0
wait $sim || code=$?
wait $printer || true
if [ "$stopped" ]; then
	wait
	say '== Stopped'
	exit 0
fi
if [ $code != 0 ]; then
	echo "demo: an answer did not come; the daemon's log is $town/payungd.log" >&2
	tail -n 20 "$town/payungd.log" >&2
fi
say "== What the office sees"
tool worker list
tool outbox list | cut -c1-120
kill $daemon
wait $daemon || code=$?
tool audit verify
[ $code != 0 ] || say '== Done. Text with it yourself: make demo STAY=1'
exit $code
