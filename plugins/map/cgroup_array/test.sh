#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_array plugin: a program asks whether a process is in the cgroups
# that the unit and the command line put in; what is refused.
. "$TEST_LIB"
requires_hook tracepoint
new_cgroup
first=$CGROUP
new_cgroup
second=$CGROUP
start_victim

unit=$(test_unit groups <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[map groups]
entry = 0 -> $first
END
)
run_unit "$unit" || bail "attached"
ask_victim signal
succeeds "asked from outside" wait_for global_is hits 1
is "$(global in_first)" 0 "the process is not in the cgroup"
echo "$VICTIM_PID" >"$first/cgroup.procs"
ask_victim signal
wait_for global_is hits 2
is "$(global in_first)" 1 "now it is"
is "$(global in_second)" 0 "and in no other"

relative=${second#"$(cgroup2_mount)"/}
succeeds "another by its path below the root" map set groups 1 "$relative"
echo "$VICTIM_PID" >"$second/cgroup.procs"
ask_victim signal
wait_for global_is hits 3
is "$(global in_first) $(global in_second)" "1 1" "moved from one to the other"
succeeds "taken out" map delete groups 1
ask_victim signal
wait_for global_is hits 4
is "$(global in_second)" 1 "and asked for no longer"
exec {dir}<"$second"
succeeds "by a descriptor" map set groups 1 "fd:$dir"
exec {dir}<&-
echo "$VICTIM_PID" >"$(cgroup2_mount)/cgroup.procs"

fails_with 1 "does not say which cgroup" "a slot cannot be read" map get groups 0
fails_with 1 "cannot open cgroup .*/nowhere" "no such cgroup" map set groups 0 nowhere
fails_with 1 "is no cgroup" "a directory is no cgroup" map set groups 0 "$TEST_TMP"
fails_with 1 "out of range|room for 2" "no such slot" map set groups 2 "$first"
stop_run
is $? 0 "ends well"
done_testing
