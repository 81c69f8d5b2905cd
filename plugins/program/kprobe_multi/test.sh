#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The kprobe_multi plugin: patterns, names, exceptions, returns and sessions, by
# one link and by single probes; what is said where they cannot be had.
. "$TEST_LIB"
start_victim

# unit NAME "PROGRAM..." LINES
unit() {
	programs_unit "$1" "on_call on_return session" "$2" "[global only_pid]
value = $VICTIM_PID
$3"
}
details() { cleat list links | grep -E " $1 "; }

fails_with 1 "'vfs read' is not \[MODULE:\]NAME" "no name" \
	cleat check "$(unit bad on_call "[attach on_call]
function = vfs read")"
fails_with 1 "a session needs one link" "single probes for a session" \
	cleat check "$(unit bad session "[attach session]
via = single")"

if ! have_hook kprobe; then
	fails_with 1 "this kernel has no kprobes" "a kernel without kprobes says so" \
		cleat run "$(unit none on_return "")"
	skip "the rest" "$HOOK_REASON"
	done_testing
	exit
fi

have_hook kprobe_multi
multi=$?
multi_reason=$HOOK_REASON

# sees WHAT LINKS: calls and returns, where there are so many links
sees() {
	local what=$1 links=$2
	ask_victim read
	succeeds "$what: the call is seen" wait_for global_reaches hits 1
	succeeds "$what: and its return" wait_for global_reaches returns 1
	is "$(cleat list links | grep -cE ' on_(call|return) ')" "$links" "$what: so many links"
	stop_run
	is $? 0 "$what: ends well"
}
run_unit "$(unit auto "on_call on_return" "")" || bail "auto" "$(<"$RUN_ERR")"
if [ $multi = 0 ] || have_hook perf_link; then sees "auto" 2; else sees "auto" 0; fi
VIA=single run_unit "$(VIA=single unit single "on_call on_return" "")" || bail "single" "$(<"$RUN_ERR")"
if have_hook perf_link; then sees "single" 2; else sees "single" 0; fi

# Many, some of which cannot be probed one by one.
run_unit "$(VIA=single unit many on_call "[attach on_call]
function = vfs_read*
function = vfs_get*
except = vfs_readv")" || bail "many" "$(<"$RUN_ERR")"
ask_victim read
succeeds "several patterns, single" wait_for global_reaches hits 1
if have_hook perf_link; then
	n=$(cleat list links | grep -c ' on_call ')
	if [ "$n" -gt 2 ]; then ok "a link for each"; else not_ok "a link for each" "$n"; fi
fi
stop_run
is $? 0 "and ends well"

if [ $multi = 0 ]; then
	run_unit "$(unit cookie on_call "[attach on_call]
function = vfs_read
function = vfs_write
cookie = 6")" || bail "cookie" "$(<"$RUN_ERR")"
	ask_victim read
	succeeds "names and a cookie" wait_for global_reaches cookies 6
	like "$(details on_call)" 'kprobe_multi .*attach=kprobe.multi function=vfs_(read|write) function=vfs_(read|write)' \
		"the link is described in keys"
	stop_run
	run_unit "$(unit all on_call "[attach on_call]
function = vfs_*
except = vfs_read
except = vfs_readv")" || bail "all" "$(<"$RUN_ERR")"
	like "$(details on_call)" 'functions=[0-9][0-9]' "a pattern attaches to many"
	stop_run
	address=$(sed -n 's/^\([0-9a-f]*\) [tT] vfs_read$/\1/p' /proc/kallsyms | head -n 1)
	run_unit "$(unit address on_return "[attach on_return]
function = 0x$address")" || bail "address" "$(<"$RUN_ERR")"
	ask_victim read
	succeeds "an address" wait_for global_reaches returns 1
	like "$(details on_return)" 'attach=kretprobe.multi function=vfs_read' "and described by name"
	stop_run
else
	skip "one link" "$multi_reason"
	fails_with 1 "this kernel has no links for many kprobes" "one link where there are none" \
		cleat run "$(VIA=multi unit bad on_call "[attach on_call]
via = multi")"
fi

if [ $multi = 0 ] && have_hook kprobe_session; then
	run_unit "$(unit session session "")" || bail "session" "$(<"$RUN_ERR")"
	ask_victim read
	ask_victim read
	succeeds "session: call and return" wait_for global_reaches visits 6
	stop_run
	is $? 0 "session: ends well"
	run_unit "$(unit session session "[global entry_only]
value = 1")" || bail "session, call only" "$(<"$RUN_ERR")"
	# Each command is two reads: of a byte, and of the next command.
	ask_victim read
	ask_victim read
	succeeds "session: the call decides about the return" wait_for global_is visits 4
	stop_run
else
	fails_with 1 "this kernel has no kprobe sessions" "sessions where there are none" \
		cleat run "$(unit session session "")"
fi

fails_with 1 "no function matches 'vfs_nowhere_\*'" "a pattern that matches nothing" \
	cleat run "$(unit bad on_call "[attach on_call]
function = vfs_nowhere_*")"
fails_with 1 "this kernel has no function 'vfs_reed'.*did you mean 'vfs_re" "no such function" \
	cleat run "$(unit bad on_call "[attach on_call]
function = vfs_reed")"
is "$(cleat run "$(unit bad on_call "[attach on_call]
function = vfs_reed")" 2>&1 | grep -c error:)" 1 "one message for one mistake"
done_testing
