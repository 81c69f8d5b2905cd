#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sock_ops plugin: both sides of a connection that is made in a cgroup get
# the type of service that the program gives them.
. "$TEST_LIB"

new_netns
new_cgroup
cg=$CGROUP

# unit NAME [KEY=VALUE...]
unit() {
	local name=$1
	shift
	{
		printf '[object]\npath = test.bpf.o\n[attach tune]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
tos() { "$@" nsenter --net="/run/netns/$NS_A" "$TEST_BIN_DIR/socksteps" tos 4 4321 | xargs; }
inside() { tos in_cgroup "$cg"; }

is "$(inside)" "connect ok active 0 passive 0" "without the program"
for how in link multi override exclusive; do
	if [ $how = link ] && ! have_hook cgroup_link; then
		skip "link" "$HOOK_REASON"
		continue
	fi
	if ! run_unit "$(unit tune "cgroup = $cg" "mode = $how")"; then
		not_ok "$how: attached" "$(<"$RUN_ERR")"
		continue
	fi
	is "$(inside)" "connect ok active 16 passive 8" "$how: both sides are tuned"
	is "$(global active) $(global passive)" "1 1" "$how: each was seen once"
	succeeds "$how: and what became of them" wait_for global_reaches states 2
	is "$(tos env)" "connect ok active 0 passive 0" "$how: other cgroups are not concerned"
	if [ $how = link ]; then
		like "$(cleat list links --json)" "\"plugin\":\"sock_ops\",\"cgroup\":\"$cg\"" \
			"$how: what is listed"
	fi
	stop_run
	is $? 0 "$how: ends well"
	is "$(inside)" "connect ok active 0 passive 0" "$how: as before"
done
all_tuned() {
	EVENTS=30
	for ((i = 0; i < EVENTS; i++)); do
		[ "$(inside)" = "connect ok active 16 passive 8" ] || return 1
	done
}
replaces "replaced" tune active all_tuned "cgroup=$cg"

fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad)"
done_testing
