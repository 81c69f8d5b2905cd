#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What compilers make of BPF: functions of every kind and pointers to them,
# locks, timers, kernel objects, the newest instructions. Each program is run
# once, with a packet that begins with 7, and returns what only it can know.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

o=$TEST_OBJ_DIR/language.bpf.o
packet=0700000000000000000000000000
input=ctx=00000000000000002900000000000000

# has FUNCTION: is it in the kernel; why not in $missing
has() {
	missing="this kernel has no $1()"
	grep -qE " $1(\$|[[:space:]])" /proc/kallsyms
}

# runs NAME RETVAL FUNCTION WHAT [KEY=VALUE...]: FUNCTION is what it calls in the kernel, or -
runs() {
	local name=$1 retval=$2 function=$3 what=$4 line
	shift 4
	if [ "$function" != - ] && ! has "$function"; then
		skip "$what" "$missing"
		return
	fi
	line=$(cleat program run "$o" "$name" "$@" 2>"$TEST_TMP/err") || true
	line=${line%%$'\n'*}
	if [[ $line =~ ^program\ $name\ returned\ $retval( |$) ]]; then
		ok "$what"
	else
		not_ok "$what" "got '$line', wanted '$retval'"
		diag_file "$TEST_TMP/err"
	fi
}

runs functions 26 - "functions: static, global, weak, hidden, in a section of their own" data=$packet
runs functions_again 18 - "the same ones for another program" data=$packet
runs loops 136 bpf_loop "pointers to functions: loops" data=$packet
runs each_element 17 bpf_for_each_map_elem "pointers to functions: elements of a map" data=$packet
runs timers 7 bpf_timer_start "pointers to functions: timers" data=$packet repeat=1000000
runs tail_call 1007 - "a slot of a map that the object fills" data=$packet
runs spin_locks 21 - "locks in values" data=$packet
runs dynptrs 14 bpf_dynptr_write "dynptrs" data=$packet
runs iterators 62 bpf_iter_num_new "open-coded iterators" data=$packet
runs kptrs 41 bpf_task_from_pid "kernel pointers in values" "$input"
runs exceptions 12 bpf_throw "exceptions, and who catches them" data=$packet
runs exceptions_plain 7 bpf_throw "exceptions that nobody catches" data=$packet
runs own_objects 10 bpf_obj_new_impl "lists of objects of the program's own types" data=$packet
runs sleepable 42 bpf_prog_test_run_syscall "programs that sleep" "$input"
# this function and these instructions came with one release
runs cpu_v4 12696 bpf_map_sum_elem_count "instructions of CPU version 4" data=$packet
runs cpu_v4_load 4294967287 bpf_map_sum_elem_count "loads of CPU version 4" data=$packet

succeeds "as JSON" cleat program run "$o" spin_locks "data=$packet" --json
like "$(<"$TEST_TMP/.out")" '"retval": ?21' "with the result"
like "$(<"$TEST_TMP/.out")" "\"data\": ?\"$packet\"" "and the packet"
fails_with 1 "14 bytes" "a packet that is none" cleat program run "$o" spin_locks
fails_with 1 "did you mean 'spin_locks'" "a program that is not there" cleat program run "$o" spin_lock
fails_with 2 "did you mean 'repeat'" "a key that is not there" cleat program run "$o" spin_locks repaet=1
fails_with 2 "'0g' begins with no byte" "bytes that are none" cleat program run "$o" spin_locks data=0g
fails_with 1 "cannot open program 4294967290" "an id that is not there" cleat program run 4294967290
done_testing
