#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Headers of types, from the running kernel, a file and an object that is loaded: a program that is
# written with one reads the kernel's members where they are.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
kernel=/sys/kernel/btf/vmlinux
if ! [ -r $kernel ]; then skip_all "this kernel shows no types"; fi

succeeds "a header of three types" cleat btf header task_struct 'struct path' 'bpf_iter__bpf_*' ||
	bail "no header"
cleat btf header task_struct 'struct path' 'bpf_iter__bpf_*' >"$TEST_TMP/types.h"
for wanted in 'struct task_struct {' 'struct path {' 'struct bpf_iter__bpf_map {' 'struct mm_struct;'; do
	succeeds "it has '$wanted'" grep -qxF "$wanted" "$TEST_TMP/types.h"
done
fails_with 1 "error: no type 'task_strut' in the BTF of vmlinux"$'\n'".*did you mean 'task_struct'" \
	"a name that is wrong" cleat btf header task_strut path
is "$(cleat btf header task_strut path_ 2>&1 | grep -c error:)" 2 "two of them"
is "$(cleat btf header task_strut 2>/dev/null)" "" "and no header"
fails_with 2 "which types" "no name" cleat btf header
fails_with 1 "no module 'nonesuch'" "a module that is not there" cleat btf dump --module nonesuch
fails_with 1 "no BTF with the id 4294967295" "an id that is not there" cleat btf dump --id 4294967295
fails_with 1 "cannot write" "a full disk" bash -c '"$CLEAT" btf dump >/dev/full'

object=$TEST_OBJ_DIR/testrun.bpf.o
cleat btf dump --btf "$object" >"$TEST_TMP/object.h"
succeeds "the types of an object" grep -qE '^struct (__sk_buff|xdp_md)' "$TEST_TMP/object.h"
if command -v python3 >/dev/null; then
	succeeds "JSON" python3 -c 'import json, sys
types = json.load(sys.stdin)["types"]
assert [t["id"] for t in types] == list(range(1, len(types) + 1))
assert any(t["kind"] == "STRUCT" and t["name"] == "task_struct" and t["members"] for t in types)' \
		< <(cleat btf dump --json)
else
	skip "JSON" "no python3"
fi
succeeds "a line for each record" grep -qE "^\[[0-9]+\] STRUCT 'task_struct' size=[0-9]+ vlen=[0-9]+" \
	<(cleat btf dump --raw)

if ! command -v clang >/dev/null; then
	skip "what compilers make of the headers" "no clang"
	done_testing
	exit
fi
include=$(dirname "$(dirname "$(find "${TEST_BIN_DIR%/tests/kernel}" -path '*/cleat/bpf.h' | head -n 1)")")
cd "$TEST_TMP" || exit 1
cleat btf dump >vmlinux.h
for compiler in "clang --target=bpf" clang cc; do
	command -v "${compiler%% *}" >/dev/null || continue
	for header in types vmlinux; do
		echo "#include \"$header.h\"" >one.c
		# shellcheck disable=SC2086
		succeeds "$header.h compiles: $compiler" $compiler -Wall -Werror -fsyntax-only one.c
	done
done

# a member that is elsewhere in every kernel, and two pointers on the way to it
cat >reads.bpf.c <<'C'
#include FIRST
#include SECOND
LICENSE("GPL");
int wanted;
u64 found;
SEC("raw_tp/sys_enter")
int reads(u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (CORE_READ(task, tgid) == wanted)
		found = CORE_READ(task, group_leader, real_parent, tgid);
	return 0;
}
C
start_victim
build() { # FIRST SECOND
	clang --target=bpf -O2 -g -Wall -Werror -I "$include" -idirafter "/usr/include/$(uname -m)-linux-gnu" \
		-D"FIRST=$1" -D"SECOND=$2" -c reads.bpf.c -o reads.bpf.o
}
reads() { # WHAT
	if ! have_hook raw_tracepoint; then
		skip "$1: reads the kernel's members" "no raw tracepoints"
		return 0
	fi
	run_unit "$(test_unit reads <<<"[object]
path = $TEST_TMP/reads.bpf.o
[global wanted]
value = $VICTIM_PID")" || { not_ok "$1: loads" "$(<"$RUN_ERR")"; return 0; }
	ask_victim parent
	like "$(cleat map dump --json reads.bss)" "\"found\": ?$$[,}]" "$1: reads the kernel's members"
	stop_run
}
if succeeds "after <cleat/bpf.h>: compiles" build '<cleat/bpf.h>' '"types.h"'; then
	reads "after <cleat/bpf.h>"
fi
if succeeds "vmlinux.h: compiles" build '"vmlinux.h"' '<cleat/bpf.h>'; then reads "vmlinux.h"; fi
done_testing
