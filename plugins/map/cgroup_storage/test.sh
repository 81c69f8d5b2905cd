#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_storage plugin: a program that is attached to two cgroups counts for
# each; read and set by the path; what is refused.
. "$TEST_LIB"
requires_hook cgroup_link
new_netns
new_cgroup
one=$CGROUP
new_cgroup
two=$CGROUP

unit=$(test_unit counts <<END
[object]
path = test.bpf.o
[attach count one]
cgroup = $one
[attach count two]
cgroup = $two
END
)
run_unit "$unit" || bail "attached"
ping_in() { in_cgroup "$1" nsenter --net="/run/netns/$NS_A" ping -c 1 -W "$PING_WAIT" "$IP4_B" >/dev/null; }
ping_in "$one"
ping_in "$two"
ping_in "$two"
# The number of the attach type is 1, BPF_CGROUP_INET_EGRESS.
is "$(map get counts "$one 1")" "$one 1 -> 1" "counted for one"
is "$(map get counts "$two 1")" "$two 1 -> 2" "and for the other"
is "$(map dump counts | sort)" "$(printf '%s\n' "$one 1 -> 1" "$two 1 -> 2" | sort)" \
	"all can be walked"
like "$(map dump counts --json)" "\"key\":\"$two 1\",\"value\":2" "in JSON"
succeeds "set, by its path below the root" map set counts "${one#"$(cgroup2_mount)"/} 1" 100
ping_in "$one"
is "$(map get counts "$one 1")" "$one 1 -> 101" "the program goes on from there"
fails_with 1 "no entry" "no such attachment" map get counts "$one 0"
fails_with 1 "no entry" "entries are made by the kernel" map set counts "$one 0" 5 --existing
fails_with 1 "goes when its program is detached" "and removed by it" map delete counts "$one 1"
fails_with 1 "expected CGROUP NUMBER" "half a key" map get counts "$one"
fails_with 1 "cannot open cgroup .*nowhere" "no such cgroup" map get counts "nowhere 1"
stop_run
is $? 0 "ends well"

unit=$(test_unit limit <<END
[object]
path = test.bpf.o
[program count]
load = no
[map counts]
max-entries = 5
END
)
fails_with 1 "and no limit" "refused: max-entries" cleat run "$unit"
done_testing
