#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgrp_storage plugin: a program counts in a value that lives with a cgroup,
# which is set, read and deleted through its path.
. "$TEST_LIB"
requires_hook tp_btf map_cgrp_storage
new_cgroup
start_victim

unit=$(test_unit calls <<END
[object]
path = test.bpf.o
[map calls]
entry = $CGROUP -> 0
END
)
run_unit "$unit" || bail "attached"
ask_victim parent
is "$(map get calls "$CGROUP")" "$CGROUP -> 0" "nobody is in the cgroup"
echo "$VICTIM_PID" >"$CGROUP/cgroup.procs"
for _ in 1 2 3; do ask_victim parent; done
calls=$(map get calls "$CGROUP" --json)
calls=${calls##*:}
calls=${calls//[!0-9]/}
if [ "$calls" -ge 3 ]; then ok "counted with the cgroup"; else not_ok "counted with the cgroup"; fi
relative=${CGROUP#"$(cgroup2_mount)"/}
succeeds "set by its path below the root" map set calls "$relative" 1000000
ask_victim parent
like "$(map get calls "$relative")" "^$CGROUP -> 10000[0-9]{2}$" "the program goes on from there"
echo "$VICTIM_PID" >"$(cgroup2_mount)/cgroup.procs"
succeeds "deleted" map delete calls "$CGROUP"
fails_with 1 "no entry" "and gone" map get calls "$CGROUP"
fails_with 1 "cannot open cgroup .*/nowhere" "no such cgroup" map get calls nowhere
fails_with 1 "no descriptor of a cgroup" "a file is no cgroup" map get calls fd:0
fails_with 1 "no entries to walk" "nothing can be walked" map dump calls
stop_run
is $? 0 "ends well"
done_testing
