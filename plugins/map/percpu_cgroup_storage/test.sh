#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The percpu_cgroup_storage plugin: a program counts for each cgroup and CPU; read
# and set by the path; what is refused.
. "$TEST_LIB"
requires_hook cgroup_link
new_netns
new_cgroup

unit=$(test_unit counts <<END
[object]
path = test.bpf.o
[attach count]
cgroup = $CGROUP
END
)
run_unit "$unit" || bail "attached"
ping_in() { in_cgroup "$1" nsenter --net="/run/netns/$NS_A" ping -c 1 -W "$PING_WAIT" "$IP4_B" >/dev/null; }
sum() { # of the values of all CPUs
	local n total=0
	for n in $(map get counts "$1" | sed 's/.*\[ //; s/ \].*//; s/,//g'); do total=$((total + n)); done
	echo $total
}
ping_in "$CGROUP"
ping_in "$CGROUP"
# The number of the attach type is 1, BPF_CGROUP_INET_EGRESS.
like "$(map get counts "$CGROUP 1")" "^$CGROUP 1 -> \[ [0-9]+(, [0-9]+)* \] # sum 2$" "a value for each CPU"
is "$(sum "$CGROUP 1")" 2 "together they are all"
is "$(map dump counts | wc -l)" 1 "all can be walked"
succeeds "set for all CPUs" map set counts "$CGROUP 1" 0
is "$(sum "$CGROUP 1")" 0 "all are"
ping_in "$CGROUP"
is "$(sum "$CGROUP 1")" 1 "the program goes on from there"
fails_with 1 "no entry" "no such attachment" map get counts "$CGROUP 0"
fails_with 1 "goes when its program is detached" "entries are removed by the kernel" \
	map delete counts "$CGROUP 1"
stop_run
is $? 0 "ends well"
done_testing
