#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_sysctl plugin: sysctls that the processes of a cgroup cannot write,
# cannot read, and write otherwise than they think; in a network namespace.
. "$TEST_LIB"

new_netns
new_cgroup
cg=$CGROUP
net=/proc/sys/net/ipv4

# unit NAME [KEY=VALUE...]
unit() {
	local name=$1
	shift
	{
		printf '[object]\npath = test.bpf.o\n[attach guard]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
there() { in_ns "$NS_A" "$@"; }
inside() { in_cgroup "$cg" nsenter --net="/run/netns/$NS_A" -- "$@"; }
# shellcheck disable=SC2016
sets() { inside bash -c 'echo "$1" >"$0"' "$net/$1" "$2"; }
gets() { inside cat "$net/$1"; }
refuses() { ! "$@"; }

ttl=$(there cat $net/ip_default_ttl)
succeeds "the sysctl may be written" sets ip_default_ttl "$ttl"
for how in link multi override exclusive; do
	if [ $how = link ] && ! have_hook cgroup_link; then
		skip "link" "$HOOK_REASON"
		continue
	fi
	if ! run_unit "$(unit guard "cgroup = $cg" "mode = $how")"; then
		not_ok "$how: attached" "$(<"$RUN_ERR")"
		continue
	fi
	succeeds "$how: refused to write" refuses sets ip_default_ttl 17
	is "$(there cat $net/ip_default_ttl)" "$ttl" "$how: nothing was written"
	is "$(gets ip_default_ttl)" "$ttl" "$how: to read is allowed"
	succeeds "$how: refused to read" refuses gets tcp_fin_timeout
	there bash -c "echo 0 >$net/ip_forward"
	succeeds "$how: another may be written" sets ip_forward 0
	if [ "$(there cat $net/ip_forward)" = 0 ] && global_is changes 1; then
		skip "$how: what was written is another value" \
			"this kernel takes the program's value and forgets it, as some from 5.18 on do"
	else
		is "$(there cat $net/ip_forward)" 1 "$how: what was written is another value"
	fi
	succeeds "$how: other cgroups are not concerned" there cat $net/tcp_fin_timeout
	succeeds "$how: it saw each write" global_reaches writes 2
	if [ $how = link ]; then
		like "$(cleat list links --json)" "\"plugin\":\"cgroup_sysctl\",\"cgroup\":\"$cg\"" \
			"$how: what is listed"
	fi
	stop_run
	is $? 0 "$how: ends well"
	succeeds "$how: allowed again" sets ip_default_ttl "$ttl"
done
# shellcheck disable=SC2016
all_refused() {
	EVENTS=3000
	inside bash -c 'for ((i = 0; i < $0; i++)); do if echo 17 >"$1"; then exit 1; fi; done' \
		$EVENTS "$net/ip_default_ttl" 2>/dev/null
}
replaces "replaced" guard writes all_refused "cgroup=$cg"

fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad)"
done_testing
