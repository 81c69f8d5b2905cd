# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What queues and stacks have in common: a unit and the command line put jobs in, a
# program takes them out and answers; a full and an empty map, and what is refused.
# $next: the number of the job that comes out first, of 2 and 3; $order: what is left of 1 2 3 4.
requires_hook tracepoint
start_victim

unit=$(test_unit work <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[map jobs]
entry = { number = 2, weight = 10 }
entry = { number = 3, weight = 10 }
END
)
run_unit "$unit" || bail "attached"
is "$(map peek jobs)" $((10 << 32 | next)) "the next one is job $next"
ask_victim signal
ask_victim signal
ask_victim signal
succeeds "the program took them all" wait_for global_is empty 1
is "$(map peek answers)" 20 "the answers are there, in the map's order"
is "$(map pop answers)" 20 "taken out"
is "$(map pop answers --json)" 30 "and the other"
fails_with 1 "map 'answers' is empty" "an empty map has nothing to take" map pop answers
fails_with 1 "map 'answers' is empty" "nor to look at" map peek answers

for n in 1 2 3; do map push answers $n; done
fails_with 1 "the map is full: it has room for 3 entries" "full is full" \
	map push answers 4
succeeds "unless the oldest makes room" map push answers --existing 4
is "$(map pop answers ) $(map pop answers) $(map pop answers)" \
	"$order" "it was the oldest that went"
fails_with 1 "no entries to walk" "nothing can be walked" map dump answers
fails_with 1 "'x' is not" "what is pushed must be a value" map push answers x
stop_run
is $? 0 "ends well"

unit=$(test_unit typed <<END
[object]
path = test.bpf.o
[map jobs]
entry = { numbr = 2 }
END
)
fails_with 1 "typed.ini:4.*numbr" "entries of a unit have the object's type" cleat check "$unit"
unit=$(test_unit many <<END
[object]
path = test.bpf.o
[map answers]
max-entries = 1
entry = 1
entry = 2
END
)
fails_with 1 "many.ini:6.*(full|room)" "too many for the map" cleat run "$unit"
done_testing
