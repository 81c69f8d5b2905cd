#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The ringbuf plugin: records come in order and whole, discarded ones do not;
# sizes are rounded; what cannot be done with a ring.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		$2
	END
}

run_unit "$(unit ring "
[output events]
map = t_ring
format = json
[output bytes]
map = t_bytes
format = text")" || bail "attached"
for i in 1 2 3 4 5; do ask_victim parent; done
succeeds "records arrive" wait_for file_has "$RUN_OUT" '"number":5'
numbers=$(grep -o '"number":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n' | tr '\n' ' ')
is "$numbers" "1 2 3 5 " "in order, and without the one that was discarded"
like "$(<"$RUN_OUT")" "\"pid\":$VICTIM_PID,\"comm\":\"victim\"" "decoded by the type of the ring"
like "$(<"$RUN_OUT")" 'bytes: 0102030405(
|$)' "records without a type are bytes, as many as were written"
for ((i = 5; i < 600; i++)); do ask_victim parent; done
succeeds "many times around the ring" wait_for file_has "$RUN_OUT" '"number":599'
numbers=$(grep -o '"number":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n')
is "$(wc -l <<<"$numbers")" 450 "no record is missing"
is "$(sort -nu <<<"$numbers")" "$numbers" "none comes twice, and all are in order"
is "$(global full)" 0 "there was always room"
page=$(getconf PAGESIZE)
want=$page
while [ "$want" -lt 5000 ]; do want=$((want * 2)); done
is "$(global ring_size)" "$want" "the size is rounded up to a power of two of pages"
fails_with 1 "have no entries to walk" "refused: dump" map dump t_ring
stop_run
is $? 0 "ends well"

run_unit "$(unit nobody "
[map t_ring]
max-entries = 1")" || bail "attached"
for ((i = 0; i < 300; i++)); do ask_victim parent; done
like "$(global full)" '^[1-9]' "when nobody reads, records are refused to the program"
is "$(global ring_size)" "$page" "max-entries of the unit holds"
stop_run

# Two objects, one ring, one reader: each of them writes every number.
new_bpffs
one=$(unit one "
[map t_ring]
pin = $BPFFS/ring
[output events]
map = t_ring
format = json")
other=$(unit other "
[map t_ring]
pin = $BPFFS/ring")
run_unit "$one" "$other" || bail "attached"
for i in 1 2 3; do ask_victim parent; done
both_there() { [ "$(grep -c '"number":3' "$RUN_OUT")" = 2 ]; }
succeeds "two objects write into one pinned ring" wait_for both_there
numbers=$(grep -o '"number":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n' | tr '\n' ' ')
is "$numbers" "1 1 2 2 3 3 " "one reader takes the records of both, in order"
stop_run
is $? 0 "ends well"

if have_hook map_rb_overwrite; then
	run_unit "$(unit newest "
[map t_ring]
flags = rb_overwrite
max-entries = 1
[output events]
map = t_ring
format = json")" || bail "attached"
	kill -STOP "$RUN_PID"
	for ((i = 0; i < 302; i++)); do ask_victim parent; done
	kill -CONT "$RUN_PID"
	succeeds "the newest record of a ring that overwrites" wait_for file_has "$RUN_OUT" '"number":302'
	is "$(global full)" 0 "none is refused"
	overwritten=$(grep -o '"overwritten":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n }')
	# with its header a record has 32 bytes, those that are discarded, too
	like "$overwritten" '^[1-9]' "what was overwritten is told"
	is $((overwritten % 32)) 0 "in bytes of whole records"
	stop_run
else
	skip "a ring that overwrites" "this kernel has none"
fi

fails_with 1 "no type 'evnt'.*did you mean 'event'|did you mean 'event'" "refused: an unknown type" \
	cleat check "$(unit type "
[output events]
map = t_ring
record = struct evnt")"
fails_with 1 "at most 2 GiB" "refused: too large" cleat check "$(unit large "
[map t_ring]
max-entries = 3G")"
done_testing
