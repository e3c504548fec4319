#!/bin/sh
# The operator's tool against a real store, without a daemon: what it prints, how it exits, what it
# refuses. PAYUNG_BUILD names the folder of the programs.
set -eu
build=${PAYUNG_BUILD:-build/asan-gcc}
case $build in /*) ;; *) build=$PWD/$build ;; esac
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > payung.conf <<EOF
store = "payung.db"
key_file = "payung.key"
templates = "$root/templates"
control = "control"
service { name = "Payung" helpdesk = "08001234567" }
EOF
payung() { "$build/payung" --config payung.conf "$@"; }
fail() { echo "tool.sh: $*" >&2; exit 1; }
# exits CODE WANTED-IN-OUTPUT COMMAND...: runs it, wants the exit code and the words
exits() {
	want=$1 words=$2
	shift 2
	code=0
	payung "$@" > out 2> err || code=$?
	[ "$code" = "$want" ] || fail "payung $*: exit $code, not $want: $(cat out err)"
	cat out err | grep -qF -- "$words" || fail "payung $*: no '$words' in: $(cat out err)"
	[ "$want" != 0 ] && [ "$(wc -l < err)" != 1 ] && [ "$1" != code ] && [ "$1" != templates ] &&
		fail "payung $*: not one line: $(cat err)"
	return 0
}

# usage
exits 2 'payung help'
exits 2 'no such command' frobnicate
exits 2 'issue wants one of: list, show, resolve; not shwo' issue shwo
exits 2 '--name is missing' programme add --code P
exits 2 'unknown option --nome' sponsor add --nome x
exits 2 'given twice' inbox list --state handled --state handled
exits 2 'one word too many' status now
exits 2 'one word too many: [NIK]' reminders due 3321024107900003
exits 0 'pledge add' help
exits 0 '--instalment' help pledge
exits 0 'payung ' --version
exits 1 'nowhere.conf' --config nowhere.conf status
exits 0 'modems: 0' check-config
exits 0 'no faults' templates check
exits 0 "$root/templates:" --config nowhere.conf templates check "$root/templates"
exits 1 'nowhere/data/names.txt' templates check nowhere
cp -r "$root/templates" copy
echo 'frant: X' >> copy/data/names.txt
exits 1 'frant: no such name' templates check copy

# birth of a store: once, and never a new key for it
exits 1 'payung.key' sponsor list
exits 0 'key print' init
[ "$(stat -c %a payung.key)" = 600 ] || fail 'key file can be read by others'
sum=$(md5sum payung.db payung.key)
exits 1 'never a new key' init
[ "$sum" = "$(md5sum payung.db payung.key)" ] || fail 'init touched what was there'
mv payung.db away.db
exits 1 'payung restore' init
[ ! -e payung.db ] || fail 'init made a store for an old key'
mv away.db payung.db

# records
exits 0 PNS programme add --code PNS --name 'PNS Peduli' --area 3374,3321 \
	--legal-basis 'Perwali 26/2025' --channel direct
exits 1 'exists already' programme add --code PNS --name x --area 1 --legal-basis x --channel direct
exits 2 'plain letters' sponsor add --name x --sms-name 'PT Sumber Makmur Jaya' --kind company \
	--phone 081234567890
exits 2 'mobile number' sponsor add --name x --sms-name x --kind company --phone 021555
sponsor=$(payung sponsor add --name 'Dinas Sosial Demak' --sms-name 'Dinsos Demak' \
	--kind government --phone 0811-2222-333)
[ "$sponsor" = 1 ] || fail "sponsor id: $sponsor"
pledge() {
	payung pledge add --sponsor "$sponsor" --programme PNS --workers 10 --start 2026-10 "$@"
}
exits 3 'no sponsor 77' pledge add --sponsor 77 --programme PNS --workers 1 --start 2026-10 \
	--funding csr --months 1 --instalment 1
exits 3 'no programme X' pledge add --sponsor 1 --programme X --workers 1 --start 2026-10 \
	--funding csr --months 1 --instalment 1
exits 2 '1, 3, 6 or 12' pledge add --sponsor 1 --programme PNS --workers 1 --start 2026-10 \
	--funding csr --months 12 --instalment 2
exits 1 'no rate' pledge add --sponsor 1 --programme PNS --workers 1 --start 2010-01 --in-the-past \
	--funding csr --months 1 --instalment 1
[ "$(payung --json pledge list)" = '[]' ] || fail 'a refused pledge left something'
public=$(pledge --funding local_budget --months 6 --instalment 6)
private=$(pledge --funding csr --months 6 --instalment 6)
payung outbox list > out
grep -F "$public" out | grep -qF 'Rp1.008.000' || fail "public budget pays the full rate: $(cat out)"
grep -F "$private" out | grep -qF 'Rp756.000' || fail "three months at half rate: $(cat out)"

# open codes
payung code issue --pledge "$public" --count 500 > codes
[ "$(grep -cE '^[1-9][0-9]{7}$' codes)" = 500 ] || fail 'open codes'
[ "$(sort -u codes | wc -l)" = 500 ] || fail 'codes are not unique'
exits 3 'no pledge' code issue --pledge NOSUCH --count 1
exits 2 'not within' code issue --pledge "$public" --count 1 --area 3375
exits 2 'either --count or --named' code issue --pledge "$public"

# nothing by that name, a list that was entered twice, a refused file: what next
exits 3 'payung issue list --all' issue show 9
exits 3 'payung pledge list' balance --pledge NOSUCH
exits 3 'a pledge by its reference' reminders plan worker/9
exits 1 'sponsor 1 has this name and phone' sponsor add --name 'Dinas Sosial Demak' \
	--sms-name Dinsos --kind government --phone 08112222333
exits 2 'codes like 3321' programme add --code Q --name x --area 33x --legal-basis x --channel direct
printf 'Tanggal;Keterangan;Kredit\n20/11/2026;x;1000\n' > half.csv
exits 1 'no heading stands for amount (or debit and credit, both)' import bank half.csv --report rep.csv
[ ! -e rep.csv ] || fail 'a refused file left an empty report'
printf 'nik;siapa\n3321024107900003;Siti\n' > nama.csv
exits 1 'the header has no column name' code issue --pledge "$public" --named nama.csv

# named codes: all or none
printf '\357\273\277nik;name;phone;occupation;area\r\n%s\r\n\r\n%s\r\n' \
	'3321024107900003;"Siti; A";081234567890;petani;332102' \
	'3321020107900004;Eko;;2;3374' > list.csv
sed 's/3321020107900004/332102010790000/' list.csv > bad.csv
exits 1 'bad.csv row 4: the NIK must have 16 digits' code issue --pledge "$public" --named bad.csv
grep -q 33210 err && fail 'a NIK in a message'
payung code issue --pledge "$public" --named list.csv > codes
[ "$(sed 's/[0-9]\{8\}$/CODE/' codes)" = 'row,name,phone,code
2,"Siti; A",+6281234567890,CODE
4,Eko,,CODE' ] || fail "named codes: $(cat codes)"
exits 1 'row 4: this NIK has a code' code issue --pledge "$public" --named list.csv
exits 1 'cannot be read' code issue --pledge "$public" --named nosuch.csv

# texts by hand
exits 0 3 send 081234567890 'Halo, ini percobaan'
exits 1 'NIK' send 081234567890 'NIK 3321024107900003'
exits 1 'max_segments_manual' send 081234567890 "$(printf '%600s' | tr ' ' x)"
exits 2 'mobile number' send 175 halo
exits 2 'one word too many' send 081234567890 two words
exits 0 'Halo, ini percobaan' outbox list --state queued
exits 2 'one of: queued' outbox list --state nonsense
exits 3 'no worker' worker show 081234567890
for list in worker inbox outbox programme sponsor pledge; do
	payung $list list --json | python3 -c 'import json, sys; assert type(json.load(sys.stdin)) is list'
done
exits 1 'not running' status
exits 1 'not running' modem list
exits 1 'set `simulator`' chat 081234567890 --to a

# a charge of the bank is nobody's payment
printf 'Tanggal;Keterangan;Debet;Kredit\n20/10/2026;ADM;6.500;\n' > fee.csv
exits 0 '1 taken' import bank fee.csv
exits 0 'fit nothing' reconcile --as-of 2026-10-20
exits 0 'charge of the bank' explain payment/1
exits 0 'with --dismiss' issue show 1
payung issue resolve 1 --dismiss --note 'bank charge' || fail 'a dismissed charge'

# copies, the key on paper, the chain
exits 0 'none changed' audit verify
payung key print > paper
payung backup copy.db
exits 1 'copy.db' backup copy.db
exits 1 'payung.db' restore copy.db
rm payung.db*
mv payung.key old.key
payung key restore < paper
exits 1 'payung.key' key restore paper
payung restore copy.db
exits 0 'none changed' audit verify
[ "$(payung --json outbox list --state unknown | grep -c '"id"')" = 3 ] ||
	fail 'unfinished texts are unknown after a restore'
rm payung.db* payung.key
payung init > out
mv payung.key other.key && mv old.key payung.key
exits 1 'key' sponsor list

echo 'tool.sh: ok'
