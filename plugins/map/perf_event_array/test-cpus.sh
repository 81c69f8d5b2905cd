#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# CPUs that come and go while a perf event array is read: what is written on one that came later arrives, also
# when it went and came again, and what it wrote before it went.
. "$TEST_LIB"
if [ -z "${TEST_OWN_MACHINE-}" ]; then
	skip_all "CPUs are switched off and on only where the machine is the test's"
fi
online=/sys/devices/system/cpu/cpu1/online
if [ ! -w "$online" ]; then
	skip_all "a second CPU that can be switched off is needed: CLEAT_VM_CPUS=2 gives two"
fi
requires_hook tracepoint
requires_tool taskset
start_victim
trap 'echo 1 >"$online"; __end' EXIT

# buffers: how many are open, of any map
buffers() { find "/proc/$RUN_PID/fd" -lname '*perf_event*' | wc -l; }
has_buffers() { [ "$(buffers)" = "$1" ]; }
numbers() { grep -o '"number":[0-9]*' "$RUN_OUT" | tr -dc '0-9\n'; }
# on_cpu CPU TIMES: events there
on_cpu() {
	local i
	taskset -p $((1 << $1)) "$VICTIM_PID" >/dev/null
	for ((i = 0; i < $2; i++)); do ask_victim parent; done
}

echo 0 >"$online"
run_unit "$(test_unit cpus <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[output events]
map = t_perf
format = json
END
)" || bail "attached"
one=$(buffers)
on_cpu 0 2
succeeds "records of the CPU that was there" wait_for file_has "$RUN_OUT" '"number":2[,}]'

echo 1 >"$online"
succeeds "a buffer is opened for a CPU that comes" wait_for has_buffers $((one + 1))
on_cpu 1 5
succeeds "its records arrive" wait_for file_has "$RUN_OUT" '"number":7[,}]'

# What it wrote at last is not lost when it goes.
kill -STOP "$RUN_PID"
on_cpu 1 3
on_cpu 0 1
echo 0 >"$online"
kill -CONT "$RUN_PID"
succeeds "and those that it wrote before it went" wait_for file_has "$RUN_OUT" '"number":10[,}]'
succeeds "the buffer of a CPU that went is closed" wait_for has_buffers "$one"
ticks() { awk '{ print $14 + $15 }' "/proc/$RUN_PID/stat"; }
before=$(ticks)
sleep 2
if [ $(($(ticks) - before)) -lt 50 ]; then ok "nobody is woken for it"; else not_ok "nobody is woken for it"; fi

echo 1 >"$online"
succeeds "and opened anew when it comes back" wait_for has_buffers $((one + 1))
on_cpu 1 4
succeeds "with its records" wait_for file_has "$RUN_OUT" '"number":15[,}]'

# Away and back before the reader looks: the old event is dead.
kill -STOP "$RUN_PID"
on_cpu 1 2
on_cpu 0 1
echo 0 >"$online"
echo 1 >"$online"
kill -CONT "$RUN_PID"
succeeds "what it wrote before is read" wait_for file_has "$RUN_OUT" '"number":17[,}]'
# nothing else says that the reader has seen both
arrives_on_1() {
	on_cpu 1 1
	numbers | tail -n 1 | grep -qx "$(global calls)"
}
succeeds "after a moment's absence, too" wait_for arrives_on_1
is "$(numbers | sort -n | uniq -d)" "" "none comes twice"
stop_run
is $? 0 "ends well"
done_testing
