#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_sock_addr plugin: each hook changes the address that passes it, or
# refuses it, for the processes of one cgroup.
. "$TEST_LIB"

new_netns
new_cgroup
cg=$CGROUP
inet='bind4 bind6 connect4 connect6 sendmsg4 sendmsg6 recvmsg4 recvmsg6
	getpeername4 getpeername6 getsockname4 getsockname6'
unix='connect_unix sendmsg_unix recvmsg_unix getpeername_unix getsockname_unix'

# unit NAME "HOOK..." [KEY=VALUE...]: these programs with the same keys, no others
unit() {
	local name=$1 wanted=$2 object=test.bpf.o hooks=$inet h line
	shift 2
	if [[ $wanted == *_unix* ]]; then object=test-unix.bpf.o hooks=$unix; fi
	{
		printf '[object]\npath = %s\n' "$object"
		for h in $hooks; do
			if [[ " $wanted " == *" $h "* ]]; then
				echo "[attach $h]"
				for line in "$@"; do echo "$line"; done
			else
				printf '[program %s]\nload = no\n' "$h"
			fi
		done
	} | test_unit "$name"
}
sockets() { "$@" | xargs; }
there() { sockets in_ns "$NS_A" "$TEST_BIN_DIR/socksteps" "$@"; }
inside() { sockets in_cgroup "$cg" nsenter --net="/run/netns/$NS_A" "$TEST_BIN_DIR/socksteps" "$@"; }

# attached WHAT "HOOK..." [KEY=VALUE...]
attached() {
	local what=$1
	shift
	run_unit "$(unit all "$@")" && return
	not_ok "$what: attached" "$(<"$RUN_ERR")"
	return 1
}

is "$(inside talk 4 9001 9001 | sed 's/from .*/from/')" "connect ok peer 9001 send ok from" \
	"a process that talks to itself"
is "$(inside talk 4 8001 9001)" "connect Connection refused" "nobody is at the other port"

for family in 4 6; do
	for how in link multi override exclusive; do
		if [ $how = link ] && ! have_hook cgroup_link; then
			skip "link" "$HOOK_REASON"
			continue
		fi
		keys=("cgroup = $cg" "mode = $how")
		what="IPv$family, $how"
		if attached "$what" "bind$family" "${keys[@]}"; then
			is "$(inside bind $family 8001)" "bind ok name 9001" "$what: bind"
			is "$(inside bind $family 8666)" "bind Operation not permitted" \
				"$what: bind, refused"
			is "$(there bind $family 8001)" "bind ok name 8001" \
				"$what: other cgroups are not concerned"
			stop_run
			is $? 0 "$what: ends well"
		fi
		if attached "$what" "connect$family sendmsg$family" "${keys[@]}"; then
			like "$(inside talk $family 8001 9001)" "connect ok peer 9001 send ok from [0-9]+" \
				"$what: connect, sendmsg"
			is "$(inside talk $family 8666 9001)" "connect Operation not permitted" \
				"$what: connect, refused"
			is "$(there talk $family 8001 9001)" "connect Connection refused" \
				"$what: others connect where they say"
			if [ $how = link ]; then
				links=$(cleat list links --json)
				for hook in connect sendmsg; do
					like "$links" "\"cgroup\":\"$cg\",\"hook\":\"$hook$family\"" \
						"listed: $hook$family"
				done
			fi
			stop_run
			is $? 0 "$what: ends well"
		fi
		if attached "$what" "recvmsg$family getpeername$family getsockname$family" "${keys[@]}"; then
			is "$(inside talk $family 9001 9001)" "connect ok peer 6001 send ok from 5001" \
				"$what: recvmsg, getpeername"
			is "$(inside bind $family 9001)" "bind ok name 7001" "$what: getsockname"
			stop_run
			is $? 0 "$what: ends well"
		fi
		like "$(inside talk $family 9001 9001)" "connect ok peer 9001 send ok from [0-9]+" \
			"$what: as before"
	done
done

all_refused() {
	EVENTS=50
	for ((i = 0; i < EVENTS; i++)); do
		[ "$(inside bind 4 8666)" = "bind Operation not permitted" ] || return 1
	done
}
replaces "replaced" bind4 hits all_refused "cgroup=$cg"

# --- unix ---

if have_hook cgroup_unix; then
	like "$(there talk unix cleat-asked cleat-real)" "connect Connection refused" "no such name"
	if attached unix "connect_unix sendmsg_unix" "cgroup = $cg"; then
		is "$(inside talk unix cleat-asked cleat-real)" \
			"connect ok peer cleat-real name cleat-sender send ok from cleat-sender" \
			"unix: connect, sendmsg"
		like "$(cleat list links --json)" "\"cgroup\":\"$cg\",\"hook\":\"connect_unix\"" \
			"listed: connect_unix"
		stop_run
		is $? 0 "unix: ends well"
	fi
	if attached unix "recvmsg_unix getpeername_unix getsockname_unix" "cgroup = $cg"; then
		is "$(inside talk unix cleat-real cleat-real)" \
			"connect ok peer cleat-peer name cleat-name send ok from cleat-received" \
			"unix: recvmsg, getpeername, getsockname"
		stop_run
		is $? 0 "unix: ends well"
	fi
else
	skip "unix sockets" "$HOOK_REASON"
	fails_with 1 "kernel function 'bpf_cast_to_kern_ctx' is not in|takes no programs of type 'cgroup_sock_addr'" \
		"unix: what an older kernel says" cleat run "$(unit old connect_unix "cgroup = $cg")"
fi

fails_with 1 "hook connect6, but the section is 'cgroup/connect4'.*hint: write 'section = cgroup/connect6'" \
	"another hook than the section's" \
	cleat check "$(unit bad connect4 "cgroup = $cg" "hook = connect6")"
fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad bind4)"
is "$(cleat run "$(unit bad bind4 "cgroup = $cg/none")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
