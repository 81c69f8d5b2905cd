#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The iter plugin: tasks (all, one process's), a map's elements, cgroups; read
# from a pin and copied into a file; what is said about wrong places.
. "$TEST_LIB"
requires_hook iter
start_victim

# unit NAME PROGRAM KEYS
unit() {
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[map numbers]
		entry = 1 -> 100
		entry = 2 -> 200
		[program $2]
		load = yes
		[attach $2]
		$3
	END
}

pin=/sys/fs/bpf/walk
run_unit "$(unit tasks tasks "pin = $pin")" || bail "attached and pinned"
ok "attached and pinned"
like $'\n'"$(<$pin)"$'\n' $'\n'"$VICTIM_PID $VICTIM_PID"$'\n' "reading the pin walks over tasks"
start=$(<$pin)
tail -f /dev/null &
like "$(<$pin)" "(^|[^0-9])$! $!" "each reading walks anew"
is "$(grep -c " $!\$" <<<"$start")" 0 "that one was not there before"
kill $!
like "$(cleat list links)" 'iter +iter .*tasks +target=task' "the link is described in keys"
stop_run
is $? 0 "ends well"
fails_with 1 "" "the pin is gone" test -e $pin

out=$TEST_TMP/out
run_unit "$(unit elements elements "map = numbers
output = $out")" || bail "attached to a map"
is "$(sort "$out" | tr '\n' ' ')" "1=100 2=200 " "a map's elements are written out"
like "$(cleat list links)" 'elements +target=bpf_map_elem map-id=[0-9]+' "its link is described"
id=$(cleat list links | sed -n 's/.*map-id=\([0-9]*\).*/\1/p')
first=$RUN_PID
run_unit "$(unit by-id elements "map-id = $id
output = $out.id")" || bail "attached to the map of another"
is "$(sort "$out.id" | tr '\n' ' ')" "1=100 2=200 " "also those of another object's, by its id"
stop_run
stop_run "$first"

if run_unit "$(unit one tasks "pid = $VICTIM_PID
output = $out.one")" >"$TEST_TMP/one"; then
	is "$(<"$out.one")" "$VICTIM_PID $VICTIM_PID" "one process alone"
	like "$(cleat list links)" "tasks +target=task (pid|tid)=$VICTIM_PID" "its link is described"
	stop_run
else
	like "$(<"$RUN_ERR")" 'cannot attach the iterator.*cannot be told where' \
		"a kernel that cannot be told a process says so"
fi

new_cgroup
mkdir "$CGROUP/below"
above=$(stat -c %i "$CGROUP") below=$(stat -c %i "$CGROUP/below")
if run_unit "$(unit group cgroups "cgroup = $CGROUP
order = descendants-first
output = $out.group")" >"$TEST_TMP/group"; then
	is "$(tr '\n' ' ' <"$out.group")" "$below $above end " "cgroups, those below first"
	like "$(cleat list links)" "target=cgroup cgroup-id=$above order=descendants-first" \
		"its link is described"
	stop_run
	run_unit "$(unit self cgroups "cgroup-id = $above
order = self
output = $out.self")" || bail "attached to a cgroup by its id"
	is "$(tr '\n' ' ' <"$out.self")" "$above end " "a cgroup alone, by its id"
	stop_run
else
	like "$(<"$RUN_ERR")" "has no iterator 'cgroup'" "a kernel without it says so"
fi
rmdir "$CGROUP/below"

# Each walk is done by one of them from its beginning to its end.
walk() {
	while [ "$EVENTS" -lt 20 ]; do
		cat /sys/fs/bpf/walk >/dev/null || return 1
		EVENTS=$((EVENTS + 1))
	done
}
replaces "replaced" tasks walks walk pin=/sys/fs/bpf/walk

refused() { # NAME PROGRAM KEYS REGEX
	fails_with 1 "$4" "refused: $1" cleat run "$(unit "$1" "$2" "$3")"
}
refused "target" nothing "target = tusk" "this kernel has no iterator 'tusk'.*did you mean 'task'"
refused "no map" elements "pid = 1" "cannot attach the iterator over 'bpf_map_elem'"
refused "nowhere" elements "" "may need to be told where to walk: map, cgroup or pid"
refused "map" elements "map = nmbers" "no map 'nmbers'.*did you mean 'numbers'"
refused "map id" elements "map-id = 4000000000" "cannot open map 4000000000|is no map-id"
refused "two places" tasks "pid = 1
tid = 1" "'pid' and 'tid' exclude each other"
refused "cgroup" cgroups "cgroup = /nowhere" "cannot open cgroup '/nowhere'|has no iterator 'cgroup'"
refused "pin" tasks "pin = $TEST_TMP/pin" "not on a BPF file system"
refused "output" tasks "output = /nowhere/out" "cannot write '/nowhere/out': [Nn]o such file"
done_testing
