#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The kprobe plugin: functions, their returns, addresses, modules, tracefs; what
# is said about functions that are not there, and on kernels without kprobes.
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
	unit "$1" "[program on_read]
load = no
[program on_result]
load = no
[program anywhere]
load = yes
[attach anywhere]
$2"
}

refused() { # NAME KEYS REGEX
	fails_with 1 "$3" "refused: $1" cleat run "$(at "$1" "$2")"
}
refused "no place" "function = vfs read" "'vfs read' is not \[MODULE:\]NAME\[\+OFFSET\] or an address"
refused "offset" "function = vfs_read+" "is not \[MODULE:\]NAME"
refused "address" "function = 0xwhere" "is not \[MODULE:\]NAME"

if ! have_hook kprobe; then
	diag "$HOOK_REASON"
	fails_with 1 "this kernel has no kprobes" "a kernel without kprobes says so" \
		cleat run "$(unit none "")"
	done_testing
	exit
fi

run_unit "$(unit both "")" || bail "attached to a function and its return"
ok "attached to a function and its return"
ask_victim read
succeeds "the call is seen" wait_for global_is hits 1
is "$(global argument)" 1 "with its argument"
is "$(global returns) $(global result)" "1 1" "and its result"
if have_hook perf_info; then
	like "$(cleat list links)" 'kprobe .*on_read +attach=kprobe function=vfs_read' \
		"the link is described in keys"
	like "$(cleat list links)" 'on_result +attach=kretprobe function=vfs_read' \
		"that of the return, too"
else
	skip "the links are described" "$HOOK_REASON"
fi
stop_run
is $? 0 "ends well"

if have_hook perf_link; then
	run_unit "$(unit cookie "[program on_result]
load = no
[attach on_read]
cookie = 6")" || bail "attached with a cookie"
	ask_victim read
	succeeds "the cookie arrives" wait_for global_is cookies 6
	stop_run
else
	skip "the cookie arrives" "$HOOK_REASON"
fi

run_unit "$(at two "function = vfs_read
function = vfs_open")" || bail "attached to two functions"
before=$(global places)
ask_victim read
succeeds "one program on two functions" wait_for global_reaches places $((before + 2))
stop_run

run_unit "$(at pattern "function = vfs_rea[d]
function = vfs_ope?
cookie = 0")" || bail "attached to patterns: $(<"$RUN_ERR")"
ask_victim read
succeeds "patterns: a probe for each" wait_for global_reaches places 2
stop_run
refused "pattern" "function = vfs_nowhere_*" "no function matches 'vfs_nowhere_\*'"

address=$(sed -n 's/^\([0-9a-f]*\) [tT] vfs_open$/\1/p' /proc/kallsyms | head -n 1)
if [[ $address =~ [1-9a-f] ]]; then
	run_unit "$(at address "function = 0x$address")" || bail "attached at an address"
	ask_victim read
	succeeds "an address is a place, too" wait_for global_reaches places 1
	stop_run
	run_unit "$(at offset "function = vfs_open+0x0")" || bail "attached at an offset"
	stop_run
else
	skip "an address is a place, too" "the kernel hides addresses"
fi

run_unit "$(at tracefs "function = vfs_open
via = tracefs")" || bail "attached through tracefs"
like "$(</sys/kernel/tracing/kprobe_events)" "cleat/at_$RUN_PID" "the event is there"
ask_victim read
succeeds "it fires" wait_for global_reaches places 1
stop_run
is "$(grep -c "cleat/at_$RUN_PID" /sys/kernel/tracing/kprobe_events)" 0 "the event is gone"

if new_netns 2>/dev/null && grep -q '^veth ' /proc/modules; then
	run_unit "$(at module "function = veth:veth_xmit")" || bail "attached in a module"
	ok "attached in a module"
	stop_run
	refused "module" "function = nowhere:veth_xmit" "cannot probe 'nowhere:veth_xmit'.*is module 'nowhere' loaded"
else
	skip "attached in a module" "veth is no module here"
fi

refused "function" "function = vfs_reed" "this kernel has no function 'vfs_reed'.*did you mean 'vfs_read'"
if [ "$(uname -m)" = x86_64 ]; then
	# A function begins with an instruction of four or five bytes, for tracing.
	refused "inside an instruction" "function = vfs_read+2" \
		"cannot probe 'vfs_read\+2'.*where an instruction of the function begins"
fi
done_testing
