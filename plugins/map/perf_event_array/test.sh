#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The perf_event_array plugin: records of each CPU come whole, those that are cut
# at the end of a buffer too; lost ones are counted; the reader is woken when it
# asked to be.
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

run_unit "$(unit perf "
[map t_perf]
pages = 1
[output events]
map = t_perf
format = json
[output plain]
map = t_plain
format = text")" || bail "attached"
for ((i = 1; i <= 300; i++)); do
	ask_victim parent
	# a page has room for 30 and a few
	if ((i % 20 == 0)); then wait_for file_has "$RUN_OUT" "\"number\":${i}[,}]"; fi
done
succeeds "records arrive" wait_for file_has "$RUN_OUT" '"number":300[,}]'
numbers=$(grep -o '"number":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n' | sort -n)
is "$numbers" "$(seq 300)" "each of them once, many times around a buffer of one page"
like "$(<"$RUN_OUT")" "\"pid\":$VICTIM_PID,\"rest\":[^]]*0,7\\]" "decoded by the type of the map, to the last byte"
if grep -o '"rest":\[[^]]*\]' "$RUN_OUT" | sort -u | wc -l | grep -qx 1; then
	ok "none of them is torn"
else
	not_ok "none of them is torn"
fi
like "$(<"$RUN_OUT")" "plain: $(four_bytes 0x04030201)" "a value that only says how wide a slot is, is no record"
is "$(global full)" 0 "nothing was lost"
fails_with 1 "not set from text" "refused: set" map set t_perf 0 1
fails_with 1 "have no entries to walk" "refused: dump" map dump t_perf
stop_run
is $? 0 "ends well"

# A reader that is stopped loses records, and says how many.
run_unit "$(unit lost "
[map t_perf]
pages = 1
[output events]
map = t_perf
format = json")" || bail "attached"
kill -STOP "$RUN_PID"
for ((i = 1; i <= 400; i++)); do ask_victim parent; done
kill -CONT "$RUN_PID"
lost_or_there() {
	local got lost n
	got=$(grep -c '"number":' "$RUN_OUT")
	lost=0
	while read -r n; do lost=$((lost + n)); done < <(grep -o '"lost":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n')
	[ "$got" -lt 400 ] && [ $((got + lost)) = 400 ]
}
succeeds "records and lost ones together are all that were written" wait_for lost_or_there
stop_run

run_unit "$(unit wakeup "
[map t_perf]
wakeup = 1000
pages = 256
[output events]
map = t_perf
format = json")" || bail "attached"
for ((i = 1; i <= 5; i++)); do ask_victim parent; done
if file_has "$RUN_OUT" number; then not_ok "nobody is woken for 5 of 1000"; else ok "nobody is woken for 5 of 1000"; fi
stop_run
is "$(grep -c '"number":' "$RUN_OUT")" 5 "they are there at the end all the same"

wrong() { # KEY VALUE REGEX
	fails_with 1 "$3" "refused: $1 = $2" cleat check "$(unit "wrong-$1-$2" "
[map t_perf]
$1 = $2")"
}
wrong pages 3 "a power of two"
wrong pages 0 "a power of two"
wrong wakeup 0 "from 1 on"
wrong page 1 "did you mean 'pages'"
done_testing
