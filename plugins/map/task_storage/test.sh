#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The task_storage plugin: a program counts in a value that lives with a process,
# which is set, read and deleted through its number, and goes with it.
. "$TEST_LIB"
requires_hook tp_btf map_task_storage
start_victim

unit=$(test_unit calls <<END
[object]
path = test.bpf.o
[map calls]
entry = pid:$VICTIM_PID -> 0
END
)
run_unit "$unit" || bail "attached"
calls() { map get calls "pid:$VICTIM_PID" | sed 's/.* -> //'; }
ask_victim parent
first=$(calls)
if [ "$first" -gt 0 ]; then ok "counted with the process"; else not_ok "counted with the process"; fi
for _ in 1 2 3; do ask_victim parent; done
now=$(calls)
if [ "$now" -ge $((first + 3)) ]; then ok "and counted on"; else not_ok "and counted on" "$first $now"; fi
like "$(map get calls "pid:$VICTIM_PID")" "^pid:$VICTIM_PID -> [0-9]+$" "the key is read as it is written"
fails_with 1 "no entry 'pid:1'" "other processes have none" map get calls pid:1
succeeds "set" map set calls "pid:$VICTIM_PID" 1000000
ask_victim parent
like "$(calls)" '^10000[0-9]{2}$' "the program goes on from there"
succeeds "deleted" map delete calls "pid:$VICTIM_PID"
ask_victim parent
fails_with 1 "no entry" "and not counted any more" map get calls "pid:$VICTIM_PID"
fails_with 1 "cannot reach task 4194305" "no such process" map get calls pid:4194305
fails_with 1 "is no task: pid:NUMBER" "no process at all" map get calls init
fails_with 1 "no descriptor of a task" "a file is no task" map get calls 0
fails_with 1 "no entries to walk" "nothing can be walked" map dump calls
stop_run
is $? 0 "ends well"
done_testing
