#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The usdt plugin: arguments of all forms, semaphores, patterns, a process,
# several programs and cookies, by one link and by single probes; programs
# linked to fixed addresses; what is said of what is not there.
. "$TEST_LIB"
requires_hook uprobe
start_victim probed
fixed=$TEST_BIN_DIR/probed-fixed

# unit NAME "PROGRAM..." LINES
unit() { programs_unit "$1" "on_probe second sleepable" "$2" "$3"; }
attached() { cleat list links | grep -cE " $1 " || true; }

have_hook uprobe_multi
multi=$?
have_hook perf_link
cookies=$?
# Without cookies, programs find out about a probe by its address alone.
pid=''
if [ $cookies != 0 ]; then pid="pid = $VICTIM_PID"; fi
links() { if [ "$1" = auto ] && [ $multi = 0 ]; then echo 1; elif [ $cookies = 0 ]; then echo "$2"; else echo 0; fi; }

# start NAME PROGRAMS LINES: with $VIA
start() { run_unit "$(unit "$@")" || bail "$1" "$(<"$RUN_ERR")"; }
values() {
	local v
	for v in "$@"; do printf '%s ' "$(global "$v")"; done
}

for VIA in auto single; do
	start forms on_probe "[attach on_probe]
binary = $VICTIM
provider = demo
name = forms
$pid"
	ask_victim forms
	if [ "$ANSWER" = 0 ]; then
		succeeds "$VIA: a probe with arguments" wait_for global_is hits 1
		is "$(values count v0 v1 v2 v3 v4 v5)" "12 -5 129 -1234 3735928559 81985529216486895 -9 " \
			"$VIA: registers and constants, of all sizes"
		is "$(values v6 v7 v8)" "-2 -81985529216486896 1234567890123 " "$VIA: memory, indexed and by name"
		is "$(values v9 v11)" "4613937818241073152 12816 " "$VIA: bits of a floating point number, sums"
		is "$(values v10 error10 none none_error)" "0 -22 0 -2 " "$VIA: what cannot be read, what is not there"
		is "$(values size0 size2 size4)" "1 2 8 " "$VIA: sizes"
		like "$(<"$RUN_ERR")" "warning: .*argument 11 of probe 'demo:forms' cannot be read: '16@%?[xq].*0'" "$VIA: and said"
		is "$(grep -c warning: "$RUN_ERR")" 1 "$VIA: once"
	else
		skip "$VIA: a probe with arguments" "none for this machine"
	fi
	stop_run
	is $? 0 "$VIA: ends well"

	start value on_probe "[attach on_probe]
binary = $VICTIM
provider = demo
name = value
cookie = 77
$pid"
	ask_victim value -3
	succeeds "$VIA: one place of a probe" wait_for global_is v0 -3
	is "$(values count cookie)" "1 77 " "$VIA: its arguments, and the cookie"
	ask_victim again 6
	succeeds "$VIA: another place of it" wait_for global_is v0 6
	is "$(values count v1 cookie)" "2 12 77 " "$VIA: has its own arguments"
	ask_victim other 8
	is "$(values v0 hits)" "6 2 " "$VIA: that of another provider is not meant"
	is "$(attached on_probe)" "$(links $VIA 2)" "$VIA: so many links"
	stop_run

	start patterns on_probe "[attach on_probe]
binary = $VICTIM
provider = *e*o*
name = [pv]*
$pid"
	ask_victim plain
	ask_victim value 2
	succeeds "$VIA: patterns" wait_for global_is hits 2
	stop_run

	start guarded on_probe "[attach on_probe]
binary = $VICTIM
name = guarded
$pid"
	ask_victim guarded 5
	is "$ANSWER" 1 "$VIA: a semaphore says that the probe is wanted"
	succeeds "$VIA: and it is" wait_for global_is v0 5
	stop_run
	ask_victim semaphore
	is "$ANSWER" 0 "$VIA: no more"

	if [ $cookies = 0 ]; then both="cookie = 4"; else both=''; fi
	start both "on_probe second" "[attach on_probe]
binary = $VICTIM
name = *
$pid
[attach second]
binary = $VICTIM
provider = demo
name = value
$pid
$both"
	ask_victim again 7
	succeeds "$VIA: two programs" wait_for global_is second_hits 1
	is "$(values second_value second_cookie v0 v1 cookie)" "21 $((cookies ? 0 : 4)) 7 14 0 " \
		"$VIA: each with its arguments and cookie"
	stop_run
	is $? 0 "$VIA: two programs end well"
done
unset VIA

start fast on_probe "[attach on_probe]
binary = $VICTIM
name = fast
$pid"
ask_victim fast
if [ "$(uname -m)" = x86_64 ] || [ "$(uname -m)" = aarch64 ]; then
	succeeds "a probe before another nop" wait_for global_is v0 1234567890123
	is "$(global v1)" -3 "its constant"
else
	succeeds "a probe before another nop" wait_for global_is hits 1
fi
stop_run

start process on_probe "[attach on_probe]
binary = $VICTIM
name = value
pid = $VICTIM_PID"
echo value 1 | "$VICTIM" >/dev/null
ask_victim value 9
succeeds "one process alone" wait_for global_is v0 9
is "$(values hits pids last_pid)" "1 1 $VICTIM_PID " "it is that process"
stop_run

# At fixed addresses: nothing has to be known of the process.
start fixed on_probe "[attach on_probe]
binary = $fixed
name = forms"
fixed_says=$(echo forms | "$fixed")
if [ "${fixed_says##*$'\n'}" = 0 ]; then
	succeeds "a program at fixed addresses" wait_for global_is hits 1
	is "$(values v0 v3 v6 v7 v8)" "-5 3735928559 -2 -81985529216486896 1234567890123 " "its arguments"
fi
stop_run
start word on_probe "[attach on_probe]
binary = $fixed
name = word"
echo word | "$fixed" >/dev/null
succeeds "its variables by their names" wait_for global_is v0 1234567890123
stop_run

if [ $multi = 0 ]; then
	start sleepable sleepable "[attach sleepable]
binary = $VICTIM
name = value"
	ask_victim value 31
	succeeds "sleepable programs" wait_for global_is v0 31
	stop_run
else
	skip "sleepable programs" "no links for many uprobes here"
fi

# Another root: what is at this path for us is another file for the process.
start_elsewhere
start root on_probe "[attach on_probe]
binary = $ELSEWHERE
name = value
pid = $ELSEWHERE_PID"
ask_elsewhere value 12
succeeds "paths are as the process sees them" wait_for global_is v0 12
stop_run

refused() { # NAME LINES REGEX
	fails_with 1 "$3" "refused: $1" cleat run "$(unit bad on_probe "[attach on_probe]
$2")"
}
refused "a probe that is not there" "binary = $VICTIM
provider = demo
name = vlaue" "no probe 'demo:vlaue' in $VICTIM.*did you mean 'value'"
refused "a provider that is not there" "binary = $VICTIM
provider = memo
name = value" "no probe 'memo:value'.*there are probes of 'demo'"
refused "a binary without probes" "binary = $TEST_BIN_DIR/victim
name = value" "victim has no USDT probes"
refused "no name" "binary = $VICTIM" "'name'"
refused "no binary file" "binary = $ELSEWHERE
name = value" "is not an ELF file"
refused "no process" "binary = $VICTIM
name = value
pid = 999999999" "no process 999999999|999999999"
fails_with 1 "no room for more than 1 kinds of probes.*max-entries = 4" "refused: more kinds than there is room for" \
	cleat run "$(unit bad on_probe "[map __bpf_usdt_specs]
max-entries = 1
[attach on_probe]
binary = $VICTIM
name = *
$pid")"
if [ $cookies != 0 ]; then
	refused "no process, where it is needed" "binary = $VICTIM
name = value" "can be anywhere in memory.*say which process"
fi
done_testing
