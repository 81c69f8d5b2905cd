#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The prog_array plugin: slots that the object, the unit and a person fill, and
# the jumps through them.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		[program first]
		attach = no
		[program second]
		attach = no
		$2
	END
}
# jump SLOT: a call that jumps there
jump() {
	map set test.bss 0 "{ only_pid = $VICTIM_PID, slot = $1, firsts = $(global firsts), \
		seconds = $(global seconds), missed = $(global missed) }"
	ask_victim parent
}

run_unit "$(unit jumps "
[map t_jumps]
entry = 2 -> second
entry = 3 -> second")" || bail "attached"
jump 1
is "$(global firsts)" 1 "a jump through a slot of the object"
jump 2
is "$(global seconds)" 1 "a jump through a slot of the unit"
jump 0
is "$(global missed)" 1 "an empty slot is no jump"
id=$(map get t_jumps 2)
id=${id#* -> }
like "$id" '^[0-9]+$' "values are ids"
succeeds "set by an id" map set t_jumps 0 "$id"
jump 0
is "$(global seconds)" 2 "the jump goes there"
is "$(map dump t_jumps | wc -l)" 4 "dump has the slots that are filled"
succeeds "delete" map delete t_jumps 0
jump 0
is "$(global missed)" 2 "the slot is empty again"
is "$(map dump t_jumps | wc -l)" 3 "dump leaves empty slots out"
fails_with 1 "no entry '0'" "get of an empty slot" map get t_jumps 0
fails_with 1 "no program has the id 4294967295" "refused: no such id" \
	map set t_jumps 0 4294967295
fails_with 1 "slot 4 is out of range: the map has 4 slots" "refused: beyond the end" \
	map set t_jumps 4 "$id"
fails_with 1 "cannot open program /sys/fs/bpf/none" "refused: no such pin" \
	map set t_jumps 0 /sys/fs/bpf/none
fails_with 1 "no program of the object" "refused: a name, from outside" \
	map set t_jumps 0 second
stop_run
is $? 0 "ends well"

fails_with 1 "'secnod'.*did you mean 'second'" "refused: a program that the object does not have" \
	cleat run "$(unit nearest "
[map t_jumps]
entry = 2 -> secnod")"
fails_with 1 "program 'other' is not loaded" "refused: a program that is not loaded" \
	cleat run "$(unit unloaded "
[map t_jumps]
entry = 2 -> other")"
fails_with 1 "cannot put program.*into slot 2.*one type" "refused: a program of another type" \
	cleat run "$(unit type "
[program other]
load = yes
attach = no
[map t_jumps]
entry = 2 -> other")"

run_unit "$(unit optional "
[program broken]
load = yes
attach = no
required = no
[map t_jumps]
entry = 2 -> broken
entry = 3 -> second")" || bail "an optional program that does not load leaves its slot empty"
like "$(<"$RUN_ERR")" "program 'broken' is not loaded: entry '2' stays empty" \
	"an optional program that does not load leaves its slot empty"
jump 3
is "$(global seconds)" 1 "the other entries are there"
stop_run

sed 's/^attach = no$/load = no/' "$(unit filled "")" >"$TEST_TMP/unfilled.ini"
run_unit "$TEST_TMP/unfilled.ini" || bail "attached"
like "$(<"$RUN_ERR")" "program 'first' is not loaded: slot 1 of 't_jumps' stays empty" \
	"a slot of the object whose program is not loaded"
jump 1
is "$(global missed)" 1 "stays empty"
stop_run
done_testing
