# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What maps of maps have in common: a program counts in the map that it finds in another;
# put in by the object, the unit and the command line, and what is refused.
requires_hook tracepoint
start_victim

unit=$(test_unit maps <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[map untold]
inner = red
entry = 0 -> blue
[map outer]
entry = 1 -> spare
END
)
run_unit "$unit" || bail "attached"
count() { map get "$1" 0; }
is "$(map get outer 0)" "0 -> $(map_id red)" "what the object puts in"
is "$(map get outer 1)" "1 -> $(map_id spare)" "what the unit puts in"
is "$(map dump outer | wc -l)" 3 "all can be walked"
is "$(map get untold 0)" "0 -> $(map_id blue)" "the unit says what it is made of"
ask_victim signal
succeeds "the program finds the map" wait_for global_is hits 1
is "$(count red)" "0 -> 1" "and counts in it"

succeeds "another in its place, by its id" map set outer 0 "$(map_id blue)"
ask_victim signal
wait_for global_is hits 2
is "$(count red) $(count blue)" "0 -> 1 0 -> 1" "is used from then on"
succeeds "taken out" map delete outer 0
ask_victim signal
wait_for global_is hits 3
is "$(global nothing)" 1 "then there is none"
fails_with 1 "no entry '3'" "an empty place" map get outer 3
fails_with 1 "the maps in a map have one type" "a map of another kind" \
	map set outer 0 "$(map_id other)"
fails_with 1 "no map has the id 4294967295" "no such id" map set outer 0 4294967295
fails_with 1 "no map 'nowhere-to-be'" "no such name" map set outer 0 nowhere-to-be
stop_run
is $? 0 "ends well"

unit=$(test_unit untold <<END
[object]
path = test.bpf.o
END
)
fails_with 1 "nothing says what the maps in this map are like" "made of what?" cleat run "$unit"
unit=$(test_unit small <<END
[object]
path = test.bpf.o
[map untold]
inner = red
[map outer]
max-entries = 1
END
)
fails_with 1 "no room for 'blue'" "more from the object than there is room" cleat run "$unit"
unit=$(test_unit wrong <<END
[object]
path = test.bpf.o
[map untold]
inner = rd
END
)
fails_with 1 "map 'untold': 'rd' is no map of the object.*did you mean 'red'" "made of nothing" cleat run "$unit"
done_testing
