#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Programs that the kernel refuses without a word from the verifier: the message
# has the true cause. What a kernel takes is fine; what it does not take, it
# does not take for the reason that is given here.
. "$TEST_LIB"

object=$TEST_OBJ_DIR/causes.bpf.o

# verdict NAME [COMMAND...]: of one program, in JSON, as COMMAND runs it
verdict() {
	local name=$1
	shift
	"$@" "$CLEAT" verify --json "$object" 2>&1 | grep "\"program\": *\"$name\""
}

# takes_or WHAT REGEX NAME
takes_or() {
	local what=$1 re=$2 got
	got=$(verdict "$3")
	if [[ $got == *'"loaded":true'* || $got == *'"loaded": true'* ]]; then
		ok "$what: taken here"
	else
		like "$got" "$re" "$what: the cause is named"
	fi
}

like "$(verdict plain)" '"loaded": ?true' "a program that is fine loads"
takes_or "a flag" "this kernel takes no programs of type 'xdp'.* with the flags 0x20 \\(xdp.frags\\).*newer kernel" pieces
takes_or "a program that sleeps" "takes no programs of type 'kprobe' with the flags 0x10 \\(uprobe.s\\)|programs can be sleepable.*'[.]s'" sleeps
takes_or "an attach type" "this kernel has no programs of type 'cgroup_sock_addr' attached as 'cgroup_unix_connect'" local
takes_or "policy" "refuses programs of type 'tracing' attached as 'trace_fentry' to 'do_exit'.*policy of this host" traced
like "$(verdict absent)" "this kernel has no function 'cleat_function_of_the_future'|has none" "a function that is not there"

if command -v setpriv >/dev/null && setpriv --bounding-set=-all,+bpf --inh-caps=-all true 2>/dev/null; then
	like "$(verdict plain setpriv --bounding-set=-all,+bpf --inh-caps=-all)" \
		'not permitted.*needs CAP_NET_ADMIN;' "a capability is missing"
else
	skip "a capability is missing" "setpriv does not know CAP_BPF here"
fi
if unshare -U -r true 2>/dev/null; then
	like "$(verdict plain unshare -U -r)" 'not permitted.*user namespace' \
		"capabilities of a user namespace do not count"
else
	skip "capabilities of a user namespace do not count" "no user namespaces here"
fi
done_testing
