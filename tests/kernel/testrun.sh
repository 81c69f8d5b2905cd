#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Programs run once, on a packet or with a context from the command line: what they return and what
# they make of it. Those of the network, and the others that kernels run by hand.
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
	elif grep -qi 'cannot be run\|not supported\|has no programs of type' "$TEST_TMP/err"; then
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
# Kernels before 6.0 say true where later ones say BPF_OK: what it has found is in the keys.
returns dissect '[01]' "flow_dissector: the packet" "data=$packet"
like "$(<"$TEST_TMP/.out")" '"data": ?"(0e00|000e)' "flow_dissector: where the IP header begins"
returns steer 0 "sk_lookup: the context" "ctx=${lookup}611e0000"
returns steer 1 "sk_lookup: another port" "ctx=${lookup}621e0000"
returns look_on 1 "netfilter: the packet" "data=$packet"

# --- with a context alone ---------------------------------------------------------------------

# number NUMBER BYTES: little endian, or as this machine has it
number() {
	local i n=$1 text=''
	for ((i = 0; i < $2; i++)); do
		if [ "$BIG" = 1 ]; then text=$(printf %02x $((n & 255)))$text; else text+=$(printf %02x $((n & 255))); fi
		n=$((n >> 8))
	done
	echo "$text"
}
BIG=$([ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ] || echo 1)
returns traced 302 "raw_tracepoint: arguments as the context" "ctx=$(number 3 8)$(number 2 8)"
fails_with 1 "error:" "raw_tracepoint takes no packet" \
	cleat program run "$o" traced "data=$packet" "ctx=$(number 3 8)$(number 2 8)"
if have_hook syscall; then
	returns add 12 "syscall: the context" "ctx=$(number 5 4)$(number 7 4)$(number 0 4)"
	like "$(<"$TEST_TMP/.out")" "\"ctx\": ?\"$(number 5 4)$(number 7 4)$(number 12 4)\"" \
		"syscall: what it leaves of it"
else
	skip "syscall" "$HOOK_REASON"
fi

# The functions of this struct are there to be run so; the first argument is a pointer to a state.
ops=$TEST_OBJ_DIR/testrun-ops.bpf.o
none=$(number 0 8)
if cleat verify "$ops" >"$TEST_TMP/err" 2>&1; then
	o=$ops returns alone 7 "struct_ops: without a state" "ctx=$none"
	fails_with 1 "error:" "struct_ops: a context of another function's size" \
		cleat program run "$ops" alone "ctx=$none$none"
else
	skip "struct_ops" "$(grep -m 1 error: "$TEST_TMP/err")"
fi

# --- live frames: they arrive -----------------------------------------------------------------

# On the loopback of a namespace of their own: the IP layer counts them.
arrived() { in_ns "$NS_A" awk '$1 == "Ip:" && $4 ~ /[0-9]/ { print $4 }' /proc/self/net/snmp; }
new_netns
frame=000000000000020000000001${packet:24}
if have_hook xdp_live; then
	before=$(arrived)
	succeeds "xdp: the packet, not live" in_ns "$NS_A" "$CLEAT" program run "$o" letting "data=$frame" repeat=100
	is $(($(arrived) - before)) 0 "xdp: goes nowhere"
	succeeds "xdp: live frames" in_ns "$NS_A" "$CLEAT" program run "$o" letting "data=$frame" repeat=100 live=yes batch=10
	came() { [ $(($(arrived) - before)) = 100 ]; }
	if wait_for came; then ok "xdp: all of them arrive"; else not_ok "xdp: all of them arrive" "$(arrived) of $before"; fi
	fails_with 1 "live frames are for XDP programs" "live frames of another type" \
		cleat program run "$o" classifier "data=$frame" live=yes
else
	skip "xdp: live frames" "$HOOK_REASON"
	fails_with 1 "came with Linux 5.18" "xdp: live frames" \
		cleat program run "$o" letting "data=$frame" live=yes
fi
if cleat program run "$o" traced cpu=0 "ctx=$(number 3 8)$(number 2 8)" --json >"$TEST_TMP/.out" 2>"$TEST_TMP/err"; then
	like "$(<"$TEST_TMP/.out")" '"retval": ?302' "raw_tracepoint: on a CPU"
else
	skip "raw_tracepoint: on a CPU" "$(head -n 1 "$TEST_TMP/err")"
fi
fails_with 2 "nothing comes back" "live, and a file for what comes back" \
	cleat program run "$o" letting "data=$frame" live=yes data-out=x
fails_with 2 "batch goes with live=yes" "batch alone" cleat program run "$o" letting "data=$frame" batch=2
fails_with 2 "live: yes or no, not 'maybe'" "neither" cleat program run "$o" letting "data=$frame" live=maybe
fails_with 2 "repeat: a number from 1 on, not '0'" "never" cleat program run "$o" letting "data=$frame" repeat=0

# What traces a function is not run by itself: the kernel calls that function.
if have_hook fentry; then
	run_unit "$(printf '[object]\npath = testrun.bpf.o\n%s[program entry]\nload = yes\n' \
		"$(printf '[program %s]\nload = no\n' filter classifier sending leaving ping letting dissect steer look_on traced add)
" | test_unit entry)" || bail "fentry: $(<"$RUN_ERR")"
	id=$(cleat list programs | awk '$3 == "entry" { print $1 }')
	entered() { [[ $(cleat map dump --json "$(map_id testrun.bss)") =~ \"entered\":\"?$1[,}\"\ ] ]]; }
	succeeds "fentry: run by its id" cleat program run "$id"
	succeeds "and it is called" wait_for entered 1
	succeeds "once more" cleat program run "$id"
	succeeds "and again" wait_for entered 2
	stop_run
else
	skip "fentry: run by its id" "$HOOK_REASON"
fi

# --- what is refused ----------------------------------------------------------------------------

fails_with 1 "error:" "a context that is none" cleat program run "$o" classifier "data=$packet" "ctx=ff"
fails_with 1 "error:" "no packet" cleat program run "$o" classifier
is "$(cleat program run "$o" classifier 2>&1 | grep -c error:)" 1 "one message"
done_testing
