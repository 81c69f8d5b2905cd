#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tracing plugin: tp_btf everywhere; fentry, fexit and fmod_ret where the
# kernel lets us, and what is said where it does not; programs on programs.
. "$TEST_LIB"
requires_hook tp_btf
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

run_unit "$(unit tracepoint "[program on_signal]
load = yes")" || bail "attached to a tracepoint"
ok "attached to a tracepoint"
kill -s CONT "$VICTIM_PID"
succeeds "it fires, and reads through a typed pointer" wait_for global_is signals 1
is "$(global argument)" 18 "with its argument"
like "$(cleat list links)" 'tracing .*on_signal +attach=tp_btf target=signal_generate' \
	"the link is described in keys"
stop_run
is $? 0 "ends well"

run_unit "$(unit target "[program anywhere]
load = yes
[attach anywhere]
target = sys_exit")" || bail "attached where the unit says"
ask_victim parent
succeeds "the target can come from the unit" wait_for global_reaches signals 1
stop_run
if run_unit "$(unit cookie "[program with_cookie]
load = yes
[attach with_cookie]
cookie = 11")" >"$TEST_TMP/cookie"; then
	ask_victim parent
	succeeds "the cookie arrives" wait_for global_is cookies 11
	stop_run
else
	like "$(<"$RUN_ERR")" 'kernel 5\.19|verifier' "a kernel without such cookies says so"
fi

try() { # HOOK UNIT: runs it, or tests what is said
	if have_hook "$1"; then
		run_unit "$2" || bail "$1: attached"
		return 0
	fi
	fails_with 1 "the kernel refuses programs of type 'tracing' attached as '(trace_f(entry|exit)|modify_return)' to '[a-z_]+': operation not permitted.*(policy|needs CAP)" \
		"$1: a kernel that refuses it is explained" cleat run "$2" ||
		diag "$HOOK_REASON"
	return 1
}

functions=$(unit functions "[program on_entry]
load = yes
[program on_exit]
load = yes")
if try fexit "$functions"; then
	ask_victim read
	succeeds "fentry fires" wait_for global_is entries 1
	succeeds "fexit fires" wait_for global_is exits 1
	is "$(global result)" 1 "with the result"
	# Before 5.13 a link does not say its target.
	like "$(cleat list links)" 'on_entry +attach=fentry( target=vfs_read|[[:space:]])' \
		"fentry is described"
	like "$(cleat list links)" 'on_exit +attach=fexit( target=vfs_read|[[:space:]]|$)' \
		"fexit, too"
	stop_run
	is $? 0 "ends well"
fi

session=$(unit session "[program on_session]
load = yes")
if have_hook fsession; then
	run_unit "$session" || bail "fsession: attached"
	ask_victim read
	succeeds "fsession fires at both ends" wait_for global_is sessions 2
	like "$(cleat list links)" 'on_session +attach=fsession target=vfs_read' "it is described"
	stop_run
	is $? 0 "ends well"
else
	fails_with 1 "error: .*(this kernel has no programs of type 'tracing' attached as 'trace_fsession'|not permitted|no function)" \
		"fsession: a kernel without it is explained" cleat run "$session"
fi
many=$(unit many "[program on_many]
load = yes
[attach on_many]
target = vfs_read
target = vfs_wri?e
target = vfs_writ*
except = vfs_writev")
if have_hook tracing_multi; then
	run_unit "$many" || bail "fentry.multi: attached"
	ask_victim read
	succeeds "fentry.multi fires" wait_for global_reaches many 1
	like "$(cleat list links)" 'tracing_multi +tracing .*on_many +attach=fentry.multi functions=2 .*target=vfs_(read|write)' \
		"one link for both functions"
	stop_run
	is $? 0 "ends well"
else
	fails_with 1 "error: .*(this kernel has no programs of type 'tracing' attached as 'trace_fentry_multi'|not permitted)" \
		"fentry.multi: a kernel without it is explained" cleat run "$many"
fi

deny=$(unit deny "[program deny]
load = yes")
if try fmod_ret "$deny"; then
	ask_victim read
	is "$ANSWER" -1 "fmod_ret decides"
	is "$(global denied)" 1 "it counted what it refused"
	stop_run
	ask_victim read
	is "$ANSWER" 1 "and no longer, when it is gone"
fi

run_unit "$(unit first "[program plain]
load = yes")" || bail "a program to be traced"
first=$RUN_PID
id=$(cleat list programs | sed -n 's/^ *\([0-9]*\) .* plain .*/\1/p' | tail -n 1)
second=$(unit second "[program on_program]
load = yes
target-program = $id
target = plain")
if try fentry "$second"; then
	ask_victim parent
	succeeds "a program on a program fires" wait_for global_reaches entries 1
	# Before 5.18 nothing says that the target is a program.
	like "$(cleat list links)" \
		"on_program +attach=fentry( target=plain target-program=$id|[[:space:]]|\$)" \
		"its link is described"
	stop_run
fi
fails_with 1 "no function 'plane'" "refused: no such function in the program" \
	cleat run "$(unit other "[program on_program]
load = yes
target-program = $id
target = plane")"
stop_run "$first"

refused() { # NAME LINES REGEX
	fails_with 1 "$3" "refused: $1" cleat run "$(unit "$1" "$2")"
}
refused "tracepoint" "[program anywhere]
load = yes
target = sys_entr" "this kernel has no tracepoint 'sys_entr'.*did you mean 'sys_enter'"
refused "function" "[program on_program]
load = yes
target = vfs_reed" "this kernel has no function 'vfs_reed'.*did you mean 'vfs_read'"
refused "module" "[program on_program]
load = yes
target = nowhere:vfs_read" "this kernel has no function 'vfs_read' in nowhere"
refused "many targets" "[program on_entry]
load = yes
[attach on_entry]
target = vfs_read
target = vfs_write" "a program has one target, but for the multi forms"
refused "functions of two modules" "[program on_many]
load = yes
[attach on_many]
target = vfs_read
target = veth:veth_*" "'vfs_read' and 'veth:veth_\*' are not of one module"
if have_hook tracing_multi; then
	refused "no such module" "[program on_many]
load = yes
target = nowhere:veth_*" "no module 'nowhere' with types is loaded.*modprobe nowhere"
fi
if have_hook tracing_multi && new_netns && [ -e /sys/kernel/btf/veth ]; then
	run_unit "$(unit module "[program counts]
load = yes
target = veth:veth_xmi*
target = veth:veth_poll")" || bail "fentry.multi of a module: $(<"$RUN_ERR")"
	answers "$NS_A" "$IP4_B" >/dev/null
	succeeds "fentry.multi fires on a module's functions" wait_for global_reaches many 1
	like "$(cleat list links)" 'attach=fentry.multi functions=2 .*target=veth:veth_(xmit|poll)' \
		"the link says the module"
	stop_run
	is $? 0 "ends well"
else
	skip "functions of a module by one link" "${HOOK_REASON:-veth is no module with types here}"
fi
case $(uname -r) in
5.*) skip "another target than that of load" "this kernel does not say what a program was loaded for" ;;
*)
	fails_with 1 "\[attach anywhere again\]: .*was loaded for 'sys_enter', not 'sys_exit'.*one target" \
		"another target than that of load" cleat run "$(unit other "[program anywhere]
load = yes
[attach anywhere]
target = sys_enter
[attach anywhere again]
target = sys_exit")"
	;;
esac
refused "except without a pattern" "[program on_entry]
load = yes
[attach on_entry]
except = vfs_write" "only multi forms match several"
refused "no target" "[program on_program]
load = yes" "key 'target' is missing.*kernel function"
refused "no target, not to be attached" "[program on_program]
load = yes
attach = no" "nothing says what it traces.*fentry/NAME"
refused "no program" "[program on_program]
load = yes
target-program = 4000000000
target = f" "cannot open program '4000000000'"
done_testing
