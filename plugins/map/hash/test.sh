#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The hash plugin: structs as keys, enumerators as values, a full table, entries
# from files; and what is the same for all maps: pins, and maps that are there
# already.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

cat >"$TEST_TMP/list.txt" <<'EOT'
# who -> what
{ addr = 192.0.2.1, port = 80 } -> DROP   ; a comment
{ addr = 192.0.2.1, port = 81 } -> PASS
EOT
unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		[global ask]
		value = { addr = 192.0.2.1, port = 80 }
		$2
	END
}

run_unit "$(unit hash "
[map t_verdicts]
entries = list.txt
[map t_seen]
pin = no")" || bail "attached"
ask_victim parent
is "$(global verdict)" 2 "a program finds what the unit's file says"
who='{ addr = 192.0.2.1, port = 80, zero = 0 }'
is "$(map get t_verdicts "$who")" "$who -> DROP" "get by a struct, value by its name"
succeeds "set" map set t_verdicts "$who" PASS --existing
ask_victim parent
is "$(global verdict)" 1 "the program sees what was set"
succeeds "delete" map delete t_verdicts "$who"
ask_victim parent
is "$(global verdict)" 99 "the program misses what was deleted"
is "$(map dump t_seen | sort)" "0 -> 0
1 -> 10
2 -> 20" "dump has what the program wrote"
is "$(map dump t_seen --json | tr -d ' \n' | grep -o '"key"' | wc -l)" 3 "and so in JSON"
fails_with 1 "no entry '7'" "get what is not there" map get t_seen 7
fails_with 1 "no entry '7'" "delete what is not there" map delete t_seen 7
fails_with 1 "no entry '7'" "set --existing what is not there" map set t_seen 7 1 --existing
fails_with 1 "such an entry already" "set --new what is there" map set t_seen 1 1 --new
fails_with 1 "did you mean 'DROP'" "an enumerator that is not there" \
	map set t_verdicts "$who" DROPP
for port in 1 2 3; do
	map set t_verdicts "{ addr = 192.0.2.1, port = $port }" PASS
done
fails_with 1 "the map is full: it has room for 4 entries" "a full table" \
	map set t_verdicts '{ port = 9 }' PASS
is "$(find /sys/fs/bpf -name t_seen)" "" "'pin = no' keeps it from being pinned"
stop_run
is $? 0 "ends well"

fails_with 1 "room for 4 entries.*|full" "more entries than fit" cleat run "$(unit full "
[map t_verdicts]
entry = { port = 1 } -> PASS
entry = { port = 2 } -> PASS
entry = { port = 3 } -> PASS
entry = { port = 4 } -> PASS
entry = { port = 5 } -> PASS
[map t_seen]
pin = no")"

# --- pins -----------------------------------------------------------------------

first=$(unit first "
[map t_verdicts]
pin = /sys/fs/bpf/some/where/verdicts
entry = { port = 1 } -> PASS")
run_unit "$first" || bail "attached"
a=$RUN_PID
is "$(cleat map dump /sys/fs/bpf/some/where/verdicts)" "{ addr = 0.0.0.0, port = 1, zero = 0 } -> PASS" \
	"pinned, and its directories made"
is "$(find /sys/fs/bpf -name t_seen)" /sys/fs/bpf/t_seen "pinned by its name"
second=$(unit second "
[map t_verdicts]
pin = /sys/fs/bpf/some/where/verdicts")
run_unit "$second" || bail "attached again"
ask_victim parent
is "$(cleat map dump /sys/fs/bpf/some/where/verdicts | wc -l)" 1 "the second one takes it over, entries and all"
stop_run
is "$(find /sys/fs/bpf -name verdicts)" /sys/fs/bpf/some/where/verdicts \
	"the pin that was there already stays"

differs() { # NAME REGEX LINES
	fails_with 1 "$2" "refused: $1" cleat run "$(unit "differs-$1" "$3")"
}
differs room "max-entries 4, not 5" "
[map t_verdicts]
pin = /sys/fs/bpf/some/where/verdicts
max-entries = 5"
differs flags "flags 0x1, not 0x0|flags 0x0, not 0x1" "
[map t_verdicts]
pin = /sys/fs/bpf/some/where/verdicts
flags = no_prealloc"
differs sizes "key size 8, not 4; value size 4, not 8; max-entries 4, not 1024" "
[map t_seen]
pin = /sys/fs/bpf/some/where/verdicts"
differs layout "keys of another type: .*addr" "
[map t_other]
pin = /sys/fs/bpf/some/where/verdicts"
differs type "is of type 'hash', the object says 'array'" "
[map .bss]
pin = /sys/fs/bpf/some/where/verdicts"
fails_with 1 "room for 4 entries" "a unit that fails" cleat run "$(unit undone "
[map t_verdicts]
pin = /sys/fs/bpf/undone/verdicts
entry = { port = 1 } -> PASS
entry = { port = 2 } -> PASS
entry = { port = 3 } -> PASS
entry = { port = 4 } -> PASS
entry = { port = 5 } -> PASS")"
is "$(find /sys/fs/bpf/undone -type f)" "" "leaves no pin"
differs elsewhere "no BPF file system" "
[map t_seen]
pin = $TEST_TMP/new/t_seen"
if [ -e "$TEST_TMP/new" ]; then not_ok "and no directory is made there"; else ok "and no directory is made there"; fi
stop_run "$a"
is $? 0 "ends well"
done_testing
