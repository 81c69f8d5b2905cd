#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Programs of the network run once, on a packet and with a context from the command
# line: what they return and what they make of the packet.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
o=$TEST_OBJ_DIR/testrun.bpf.o
ethernet=02000000000202000000000108004500001c # up to the length of the IPv4 header: 28
packet=${ethernet}00000000400100000a4d00010a4d00020800000000000000
mark=000000000000000007000000 # struct __sk_buff, as far as its mark

# struct bpf_sk_lookup, IPv4 and TCP, up to the local port
lookup=00000000000000000200000006000000$(printf '0%.0s' {1..88})

# returns NAME RETVAL WHAT [KEY=VALUE...]
returns() {
	local name=$1 wanted=$2 what=$3
	shift 3
	if cleat program run "$o" "$name" --json "$@" >"$TEST_TMP/.out" 2>"$TEST_TMP/err"; then
		like "$(<"$TEST_TMP/.out")" "\"retval\": ?${wanted}[,}]" "$what"
	elif grep -qi 'cannot be run\|not supported' "$TEST_TMP/err"; then
		skip "$what" "$(head -n 1 "$TEST_TMP/err")"
	else
		not_ok "$what" "$(<"$TEST_TMP/err")"
	fi
}

returns filter 28 "socket_filter: the packet" "data=$packet"
returns classifier 28 "tc: the packet" "data=$packet"
returns classifier 35 "tc: and the context" "data=$packet" "ctx=$mark"
returns sending 1 "cgroup_skb: packet and context" "data=$packet" "ctx=$mark"
returns sending 0 "cgroup_skb: without the context" "data=$packet"
returns leaving 28 "lwt: the packet" "data=$packet"
returns ping 3 "xdp: the packet" "data=$packet"
like "$(<"$TEST_TMP/.out")" "\"data\": ?\"${packet/1c00000000/1d00000000}\"" "xdp: what it makes of it"
returns ping 2 "xdp: again, on what the first made of it" "data=$packet" repeat=2
returns dissect 0 "flow_dissector: the packet" "data=$packet"
returns steer 0 "sk_lookup: the context" "ctx=${lookup}611e0000"
returns steer 1 "sk_lookup: another port" "ctx=${lookup}621e0000"
returns look_on 1 "netfilter: the packet" "data=$packet"
fails_with 1 "error:" "a context that is none" cleat program run "$o" classifier "data=$packet" "ctx=ff"
fails_with 1 "error:" "no packet" cleat program run "$o" ping
is "$(cleat program run "$o" ping 2>&1 | grep -c error:)" 1 "one message"
done_testing
