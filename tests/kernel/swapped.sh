#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# One program takes another's place while events come without a pause, and each
# event is seen by one of them: by the kernel's swap or, where a hook calls all
# its programs, by the new one coming before the old one goes (replaceloop.c). Pins stay.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_plugins
object=$TEST_OBJ_DIR/swapped.bpf.o
tool=$TEST_BIN_DIR/replaceloop
# replaced TIMES NAME [-pin=PATH|-by=OTHER] [KEY=VALUE...]
replaced() {
	local times=$1 name=$2 option=()
	shift 2
	if [[ ${1-} = -* ]]; then option=("$1"); shift; fi
	"$tool" -calls "-times=$times" ${option[@]+"${option[@]}"} "$object" "$name" noted "$@"
}

# swaps HOOK NAME KEY=VALUE...
swaps() {
	local hook=$1 name=$2
	shift 2
	if ! have_hook "$hook"; then
		skip "$name" "$HOOK_REASON"
		return
	fi
	replaced 2 "$name" "$@" >"$TEST_TMP/again" 2>&1
	if grep -q 'lets a program be attached once' "$TEST_TMP/again"; then
		succeeds "$name: no event is lost, and no program comes back" replaced 1 "$name" "$@"
	else
		succeeds "$name: no event is lost" replaced 20 "$name" "$@"
	fi
	diag_file "$TEST_TMP/.out"
}
binary="binary=$tool"

swaps tracepoint tracepoint
swaps raw_tracepoint raw_tracepoint
swaps tp_btf tp_btf
swaps fentry fentry target=security_task_getpgid
swaps kprobe ksyscall
swaps kprobe kprobe function=security_task_getpgid
swaps kprobe kprobe_multi function=security_task_getpgid function=security_socket_create
swaps uprobe uprobe "$binary" function=replaced_call
swaps uprobe uprobe_multi "$binary" 'function=replaced_cal?'
swaps uprobe usdt "$binary" provider=replaced name=call
swaps lsm lsm
if have_hook lsm_cgroup; then
	new_cgroup
	succeeds "lsm_cgroup: no event is lost" in_cgroup "$CGROUP" \
		"$tool" -calls -times=20 "$object" lsm_cgroup noted "cgroup=$CGROUP"
	diag_file "$TEST_TMP/.out"
else
	skip "lsm_cgroup" "$HOOK_REASON"
fi

fails_with 1 "program 'tracepoint' is of plugin 'tracepoint', the link of 'raw_tracepoint'" \
	"a program of another plugin is refused" replaced 1 raw_tracepoint -by=tracepoint

pin=/sys/fs/bpf/swapped
# Once: older kernels let go of the link that was pinned a moment later, and have the program there until then.
succeeds "a pinned link: no event is lost" replaced 1 raw_tracepoint -pin=$pin
if have_hook perf_link; then
	succeeds "a pinned perf link, too" replaced 1 tracepoint -pin=$pin
else
	skip "a pinned perf link, too" "$HOOK_REASON"
fi
fails_with 2 "No such file" "the pin went with its link" ls $pin
done_testing
