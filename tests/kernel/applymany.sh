#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Many units at once: they are applied in one go, and a second plan and apply, which have nothing to do, change
# nothing: no system call of theirs writes. How long each takes is printed. MANY says how many units (50).
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

requires_hook cgroup_link
MANY=${MANY:-50}
new_cgroup
units=()
for ((i = 1; i <= MANY; i++)); do
	units+=("$({
		printf '[object]\npath = applyelse.bpf.o\n[program newest]\nload = no\n[program oldest]\nload = yes\n'
		printf '[attach oldest]\ncgroup = %s\n' "$CGROUP/$i"
	} | test_unit "many$i")")
	mkdir "$CGROUP/$i"
done

# timed VERB...: how long it takes, in seconds, and how much of it the processor was at it
timed() {
	local TIMEFORMAT='%R s, user %U, system %S' status=0 took
	{ took=$({ time cleat "$@" --quiet "${units[@]}" >/dev/null 2>&3; } 2>&1) || status=$?; } 3>&2
	diag "$1 of $MANY units: $took"
	return $status
}
succeeds "$MANY units are applied" cleat apply --quiet "${units[@]}"
is "$(find /sys/fs/bpf/cleat -path '*/links/*' | wc -l)" "$MANY" "each with its link"
timed plan --exit-code
is $? 0 "a second plan has nothing to do"
timed apply
is $? 0 "nor has a second apply"

# What changes nothing: bpf(2) that looks and opens, files that are read, memory of one's own.
if [ -n "${SANITIZED-}" ]; then
	skip "none of its system calls writes" "the leak sanitizer cannot look while it is traced"
elif command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	calls=bpf,write,pwrite64,mkdir,mkdirat,rmdir,unlink,unlinkat,rename,renameat,renameat2,symlink,link,linkat
	calls+=,chmod,fchmod,fchmodat,chown,fchown,fchownat,mount,sendto,sendmsg,fork,vfork,clone,clone3
	strace -f -o "$TEST_TMP/trace" -e trace=$calls \
		"$CLEAT" apply "${units[@]}" >"$TEST_TMP/said" 2>&1
	is $? 0 "applied once more, traced"
	writing='MAP_(CREATE|UPDATE|DELETE|FREEZE)|PROG_(LOAD|ATTACH|DETACH)|OBJ_PIN|LINK_(CREATE|UPDATE|DETACH)|BTF_LOAD'
	grep -E "BPF_($writing)" "$TEST_TMP/trace" >"$TEST_TMP/writes" || :
	grep -vE ' bpf\(|--- SIG|\+\+\+ ' "$TEST_TMP/trace" | grep -vE ' write\([12],' >>"$TEST_TMP/writes" || :
	is "$(grep -c 'BPF_OBJ_GET' "$TEST_TMP/trace" | grep -c '[1-9]')" 1 "it looked"
	is "$(head -n 3 "$TEST_TMP/writes")" "" "and none of its system calls writes"
else
	skip "none of its system calls writes" "no strace here"
fi
succeeds "removed" cleat remove --all
rmdir "$CGROUP"/*/
is "$(find /sys/fs/bpf/cleat -mindepth 1 2>/dev/null)" "" "nothing is left"
done_testing
