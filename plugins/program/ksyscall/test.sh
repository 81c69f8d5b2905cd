#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The ksyscall plugin: a system call by its name, with arguments and result.
. "$TEST_LIB"
start_victim

# unit NAME LINES
unit() {
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		$2
	END
}
# at NAME KEYS: the program of no section's
at() {
	unit "$1" "[program on_kill]
load = no
[program on_result]
load = no
[program any]
load = yes
[attach any]
$2"
}

fails_with 1 "'kill me' is no name of a system call" "no name" cleat check "$(at bad "syscall = kill me")"
fails_with 1 "'sys_kill' is the kernel's function.*hint: write 'kill'" "a prefix" \
	cleat check "$(at bad "syscall = sys_kill")"
fails_with 1 "'syscall' is missing" "no system call" cleat check "$(at bad "")"

if ! have_hook kprobe; then
	diag "$HOOK_REASON"
	if grep -qE ' (__[a-z0-9]+_)?sys_getppid$' /proc/kallsyms; then
		fails_with 1 "this kernel has no kprobes" "a kernel without kprobes says so" \
			cleat run "$(unit none "")"
	fi
	skip "the rest" "$HOOK_REASON"
	done_testing
	exit
fi

run_unit "$(unit both "")" || bail "attached to a call and its return" "$(<"$RUN_ERR")"
ok "attached to a call and its return"
ask_victim signal
succeeds "the call is seen" wait_for global_is hits 1
is "$(global number)" 10 "with its argument"
is "$(global returns) $(global result)" "1 10" "and its result"
stop_run
is $? 0 "ends well"

run_unit "$(at two "syscall = kill
syscall = getppid
cookie = 0")" || bail "attached to two"
ask_victim signal
ask_victim parent
succeeds "one program on two calls" wait_for global_is calls 2
stop_run

run_unit "$(at pattern "syscall = kil?
syscall = getpp*d")" || bail "attached to patterns: $(<"$RUN_ERR")"
ask_victim signal
ask_victim parent
succeeds "patterns: a probe for each" wait_for global_is calls 2
stop_run
fails_with 1 "no system call of this kernel matches 'nosuch\*'" "a pattern that matches nothing" \
	cleat run "$(at bad "syscall = nosuch*")"

fails_with 1 "this kernel has no system call 'getpid_'.*did you mean 'getp?pid'" "no such call" \
	cleat run "$(at bad "syscall = getpid_")"
is "$(cleat run "$(at bad "syscall = nosuch")" 2>&1 | grep -c error:)" 1 "one message for one mistake"
done_testing
