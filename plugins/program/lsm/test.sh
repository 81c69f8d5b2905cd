#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lsm plugin: a program says no to what one process does; by section and by
# key; cookies; sleepable programs; hooks that are not there.
. "$TEST_LIB"

# unit NAME PROGRAM [LINE...]: one program, with these lines in its section [program]
unit() {
	local name=$1 program=$2 p line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n[global only_pid]\nvalue = %s\n' "${pid-0}"
		for p in no_nice cookie_nice opened anywhere; do
			printf '[program %s]\n' $p
			if [ $p = "$program" ]; then
				echo 'load = yes'
				for line in "$@"; do echo "$line"; done
			else
				echo 'load = no'
			fi
		done
	} | test_unit "$name"
}

# What can be known without the kernel's consent.
fails_with 1 "does not say at which security hook it runs|'hook' is missing" "no hook" \
	cleat check "$(unit bad anywhere)"
fails_with 1 "security hook 'task_setnize'.*did you mean 'task_setnice'|Operation not permitted" \
	"no such hook" cleat run "$(unit bad anywhere "hook = task_setnize")"

if ! have_hook lsm; then
	reason=$HOOK_REASON
	fails_with 1 "bad.ini|test.bpf.o" "refused: said once" cleat run "$(unit bad no_nice)"
	is "$(cleat run "$(unit bad no_nice)" 2>&1 | grep -c 'error:')" 1 "refused: one message"
	skip "security hooks" "$reason"
	done_testing
	exit
fi

start_victim
pid=$VICTIM_PID
ask_victim nice 7
is "$ANSWER" 0 "without the program"

# refuses WHAT PROGRAM [LINE...]
refuses() {
	local what=$1
	shift
	if ! run_unit "$(unit nice "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	ask_victim nice 7
	is "$ANSWER" 1 "$what: refused"
	ask_victim nice 5
	is "$ANSWER" 0 "$what: another value is not"
	is "$(global asked)" 2 "$what: it was asked twice"
	is "$(echo nice 7 | "$VICTIM" | sed -n 2p)" 0 "$what: other processes are not concerned"
	like "$(cleat list links --json)" '"plugin":"lsm"' "$what: it is listed"
	if [ "${knows_targets-}" ]; then
		like "$(cleat list links --json)" '"plugin":"lsm","hook":"task_setnice"' "$what: with its hook"
	fi
	stop_run
	is $? 0 "$what: ends well"
	ask_victim nice 7
	is "$ANSWER" 0 "$what: allowed again"
}
case $(uname -r) in 5.*) ;; *) knows_targets=yes ;; esac
refuses "by section" no_nice

if run_unit "$(unit key anywhere "hook = task_setnice")"; then
	ask_victim nice 5
	succeeds "by key" global_reaches asked 1
	stop_run
else
	not_ok "by key" "$(<"$RUN_ERR")"
fi

if [ "${knows_targets-}" ]; then
	unit=$(unit cookie cookie_nice)
	printf '[attach cookie_nice]\ncookie = 7\n[attach cookie_nice again]\ncookie = 0x10\n' >>"$unit"
	if run_unit "$unit"; then
		not_ok "one program, one hook, twice"
		stop_run
	else
		ok "one program, one hook, twice: the kernel refuses"
	fi
	unit=$(unit cookie cookie_nice)
	printf '[attach cookie_nice]\ncookie = 23\n' >>"$unit"
	if run_unit "$unit"; then
		ask_victim nice 5
		is "$(global cookies)" 23 "the cookie"
		stop_run
	else
		not_ok "the cookie" "$(<"$RUN_ERR")"
	fi
	if run_unit "$(unit sleep opened)"; then
		ask_victim read
		succeeds "a program that may sleep" global_reaches sleeping 1
		stop_run
	else
		not_ok "a program that may sleep" "$(<"$RUN_ERR")"
	fi
else
	skip "cookies, programs that may sleep" "they need a younger kernel"
fi

# The first [attach] counts when it is loaded.
unit=$(unit other no_nice)
printf '[attach no_nice]\nhook = task_setnice\n[attach no_nice again]\nhook = file_open\n' >>"$unit"
if [ "${knows_targets-}" ]; then
	fails_with 1 "was loaded for security hook 'task_setnice', not 'file_open'.*in \\[program no_nice\\]" \
		"another hook than that of load" cleat run "$unit"
fi
done_testing
