#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The perf_event plugin: a clock by frequency and by period, on CPUs, in a
# process, its threads and children; breakpoints; what is said about the rest.
. "$TEST_LIB"
requires_hook perf_event
start_victim

# unit NAME LINES
unit() {
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		[attach on_overflow]
		$2
	END
}

# sampled GLOBAL N: the victim is kept busy until then; where the CPU is shared, it may take a while
sampled() { ask_victim spin 50 && global_reaches "$@"; }

run_unit "$(unit clock "event = cpu-clock
frequency = 200")" || bail "attached to the clock of each CPU"
ok "attached to the clock of each CPU"
succeeds "a busy process is sampled" wait_for sampled ours 2
if have_hook perf_info; then
	is "$(cleat list links | grep -c 'perf_event  *perf_event .*event=cpu-clock')" \
		"$(nproc --all)" "a link for each CPU, described in keys"
else
	skip "a link for each CPU" "$HOOK_REASON"
fi
stop_run
is $? 0 "ends well"

cookie='' wanted=0
if have_hook perf_link; then cookie='cookie = 5' wanted=5; fi
run_unit "$(unit period "period = 1000000
cpu = 0
$cookie")" || bail "attached to the clock of one CPU by period"
wait_for sampled all 5
is "$(global cpus)" 1 "CPU 0 alone"
stop_run

run_unit "$(unit process "event = cpu-clock
period = 1000000
pid = $VICTIM_PID
$cookie")" || bail "attached in one process"
succeeds "the process is sampled" wait_for sampled ours 5
is "$(global all)" "$(global ours)" "and nothing else is"
is "$(global cookies)" $wanted "the cookie arrives"
is "$(global period)" 1000000 "the period is the one asked for"
stop_run

run_unit "$(unit child "event = context-switches
period = 1
pid = $VICTIM_PID
inherit = yes")" || bail "attached with children"
for _ in 1 2 3; do ask_victim child 1; done
succeeds "children are counted, too" wait_for global_reaches all 3
stop_run

run_unit "$(unit faults "event = 1:2
period = 1
pid = $VICTIM_PID
mode = user")" || bail "attached to an event by number"
ask_victim child 1
ok "attached to an event by number"
stop_run

words=''
if run_unit "$(unit word "event = mem:$VICTIM_WORD/4:w
pid = $VICTIM_PID")" 2>/dev/null; then
	ask_victim poke 1
	ask_victim poke 2
	succeeds "a breakpoint on a variable fires" wait_for global_is ours 2
	is "$(printf '0x%x' "$(global address)")" "$VICTIM_WORD" "at its address"
	words=yes
	stop_run
else
	like "$(<"$RUN_ERR")" "this machine cannot count 'mem:|cannot open event 'mem:" \
		"a machine without breakpoints says so"
fi

if run_unit "$(unit cycles "event = cycles
pid = $VICTIM_PID")" >"$TEST_TMP/cycles"; then
	ask_victim spin 50
	succeeds "cycles are counted" wait_for global_reaches ours 1
	stop_run
else
	like "$(<"$RUN_ERR")" "cycles.ini:.*this machine cannot count 'cycles'" \
		"a machine without counters says so"
fi

# What a clock has counted goes with the event that is replaced, so this needs events that count one
# by one: writes to a variable.
pokes() {
	for ((EVENTS = 0; EVENTS < 100; EVENTS++)); do ask_victim poke "$EVENTS"; done
}
if [ -n "$words" ]; then
	replaces "replaced" on_overflow all pokes "event=mem:$VICTIM_WORD/4:w" "pid=$VICTIM_PID"
else
	skip "replaced: no event is missed" "this machine has no breakpoints"
fi

refused() { # NAME LINES REGEX
	fails_with 1 "$3" "refused: $1" cleat run "$(unit "$1" "$2")"
}
refused "name" "event = cpu-clok" "no event 'cpu-clok'.*did you mean 'cpu-clock'"
refused "breakpoint" "event = mem:word" "'mem:word' is not mem:ADDRESS"
refused "two rates" "period = 1
frequency = 1" "'period' and 'frequency' exclude each other"
refused "never" "frequency = 0" "a frequency of 0 is never"
refused "too often" "frequency = 100000000" "invalid argument.*perf_event_max_sample_rate"
refused "CPU" "cpu = 4095" "CPU 4095 is not online"
refused "process" "pid = 999999999" "no process 999999999"
refused "inherit" "inherit = yes" "'inherit' needs a 'pid'"
refused "cgroup" "cgroup = $TEST_TMP" "cannot count events by cgroup here"
done_testing
