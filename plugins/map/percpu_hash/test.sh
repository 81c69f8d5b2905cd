#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The percpu_hash plugin: entries that a program makes and counts in, lists of
# values, a full table.
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
[global key]
value = 7
[map t_phash]
entry = 8 -> { calls = 2 }
flags = no-prealloc
END
)" || bail "attached"
for i in 1 2 3; do ask_victim parent; done
is "$(sum t_phash 7)" 3 "the program makes an entry and counts in it"
is "$(map get t_phash 8)" "8 -> $(list '{ calls = 2 }') # sum { calls = $((2 * cpus)) }" "the unit's value is on all CPUs"
succeeds "set a list" map set t_phash 7 "$(list '{ calls = 5 }')"
is "$(sum t_phash 7)" $((5 * cpus)) "each CPU has its own"
ask_victim parent
is "$(sum t_phash 7)" $((5 * cpus + 1)) "the program goes on from there"
succeeds "a third entry" map set t_phash 9 '{ calls = 0 }'
fails_with 1 "the map is full: it has room for 3 entries" "a fourth" \
	map set t_phash 10 '{ calls = 0 }'
is "$(map dump t_phash | wc -l)" 3 "dump"
succeeds "delete" map delete t_phash 8
fails_with 1 "no entry '8'" "it has gone" map get t_phash 8
stop_run
is $? 0 "ends well"
done_testing
