#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Entries in bulk: a dump is loaded again, in both forms; a list that is wrong
# changes nothing, one that does not fit says where it stopped; entries are
# replaced, and all deleted; per-CPU values come with their sum.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
cd "$TEST_TMP" || exit 1
cpus=$(possible_cpus)
start_victim

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = bulk.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		$2
	END
}
entries() { map dump "$1" | sort; }
count_of() { map dump "$1" | wc -l; }
holds() { # MAP FILE WHAT
	if entries "$1" | cmp -s "$2"; then ok "$3"; else not_ok "$3"; fi
}

export LC_ALL=C
# Several batches, and no round number of them; the million is for tests/bench.
n=$((100001 / TEST_TIME_SCALE))
awk -v n="$n" 'BEGIN {
	for (i = 0; i < n; i++)
		printf "{ addr = 10.%d.%d.%d, port = %d, proto = 6 } -> { packets = %d, bytes = %d }\n",
			i / 65536, i / 256 % 256, i % 256, i % 65536, i, i * 1000 }' | sort >many.txt
cp many.txt "$TEST_TMP/unit-many.txt"
run_unit "$(unit bulk "
[map bulk_many]
entries = $TEST_TMP/unit-many.txt
[map bulk_cpus]
entry = 1 -> [ $(seq -s, "$cpus" | sed -E 's/[0-9]+/{ packets = &, bytes = 100 }/g') ]")" ||
	bail "attached: $(<"$RUN_ERR")"

# --- all that there is, there and back ------------------------------------------------------------

entries bulk_many >dumped.txt
if cmp -s many.txt dumped.txt; then ok "a unit's file of $n entries"; else not_ok "a unit's file of $n entries"; fi
map dump bulk_many --json >many.json
succeeds "all are deleted" map delete --all bulk_many
is "$(count_of bulk_many)" 0 "and gone"
is "$(map dump bulk_many --json)" "[]" "JSON of nothing"
succeeds "what a dump wrote is loaded" map load bulk_many dumped.txt
holds bulk_many many.txt "all of it is there"
map delete --all bulk_many
is "$(map load --json bulk_many many.json)" "{\"listed\":$n,\"entries\":$n,\"deleted\":0}" "and its JSON"
holds bulk_many many.txt "all of it is there"
is "$(head -n 100 many.txt | map load --replace bulk_many)" \
	"100 entries are in map 'bulk_many', $((n - 100)) others deleted" "replaced, from standard input"
head -n 100 many.txt >hundred.txt
holds bulk_many hundred.txt "with what was listed"

printf '%s\n' '{ text = "a -> b" } -> { text = "; c # d" }' '{ text = "\"\\" } -> { text = "\n" }' | sort >names.txt
succeeds "text with what means something else outside of quotes" map load bulk_names names.txt
is "$(entries bulk_names)" "$(<names.txt)" "comes back"
map dump bulk_names --json >names.json
map delete --all bulk_names
map load bulk_names names.json
is "$(entries bulk_names)" "$(<names.txt)" "in JSON, too"

printf '10.0.0.0/8 -> 1\n10.1.0.0/16 -> 2\n' | map load bulk_prefixes
printf '10.0.0.0/8 -> 3\n192.0.2.0/24 -> 4\n' | map load --replace bulk_prefixes >/dev/null
is "$(entries bulk_prefixes)" "10.0.0.0/8 -> 3
192.0.2.0/24 -> 4" "prefixes are replaced"
printf '10.0.0.0/8 -> 5\n' | map load bulk_prefixes
succeeds "and deleted" map delete --all bulk_prefixes
is "$(count_of bulk_prefixes)" 0 "all of them"
seq 0 3 | sed 's/.*/& -> &0/' | map load bulk_slots
is "$(entries bulk_slots)" "0 -> 0
1 -> 10
2 -> 20
3 -> 30" "an array"
printf '7\n8\n9 # the last\n' | map load bulk_queue
is "$(map pop bulk_queue) $(map pop bulk_queue) $(map pop bulk_queue)" "7 8 9" "a queue, in its order"
seq 5000 | sed 's/.*/& -> &/' | map load bulk_lru
like "$(map get bulk_lru 5000)" "5000 -> 5000" "an LRU table is never full"

# --- per CPU ----------------------------------------------------------------------------------------

total=$((cpus * (cpus + 1) / 2))
like "$(map get bulk_cpus 1)" "# sum [{] packets = $total, bytes = ${cpus}00 [}]\$" "a sum, member by member"
like "$(map get bulk_cpus 1 --json)" "\"sum\":[{]\"packets\":$total,\"bytes\":${cpus}00}}\$" "in JSON"
map dump bulk_cpus >cpus.txt
map dump bulk_cpus --json >cpus.json
for form in txt json; do
	map delete --all bulk_cpus
	map load bulk_cpus cpus.$form
	is "$(map dump bulk_cpus)" "$(<cpus.txt)" "values with sums are loaded again: $form"
done
counted() { map get bulk_cpu_slots 0 | sed -E 's/.*# sum ([0-9]+)/\1/'; }
before=$(counted)
ask_victim parent
after=$(counted)
if ((after > before)); then ok "a program's counts, as a sum"; else not_ok "a program's counts, as a sum" "$before, $after"; fi

# --- what is wrong ----------------------------------------------------------------------------------

map set bulk_few 1 11
unchanged() { is "$(map dump bulk_few)" "1 -> 11" "and changes nothing"; }
printf '2 -> 22\n\n3 -> x\n4 -> 1\n' >list.txt
fails_with 1 "^list.txt:3: error: map 'bulk_few': at 'x': a number was expected" "a value that is none is told by its line" \
	map load bulk_few list.txt
unchanged
printf '[{"key":2,"value":22},\n{"key":4294967296,"value":1}]' >list.json
fails_with 1 "^list.json:2: error: map 'bulk_few': at '4294967296': a number from 0 to 4294967295" \
	"a key out of its range, in JSON" map load bulk_few list.json
unchanged
printf '[{"key":2,"value":22},\n{"key":3,"value":33}\n{"key":4' >list.json
fails_with 1 "^list.json:3: error: map 'bulk_few': ',' or ']' expected" "a list that is no JSON" \
	map load bulk_few list.json
unchanged
fails_with 1 "^cleat: error: cannot read none.txt: No such file" "no such list" map load bulk_few none.txt
seq 2 6 | sed 's/.*/& -> &/' >list.txt
fails_with 1 "^list.txt:4: error: map 'bulk_few': the map is full: it has room for 4 entries
  hint: stopped at entry 4 of 5: the 3 before it are in" "more than there is room for" map load bulk_few list.txt
is "$(count_of bulk_few)" 4 "up to there all are in"
is "$(map get bulk_few 4)" "4 -> 4" "as it says"
printf '2 -> 20\n7 -> 70\n8 -> 80\n9 -> 90\n' >list.txt
is "$(map load --replace bulk_few list.txt)" "4 entries are in map 'bulk_few', 3 others deleted" \
	"a full map is replaced all the same"
is "$(entries bulk_few)" "$(<list.txt)" "by what was listed"
fails_with 1 "room for 4 entries" "a list that never fits" map load --replace bulk_few <(seq 5 | sed 's/.*/& -> 1/')
map delete --all bulk_few
map set bulk_few 8 1
printf '7 -> 70\n8 -> 80\n' >list.txt
fails_with 1 "^list.txt:2: error: map 'bulk_few': there is such an entry already.*the 1 before it is in" \
	"--new, and it is there" map load --new bulk_few list.txt
is "$(entries bulk_few)" "7 -> 70
8 -> 1" "what is there stays"
printf '5 -> 1\n' >list.txt
fails_with 1 "^list.txt:1: error: map 'bulk_few': there is no such entry" "--existing, and it is not" \
	map load --existing bulk_few list.txt
printf '3 -> 1\n4 -> 1\n' >list.txt
fails_with 1 "^list.txt:2: error: map 'bulk_slots': index 4 is out of range: the map has 4 entries" \
	"an index out of range" map load bulk_slots list.txt
fails_with 1 "cannot replace the entries: those of an array stay" "an array is not replaced" \
	map load --replace bulk_slots list.txt
fails_with 1 "hint: set the value to 0" "and not emptied" map delete --all bulk_slots
fails_with 2 "map delete --all takes MAP" "all and one" map delete bulk_few 1 --all
# --- watching -----------------------------------------------------------------------------------------

map delete --all bulk_few
map set bulk_few 1 1
watch_id=$(map_id bulk_few)
"$CLEAT" map watch --interval 0.05 "$watch_id" >watch.txt 2>watch.err &
watcher=$!
"$CLEAT" map watch --interval 0.05 --json "$watch_id" >watch.json 2>>watch.err &
watcher_json=$!
"$CLEAT" map watch --interval 0.05 "$watch_id" 3 >watch.3 2>>watch.err &
watcher_3=$!
# what is there at the first look is no news: only what changes after it
comes() { map set bulk_few 2 $((++tries)); file_has watch.txt '[+~] 2 -> ' && file_has watch.json '"key":2'; }
tries=0
if wait_for comes; then ok "an entry that comes is seen"; else not_ok "an entry that comes is seen" "$(<watch.err)"; fi
map set bulk_few 1 43
if wait_for file_has watch.txt '~ 1 -> 43 # [+]42'; then ok "a value that changes, and by how much"; else not_ok "a value that changes" "$(<watch.txt)"; fi
map delete bulk_few 1
if wait_for file_has watch.txt '- 1 -> 43'; then ok "an entry that goes"; else not_ok "an entry that goes" "$(<watch.txt)"; fi
map set bulk_few 3 30
if wait_for file_has watch.3 '[+] 3 -> 30'; then ok "a single entry"; else not_ok "a single entry" "$(<watch.3)"; fi
wait_for file_has watch.json '"key":3'
kill -TERM $watcher_json $watcher_3
kill -INT $watcher
for pid in $watcher $watcher_json $watcher_3; do
	rc=0
	wait "$pid" || rc=$?
	is $rc 0 "ends well when interrupted"
done
is "$(grep -c ' 1 -> 1$' watch.txt)" 0 "what was there is no news"
is "$(grep -vc ' 3 -> ' watch.3)" 0 "and others' are not of interest"
like "$(grep '"key":1,' watch.json | head -n 1)" \
	'^[{]"time":"[0-9]{4}-[0-9-]+T[0-9:.]+Z","change":"changed","key":1,"value":43,"was":1[}]$' "JSON, a line each"
like "$(grep '"key":1,' watch.json | tail -n 1)" '"change":"gone","key":1,"value":43[}]$' "of what went"
fails_with 1 "no entries to walk" "a map without entries" map watch bulk_queue
fails_with 2 "interval takes seconds" "no interval" map watch --interval x bulk_few
stop_run
is $? 0 "ends well"

# --- a unit whose file does not fit --------------------------------------------------------------------

seq 2 6 | sed 's/.*/& -> &/' >list.txt
fails_with 1 "list.txt:5: error: .*room for 4 entries" "a unit whose file does not fit says its line" \
	cleat run "$(unit full "[map bulk_few]
entries = $TEST_TMP/list.txt")"
done_testing
