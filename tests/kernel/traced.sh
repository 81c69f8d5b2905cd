#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat list attached, of what traces: who is at a function, a tracepoint, a
# binary; found by links, by the descriptors of perf events where there are none,
# and by what the kernel says of a tracepoint. Foreign programs, too.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
start_victim
elsewhere=$TEST_BIN_DIR/probed
traced=$TEST_OBJ_DIR/traced.bpf.o

# ours PROGRAM LINES: attached in the background
ours() {
	run_unit "$(test_unit "$1" <<-END
		[object]
		path = traced.bpf.o
		[program $1]
		load = yes
		[attach $1]
		$2
	END
	)" || bail "$1: $(<"$RUN_ERR")"
}

# names PLUGIN KEY=VALUE...: those of our object, and foreign ones, in their order
names() {
	cleat list attached "$@" 2>&1 | awk 'NR > 1 && $3 ~ /^(at_|walk|decide|foreigner)/ { printf "%s ", $3 }'
}
here() { # WHAT NAMES PLUGIN KEY=VALUE...
	local what=$1 wanted=$2
	shift 2
	is "$(names "$@")" "$wanted" "$what"
}
there() { # WHAT REGEX PLUGIN KEY=VALUE...
	local what=$1 re=$2
	shift 2
	like "$(cleat list attached "$@")" "$re" "$what"
}

# --- user space ---------------------------------------------------------------------------------

if have_hook uprobe; then
	at="binary=$VICTIM"
	here "uprobe: nobody" "" uprobe "$at" function=victim_twice
	is "$(cleat list attached uprobe "$at" function=victim_twice --json)" "[]" "uprobe: nobody, as JSON"
	ours at_call "binary = $VICTIM
function = victim_twice"
	first=$RUN_PID
	ours at_return "binary = $VICTIM
function = in_thread"
	if have_hook perf_info; then named='link=|attach='; else named="process=$first"; fi
	here "uprobe: ours" "at_call " uprobe "$at" function=victim_twice
	there "uprobe: where, in keys" "at_call .*attach=uprobe binary=$VICTIM offset=[0-9]+" uprobe "$at"
	there "uprobe: held by a link, or by a process" "$named" uprobe "$at" function=victim_twice
	offset=$(cleat list attached uprobe "$at" function=victim_twice --json | sed -nE 's/.*"offset":([0-9]+).*/\1/p')
	here "uprobe: both in the file" "at_call at_return " uprobe "$at"
	here "uprobe: another function" "" uprobe "$at" function=victim_twice@VICTIM_1
	here "uprobe: another file" "" uprobe "binary=$elsewhere"
	stop_run
	stop_run "$first"
	here "uprobe: gone" "" uprobe "$at"
	fails_with 1 "no function 'victim_twic'.*did you mean 'victim_twice'" "uprobe: no such function" \
		cleat list attached uprobe "$at" function=victim_twic
else
	skip "uprobes" "$HOOK_REASON"
fi
if have_hook uprobe_multi && have_hook uprobe_info; then
	ours at_calls "binary = $VICTIM
function = victim_tw*"
	here "uprobe.multi: by a function" "at_calls " uprobe_multi "$at" function=victim_twice
	here "uprobe.multi: by a pattern" "at_calls " uprobe_multi "$at" 'function=victim_*'
	here "uprobe.multi: another function" "" uprobe_multi "$at" function=in_thread
	stop_run
else
	skip "uprobe.multi" "$HOOK_REASON"
fi

# --- tracepoints ---------------------------------------------------------------------------------

ours at_event ""
first=$RUN_PID
here "tracepoint" "at_event " tracepoint event=syscalls/sys_enter_getppid
here "tracepoint: patterns" "at_event " tracepoint 'event=syscalls/sys_*_getppid'
here "tracepoint: another" "" tracepoint event=syscalls/sys_exit_getppid
stop_run "$first"
ours at_raw ""
here "raw tracepoint" "at_raw " raw_tracepoint event=sys_enter
there "raw tracepoint: its link" "at_raw +[0-9]+ +event=sys_enter" raw_tracepoint event=sys_enter
here "raw tracepoint: another" "" raw_tracepoint event=sys_exit
stop_run
ours at_raws "event = sys_e*t*"
here "raw tracepoint: a pattern attaches to each" "at_raws at_raws " raw_tracepoint 'event=sys_e*'
stop_run
if have_hook tp_btf; then
	ours at_typed ""
	here "tp_btf" "at_typed " tracing target=sys_enter
	here "tp_btf: another" "" tracing target=sys_exit
	stop_run
else
	skip "tp_btf" "$HOOK_REASON"
fi
if have_hook fentry; then
	ours at_entry ""
	# before 5.13 a link does not say its target
	if [ "$(names tracing 'target=*')" ]; then
		here "fentry" "at_entry " tracing target=vfs_read
	else
		skip "fentry" "links of this kernel do not say their target"
	fi
	stop_run
else
	skip "fentry" "$HOOK_REASON"
fi

# --- others ---------------------------------------------------------------------------------------

if have_hook iter; then
	ours walk ""
	here "iterators by their target" "walk " iter target=task
	here "iterators: another" "" iter target=bpf_map
	stop_run
else
	skip "iterators" "$HOOK_REASON"
fi
if have_hook perf_info; then
	ours at_tick "event = task-clock
cpu = 0"
	here "perf events" "at_tick " perf_event event=task-clock
	here "perf events: another" "" perf_event event=page-faults
	stop_run
else
	skip "perf events" "$HOOK_REASON"
fi
if have_hook lsm; then
	ours decide ""
	# before 5.18 a program does not say its hook
	if [ "$(names lsm 'hook=*')" ]; then
		here "security hooks" "decide " lsm hook=task_setnice
		here "security hooks: another" "" lsm hook=file_open
	else
		skip "security hooks" "programs of this kernel do not say their hook"
	fi
	stop_run
else
	skip "security hooks" "$HOOK_REASON"
fi

# --- the kernel's functions -------------------------------------------------------------------------

if have_hook kprobe; then
	ours at_kernel ""
	first=$RUN_PID
	ours at_kernel_ret ""
	here "kprobe: call and return" "at_kernel at_kernel_ret " kprobe function=vfs_read
	there "kprobe: in keys" "at_kernel_ret .*attach=kretprobe function=vfs_read" kprobe function=vfs_read
	here "kprobe: a pattern" "at_kernel at_kernel_ret " kprobe 'function=vfs_*'
	here "kprobe: another" "" kprobe function=vfs_write
	stop_run
	stop_run "$first"
	ours at_syscall ""
	here "ksyscall" "at_syscall " ksyscall syscall=getppid
	there "ksyscall: in keys" "attach=ksyscall syscall=getppid" ksyscall syscall=getppid
	here "ksyscall: another" "" ksyscall syscall=getpid
	stop_run
else
	skip "kprobe, ksyscall" "$HOOK_REASON"
fi
if have_hook kprobe_multi; then
	ours at_kernel_calls "function = vfs_read
function = vfs_write
cookie = 4
cookie = 5"
	here "kprobe.multi: one of its functions" "at_kernel_calls " kprobe_multi function=vfs_write
	there "kprobe.multi: all of them, each with its cookie" \
		"function=vfs_(read cookie=4|write cookie=5) function=vfs_(read cookie=4|write cookie=5)" \
		kprobe_multi function=vfs_write
	here "kprobe.multi: another" "" kprobe_multi function=vfs_open
	stop_run
	ours at_kernel_calls "function = vfs_*"
	here "kprobe.multi: one of very many" "at_kernel_calls " kprobe_multi function=vfs_write
	there "kprobe.multi: a table has some of them" " function=\\.\\.\\." kprobe_multi function=vfs_write
	like "$(cleat list attached kprobe_multi function=vfs_write --json)" '"function":\[.*"vfs_write"' \
		"kprobe.multi: JSON has all"
	stop_run
else
	skip "kprobe.multi" "$HOOK_REASON"
fi

# --- others' --------------------------------------------------------------------------------------

# foreigner WHAT KIND PLACE [OFFSET]: another loader's program is there, without a perf link
foreigner() {
	local what=$1
	shift
	rm -f "$TEST_TMP/said" # what the one before said
	"$TEST_BIN_DIR/foreigner" "$@" <"$TEST_TMP/hold" >"$TEST_TMP/said" 2>&1 &
	FOREIGNER=$!
	exec {hold}>"$TEST_TMP/hold"
	wait_for file_has "$TEST_TMP/said" .
	if [ "$(<"$TEST_TMP/said")" = attached ]; then return 0; fi
	skip "$what" "$(<"$TEST_TMP/said")"
	leave
	return 1
}
leave() {
	exec {hold}>&-
	wait "$FOREIGNER"
}
mkfifo "$TEST_TMP/hold"

event=syscalls/sys_enter_getppid
if foreigner "tracepoint: another's" event "$(</sys/kernel/tracing/events/$event/id)"; then
	here "tracepoint: another's" "foreigner " tracepoint event=$event
	ours at_event ""
	here "tracepoint: both, in the order in which they run" "foreigner at_event " tracepoint event=$event
	stop_run
	leave
	here "tracepoint: none" "" tracepoint event=$event
fi
if foreigner "raw tracepoint: another's" raw sys_enter; then
	here "raw tracepoint: another's" "foreigner " raw_tracepoint event=sys_enter
	leave
fi
if [ "${offset-}" ] && foreigner "uprobe: another's" uprobe "$VICTIM" "$offset"; then
	there "uprobe: another's" "foreigner .*binary=$VICTIM offset=$offset process=$FOREIGNER" \
		uprobe "binary=$VICTIM" "offset=$offset"
	leave
	here "uprobe: none" "" uprobe "binary=$VICTIM"
fi
if have_hook kprobe && foreigner "kprobe: another's" kprobe vfs_read; then
	there "kprobe: another's" "foreigner .*function=vfs_read process=$FOREIGNER" kprobe function=vfs_read
	leave
fi
is "$(cleat inspect "$traced" | grep -c 'no plugin')" 0 "all of the object's sections are known"
done_testing
