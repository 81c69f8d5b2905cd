#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The raw_tracepoint plugin: arguments as they are, several events, the cookie,
# the writable kind; what is said about wrong names.
. "$TEST_LIB"
requires_hook raw_tracepoint
start_victim

# unit NAME [LINES]: loads what the lines say, filtered by the victim and its getppid()
getppid=110 # on x86
case $(uname -m) in aarch64 | riscv64) getppid=173 ;; s390x) getppid=64 ;; esac
unit() {
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		[global only_call]
		value = $getppid
		$2
	END
}

run_unit "$(unit plain "
[program keys]
load = no")" || bail "attached by section names"
ok "attached by section names"
ask_victim parent
ask_victim twice 1
succeeds "the arguments are the kernel's" wait_for global_is enters 1
is "$(global exits)" 0 "and those of another tracepoint are its own"
like "$(cleat list links)" 'raw_tracepoint +raw_tracepoint .*on_enter +event=sys_enter' \
	"the link is described in keys"
stop_run
is $? 0 "ends well"

run_unit "$(unit keys "
[program on_enter]
load = no
[program on_exit]
load = no
[attach keys]
event = sys_enter
event = sys_exit")" || bail "attached by keys"
ask_victim parent
succeeds "one program on two events" wait_for global_reaches keyed 2
stop_run

run_unit "$(unit patterns "
[program on_enter]
load = no
[program on_exit]
load = no
[attach keys]
event = sys_e[nx]*")" || bail "attached by a pattern: $(<"$RUN_ERR")"
ask_victim parent
succeeds "a pattern: a link for each" wait_for global_reaches keyed 2
stop_run

only="
[program on_enter]
load = no
[program on_exit]
load = no
[program keys]
load = no"
if run_unit "$(unit cookie "$only
[program with_cookie]
load = yes
[attach with_cookie]
cookie = 77")"; then
	ask_victim parent
	succeeds "the cookie arrives" wait_for global_is cookies 77
	like "$(cleat list links)" 'event=sys_enter( cookie=77)?' "the link is described"
	stop_run
else
	like "$(<"$RUN_ERR")" 'kernel 6\.10|verifier|no helper|unknown func' \
		"a kernel without such cookies says so"
fi

run_unit "$(unit writer "$only
[program writer]
load = yes")" || bail "attached a program that may write"
ask_victim testrun
succeeds "a writable tracepoint fires" wait_for global_is wrote 1
like "$(cleat list programs)" 'raw_tracepoint_writable' "its program is of the writable type"
like "$(cleat list links)" 'raw_tracepoint .*writer +event=bpf_test_finish' "its link is described"
stop_run
is $? 0 "ends well"

fails_with 1 "cannot attach to raw tracepoint 'sched_switch'.*invalid argument.*lets it" \
	"refused: writing where nothing is lent" cleat run "$(unit refused "$only
[program refused_writer]
load = yes")"

wrong() { # NAME EVENT REGEX
	fails_with 1 "$3" "refused: $2" cleat run "$(unit "$1" "
[program on_exit]
load = no
[program keys]
load = no
[attach on_enter]
event = $2")"
}
wrong name sched_swich "no tracepoint 'sched_swich'.*did you mean 'sched_switch'"
wrong pattern 'nowhere_*' "no tracepoint of this kernel matches 'nowhere_\*'"
wrong category sched/sched_switch "not the name of a raw tracepoint.*write 'sched_switch'"
done_testing
