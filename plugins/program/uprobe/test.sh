#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The uprobe plugin: by function, version, offset, process, library name and
# path; through tracefs; what is said about what is not there.
. "$TEST_LIB"
requires_hook uprobe uretprobe
start_victim

# unit NAME LINES: [attach on_call] with these keys
unit() {
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[program on_return]
		load = no
		[attach on_call]
		$2
	END
}

both=$(test_unit both <<END
[object]
path = test.bpf.o
[attach on_call]
binary = $VICTIM
function = victim_twice
[attach on_return]
binary = $VICTIM
function = victim_twice
END
)
run_unit "$both" || bail "attached to a function and its return"
ok "attached to a function and its return"
ask_victim twice 21
succeeds "the call is seen" wait_for global_is hits 1
is "$(global argument) $(global returns) $(global result)" "21 1 42" "with argument and result"
ask_victim old 1
is "$(global hits)" 1 "a name means its default version"
if have_hook perf_info; then
	like "$(cleat list links)" "uprobe .*on_call +attach=uprobe binary=$VICTIM offset=[0-9]+.*" \
		"the link is described in keys"
	like "$(cleat list links)" 'on_return +attach=uretprobe' "that of the return, too"
else
	skip "the links are described" "$HOOK_REASON"
fi
stop_run
is $? 0 "ends well"

run_unit "$(unit version "binary = $VICTIM
function = victim_twice@VICTIM_1")" || bail "attached to an old version"
ask_victim old 4
ask_victim twice 5
succeeds "the old version alone is seen" wait_for global_is hits 1
is "$(global argument)" 4 "with its argument"
stop_run

run_unit "$(unit pattern "binary = $VICTIM
function = victim_tw*")" || bail "attached by a pattern: $(<"$RUN_ERR")"
ask_victim old 4
ask_victim twice 5
succeeds "a pattern: a probe for each" wait_for global_is hits 2
stop_run

cookie='' cookies=0
if have_hook perf_link; then cookie='cookie = 9' cookies=9; fi
run_unit "$(unit process "binary = $VICTIM
function = victim_twice
pid = $VICTIM_PID
$cookie")" || bail "attached in one process"
echo twice 1 | "$VICTIM" >/dev/null
ask_victim child 1
ask_victim thread 2
ask_victim twice 3
succeeds "one process alone is seen, with its threads" wait_for global_is hits 2
is "$(global pids) $(global last_pid)" "1 $VICTIM_PID" "it is that process"
is "$(global cookies)" $((2 * cookies)) "the cookie arrives"
if have_hook perf_info; then
	offset=$(cleat list links | sed -n "s|.*binary=$VICTIM offset=\([0-9]*\).*|\1|p")
	stop_run
	run_unit "$(unit offset "binary = $VICTIM
offset = $offset")" || bail "attached at an offset of the file"
	ask_victim twice 8
	succeeds "an offset in the file is a place, too" wait_for global_is argument 8
else
	skip "attached at an offset of the file" "$HOOK_REASON"
fi
stop_run

run_unit "$(unit library "binary = libc.so.6
function = getppid
pid = $VICTIM_PID")" || bail "attached in a library"
ask_victim parent
succeeds "a library is found by its name" wait_for global_is hits 1
stop_run
run_unit "$(unit anyone "binary = libc.so
function = getppid")" || bail "attached in a library for all"
ask_victim parent
succeeds "also without a process and a version" wait_for global_reaches hits 1
stop_run

# Another root: what is at this path for us is another file for the process.
start_elsewhere
run_unit "$(unit root "binary = $ELSEWHERE
function = victim_twice
pid = $ELSEWHERE_PID")" || bail "attached in another root"
ask_elsewhere twice 12
succeeds "paths are as the process sees them" wait_for global_is argument 12
stop_run

# Stripped: what is not exported has its name in another file.
if command -v objcopy >/dev/null; then
	mkdir "$TEST_TMP/.debug"
	objcopy --only-keep-debug "$VICTIM" "$TEST_TMP/.debug/victim.debug"
	(cd "$TEST_TMP/.debug" && objcopy --strip-all --add-gnu-debuglink=victim.debug "$VICTIM" ../stripped)
	run_unit "$(unit stripped "binary = $TEST_TMP/stripped
function = in_thread")" || bail "attached by the debug file" "$(<"$RUN_ERR")"
	echo thread 3 | "$TEST_TMP/stripped" >/dev/null
	succeeds "a function that only the debug file names" wait_for global_is argument 3
	unpacks=$(grep -o -m 1 liblzma "/proc/$RUN_PID/maps")
	stop_run
	# the same left in it, compressed, as some distributions do
	if command -v xz >/dev/null && [ -n "$unpacks" ]; then
		objcopy --strip-debug "$VICTIM" "$TEST_TMP/symbols"
		xz -f "$TEST_TMP/symbols"
		objcopy --strip-all --add-section .gnu_debugdata="$TEST_TMP/symbols.xz" "$VICTIM" \
			"$TEST_TMP/mini"
		run_unit "$(unit mini "binary = $TEST_TMP/mini
function = in_thread")" || bail "attached by .gnu_debugdata" "$(<"$RUN_ERR")"
		echo thread 5 | "$TEST_TMP/mini" >/dev/null
		succeeds "a function that only .gnu_debugdata names" wait_for global_is argument 5
		stop_run
	else
		skip "a function that only .gnu_debugdata names" "no xz, or cleat was built without liblzma"
	fi
else
	skip "a function that only the debug file names" "no objcopy here"
fi

run_unit "$(unit tracefs "binary = $VICTIM
function = victim_twice
via = tracefs")" || bail "attached through tracefs"
like "$(</sys/kernel/tracing/uprobe_events)" "cleat/at_$RUN_PID.* $VICTIM:0x" "the event is there"
first=$RUN_PID
run_unit "$(unit several "binary = $VICTIM
function = victim_*
via = tracefs")" || bail "several through tracefs" "$(<"$RUN_ERR")"
is "$(grep -o "^p:cleat/at_${RUN_PID}[^ ]*" /sys/kernel/tracing/uprobe_events | sort | uniq -d)" "" "each event has a name of its own"
stop_run
RUN_PID=$first
ask_victim twice 6
succeeds "it fires" wait_for global_is argument 6
stop_run
is $? 0 "ends well"
is "$(grep -c "cleat/at_$RUN_PID" /sys/kernel/tracing/uprobe_events)" 0 "the event is gone"

refused() { # NAME LINES REGEX
	fails_with 1 "$3" "refused: $1" cleat run "$(unit "$1" "$2")"
}
refused "function" "binary = $VICTIM
function = victim_twic" "no function 'victim_twic' in $VICTIM.*did you mean 'victim_twice'"
refused "pattern" "binary = $VICTIM
function = nowhere_*" "no function in $VICTIM matches 'nowhere_\*'"
refused "pattern with an offset" "binary = $VICTIM
function = victim_*
offset = 4" "with a pattern there is no one function"
refused "version" "binary = $VICTIM
function = victim_twice@VICTIM_3" "no function 'victim_twice@VICTIM_3'.*there is 'victim_twice@VICTIM_"
refused "no place" "binary = $VICTIM" "give 'function' or 'offset'"
refused "no file" "binary = /nowhere
function = f" "/nowhere: [Nn]o such file"
refused "no library" "binary = libnowhere.so
function = f" "no program or library 'libnowhere.so'"
refused "no process" "binary = $VICTIM
function = victim_twice
pid = 999999999" "no process 999999999"
refused "process 0" "binary = $VICTIM
function = victim_twice
pid = 0" "'0' is no process id"
refused "past the end" "binary = $VICTIM
offset = 0x10000000" "cannot probe $VICTIM at offset 0x10000000.*in the file's code"
refused "no program" "binary = $TEST_TMP/elsewhere
function = f" "not a regular file"
done_testing
