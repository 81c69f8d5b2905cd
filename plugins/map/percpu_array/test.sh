#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The percpu_array plugin: a list with a value for each CPU comes out; a list,
# or one value for all, goes in.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

sum() { # MAP KEY: of the "calls" of all CPUs
	local text total=0
	text=$(cleat map get "$1" "$2")
	text=${text%% # sum *}
	while [[ $text =~ calls\ =\ ([0-9]+)(.*) ]]; do
		total=$((total + BASH_REMATCH[1]))
		text=${BASH_REMATCH[2]}
	done
	echo $total
}

# list VALUE: as many of them as there are CPUs
list() {
	local i text=
	for ((i = 0; i < cpus; i++)); do text+="${text:+, }$1"; done
	echo "[ $text ]"
}

cpus=$(possible_cpus)

run_unit "$(test_unit percpu <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[map t_pcounts]
entry = 1 -> { weight = 10 }
[map t_ptriples]
entry = 1 -> [ 1, 2, 3 ]
END
)" || bail "attached"
for i in 1 2 3; do ask_victim parent; done
is "$(sum t_pcounts 1)" 3 "the values of all CPUs together are the calls"
is "$(global weights)" 30 "one value of the unit is on all CPUs"
is "$(map get t_ptriples 1)" "1 -> $(list '[ 1, 2, 3 ]') # sum [ $cpus, $((2 * cpus)), $((3 * cpus)) ]" "an array is one value"
is "$(map get t_pcounts 0)" "0 -> $(list '{ calls = 0, weight = 0 }') # sum { calls = 0, weight = 0 }" "a value for each CPU"
shown=$(map get t_pcounts 1)
shown=${shown#* -> }
succeeds "the list is taken as it is shown" map set t_pcounts 2 "${shown% # sum*}"
is "$(map get t_pcounts 2)" "2 -> $shown" "and says the same"
json=$(map get t_ptriples 1 --json)
json=${json#*\"value\":}
json=${json%,\"sum\"*}
succeeds "JSON is taken, too" map set t_ptriples 0 "$json"
is "$(map get t_ptriples 0)" "0 -> $(list '[ 1, 2, 3 ]') # sum [ $cpus, $((2 * cpus)), $((3 * cpus)) ]" "and says the same"
succeeds "4 bytes for each" map set t_pwords 0 "$(list 7)"
is "$(map get t_pwords 0)" "0 -> $(list 7) # sum $((7 * cpus))" "come out as they went in"
succeeds "one value goes to all" map set t_pcounts 3 '{ calls = 2 }'
is "$(sum t_pcounts 3)" $((2 * cpus)) "each CPU has it"
fails_with 1 "has $((cpus + 1)) values, but there are $cpus CPUs" "refused: one too many" \
	map set t_pcounts 3 "$(list '{ calls = 1 }' | sed 's/ ]$/, { calls = 1 } ]/')"
fails_with 1 "expected ']'" "refused: no end" map set t_pcounts 3 '[ { calls = 1 }'
fails_with 1 "index 4 is out of range" "refused: beyond the end" map get t_pcounts 4
fails_with 1 "cannot be deleted" "refused: delete" map delete t_pcounts 1
stop_run
is $? 0 "ends well"
done_testing
