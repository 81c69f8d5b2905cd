#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The uprobe_multi plugin: patterns, names, exceptions, offsets, a process,
# cookies, returns and sessions, by one link and by single probes; what is said
# of what is not there.
. "$TEST_LIB"
requires_hook uprobe uretprobe
start_victim

# unit NAME "PROGRAM..." LINES
unit() { programs_unit "$1" "on_call on_return session sleepable" "$2" "$3"; }
details() { cleat list links | grep -E " $1 "; }
attached() { cleat list links | grep -cE ' on_(call|return) ' || true; }
target="binary = $VICTIM
function = victim_tw*"
both="[attach on_call]
$target
[attach on_return]
$target"

have_hook uprobe_multi
multi=$?
multi_reason=$HOOK_REASON

# Two versions of a function are two places.
# sees WHAT LINKS: calls and returns of both, where there are so many links
sees() {
	local what=$1 links=$2
	ask_victim twice 21
	ask_victim old 4
	succeeds "$what: both places are seen" wait_for global_is hits 2
	succeeds "$what: and their returns" wait_for global_is returns 2
	is "$(attached)" "$links" "$what: so many links"
	stop_run
	is $? 0 "$what: ends well"
}
run_unit "$(unit auto "on_call on_return" "$both")" || bail "auto" "$(<"$RUN_ERR")"
if [ $multi = 0 ]; then sees "auto" 2; elif have_hook perf_link; then sees "auto" 4; else sees "auto" 0; fi
run_unit "$(VIA=single unit single "on_call on_return" "$both")" || bail "single" "$(<"$RUN_ERR")"
if have_hook perf_link; then sees "single" 4; else sees "single" 0; fi

run_unit "$(unit process on_call "[attach on_call]
$target
pid = $VICTIM_PID")" || bail "attached in one process" "$(<"$RUN_ERR")"
echo twice 1 | "$VICTIM" >/dev/null
ask_victim child 1
ask_victim thread 2
ask_victim twice 3
succeeds "one process alone is seen, with its threads" wait_for global_is hits 2
is "$(global pids) $(global last_pid)" "1 $VICTIM_PID" "it is that process"
stop_run

# "NAME COOKIES": a cookie for each of three places
run_cookies() {
	VIA=$1 run_unit "$(VIA=$1 unit cookies on_call "[attach on_call]
binary = $VICTIM
function = victim_twice@VICTIM_1
function = victim_twice@@VICTIM_2
cookie = 5
cookie = 7")"
}
for via in auto single; do
	if ! have_hook perf_link; then
		skip "$via: a cookie for each" "$HOOK_REASON"
		continue
	fi
	run_cookies $via || bail "$via: cookies" "$(<"$RUN_ERR")"
	ask_victim old 1
	succeeds "$via: the cookie of the first" wait_for global_is cookies 5
	ask_victim twice 1
	succeeds "$via: and of the second" wait_for global_is cookies 7
	if [ "$via" = auto ] && [ $multi = 0 ] && have_hook uprobe_info; then
		like "$(details on_call)" "uprobe_multi .*attach=uprobe.multi binary=$VICTIM offset=[0-9]+ cookie=5 offset=[0-9]+ cookie=7" \
			"the link is described in keys"
		offset=$(details on_call | sed -n 's/.*offset=\([0-9]*\) cookie=7.*/\1/p')
	fi
	stop_run
done
if [ -n "${offset-}" ]; then
	run_unit "$(unit offset on_return "[attach on_return]
binary = $VICTIM
offset = $offset")" || bail "an offset" "$(<"$RUN_ERR")"
	ask_victim twice 2
	ask_victim old 2
	succeeds "an offset in the file is a place, too" wait_for global_is returns 1
	like "$(details on_return)" "attach=uretprobe.multi binary=$VICTIM offset=$offset" "and described"
	stop_run
else
	skip "an offset in the file" "the offsets of links are not told here"
fi

run_unit "$(unit library on_call "[attach on_call]
binary = libc.so.6
function = getppi?
function = getpp*
except = getpgid
pid = $VICTIM_PID")" || bail "a library" "$(<"$RUN_ERR")"
ask_victim parent
succeeds "a library by its name, two patterns for one function" wait_for global_is hits 1
stop_run

if [ $multi = 0 ]; then
	run_unit "$(unit sleepable sleepable "[attach sleepable]
$target")" || bail "sleepable" "$(<"$RUN_ERR")"
	ask_victim twice 2
	succeeds "sleepable programs" wait_for global_is hits 1
	stop_run
else
	skip "sleepable programs" "$multi_reason"
fi

if [ $multi = 0 ] && have_hook uprobe_session; then
	run_unit "$(unit session session "[attach session]
$target")" || bail "session" "$(<"$RUN_ERR")"
	ask_victim twice 1
	ask_victim old 1
	succeeds "session: call and return" wait_for global_is visits 4
	stop_run
	is $? 0 "session: ends well"
	run_unit "$(unit session session "[global entry_only]
value = 1
[attach session]
$target")" || bail "session, call only" "$(<"$RUN_ERR")"
	ask_victim twice 1
	ask_victim old 1
	succeeds "session: the call decides about the return" wait_for global_is visits 2
	stop_run
else
	fails_with 1 "this kernel has no uprobe sessions" "sessions where there are none" \
		cleat run "$(unit session session "[attach session]
$target")"
fi
if [ $multi != 0 ]; then
	fails_with 1 "this kernel has no links for many uprobes" "one link where there are none" \
		cleat run "$(VIA=multi unit bad on_call "[attach on_call]
$target")"
fi

refused() { # NAME LINES REGEX
	fails_with 1 "$3" "refused: $1" cleat run "$(unit bad on_call "[attach on_call]
$2")"
}
refused "a pattern that matches nothing" "binary = $VICTIM
function = nowhere_*" "no function in $VICTIM matches 'nowhere_\*'"
refused "a name that is not there" "binary = $VICTIM
function = victim_twic" "no function 'victim_twic' in $VICTIM.*did you mean 'victim_twice'"
refused "everything excepted" "$target
except = *" "no function is left of those that 'victim_tw\*' matches"
refused "no place" "binary = $VICTIM" "give 'function' or 'offset'"
refused "no binary" "function = f*" "binary"
refused "cookies with a pattern" "$target
cookie = 1
cookie = 2" "with a pattern there is one 'cookie' for all places"
refused "cookies that do not fit" "binary = $VICTIM
function = victim_twice
cookie = 1
cookie = 2" "2 of 'cookie' for 1 places"
refused "no process" "$target
pid = 999999999" "no process 999999999"
refused "past the end" "binary = $VICTIM
offset = 0x10000000" "cannot probe $VICTIM at offset 0x10000000.*in the file's code"
fails_with 1 "a session needs one link" "single probes for a session" \
	cleat check "$(unit bad session "[attach session]
$target
via = single")"
done_testing
