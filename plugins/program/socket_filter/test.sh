#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The socket_filter plugin: a program counts what passes an interface, and takes
# from a process's own socket what it would have received.
. "$TEST_LIB"

new_netns
in_b() { in_ns "$NS_B" "$CLEAT" "$@"; }
ping_b() { answers "$NS_A" "$IP4_B" -c 3 -i 0.01 >/dev/null; }

# unit NAME PROGRAM [KEY=VALUE...]
unit() {
	local name=$1 program=$2 other=count line
	shift 2
	if [ "$program" = count ]; then other=choose; fi
	{
		printf '[object]\npath = test.bpf.o\n[program %s]\nload = no\n[attach %s]\n' \
			$other "$program"
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

# --- an interface ---

attached() { # WHAT PROGRAM KEY=VALUE...: runs it, or says that it does not
	local what=$1 program=$2
	shift 2
	if IN_NS=$NS_B run_unit "$(unit socket "$program" "$@")"; then return; fi
	not_ok "$what: attached" "$(<"$RUN_ERR")"
	return 1
}
at_least() { [ "$(global "$1")" -ge "$2" ]; }
ended() { # WHAT
	stop_run
	is $? 0 "$1: ends well"
}

if attached "interface" count "interface = $IF_B"; then
	ping_b
	succeeds "interface: counts what comes in and goes out" wait_for at_least packets 6
	succeeds "interface: and tells them apart" at_least outgoing 3
	succeeds "interface: sees whole packets" at_least bytes 500
	ended "interface"
fi
if attached "incoming" count "interface = $IF_B" "outgoing = no"; then
	ping_b
	succeeds "incoming: counted" wait_for at_least packets 3
	is "$(global outgoing)" 0 "incoming: nothing else is"
	ended "incoming"
fi
if attached "protocol" count "interface = $IF_B" "protocol = 0x88cc"; then
	ping_b
	is "$(global packets)" 0 "protocol: other packets are not counted"
	ended "protocol"
fi
ip -n "$NS_B" link add vc0 type veth peer name vc1
before=$(in_ns "$NS_B" cat /proc/net/packet | wc -l)
if attached "globs" count "interface = v*" "promiscuous = yes"; then
	is $(($(in_ns "$NS_B" cat /proc/net/packet | wc -l) - before)) 3 "globs: a socket for each"
	like "$(in_ns "$NS_B" cat /sys/class/net/vc0/flags 2>/dev/null; ip -n "$NS_B" -d link show vc0)" \
		"promiscuity 1" "promiscuous"
	ended "globs"
	is "$(in_ns "$NS_B" cat /proc/net/packet | wc -l)" "$before" "globs: none is left"
fi
if attached "any" count "interface = any" "protocol = ip"; then
	answers "$NS_B" 127.0.0.1 >/dev/null
	succeeds "any: the loopback interface is one, too" wait_for at_least packets 1
	ended "any"
fi

all_seen() { EVENTS=200; answers "$NS_A" "$IP4_B" -q -c $((EVENTS / 2)) -i 0.01 >/dev/null; }
IN_NS=$NS_B replaces "interface, replaced" count packets all_seen "interface=$IF_B"

# --- a socket that is there ---

replies() { grep -c 'bytes from' "$TEST_TMP/ping"; }
more_replies() { [ "$(replies)" -gt "$1" ]; }
nsenter --net="/run/netns/$NS_A" -- ping -4 -n -i 0.2 "$IP4_B" >"$TEST_TMP/ping" &
pid=$!
wait_for more_replies 1 || bail "ping"
fd=
for f in "/proc/$pid/fd"/*; do
	case $(readlink "$f") in socket:*) fd=${f##*/} ;; esac
done
if run_unit "$(unit theirs count "pid = $pid" "fd = $fd")"; then
	succeeds "a socket of ping: what it would have received is counted" wait_for at_least packets 4
	n=$(replies)
	packets=$(global packets)
	wait_for at_least packets $((packets + 4))
	if [ "$(replies)" -le $((n + 1)) ]; then ok "and taken away"; else not_ok "and taken away"; fi
	stop_run
	is $? 0 "ends well"
	n=$(replies)
	succeeds "and ping goes on" wait_for more_replies "$n"
else
	not_ok "a socket of ping" "$(<"$RUN_ERR")"
fi
fails_with 1 "descriptor 0 of process $pid is not a socket" "not a socket" \
	cleat run "$(unit theirs count "pid = $pid" "fd = 0")"
fails_with 1 "process $pid has no descriptor 4000" "no such descriptor" \
	cleat run "$(unit theirs count "pid = $pid" "fd = 4000")"
fails_with 1 "does not share its port" "reuseport on a socket without it" \
	cleat run "$(unit theirs choose "pid = $pid" "fd = $fd" "reuseport = yes")"
kill "$pid"
wait "$pid" 2>/dev/null
fails_with 1 "no process $pid" "no such process" \
	cleat run "$(unit theirs count "pid = $pid" "fd = $fd")"

start_talker "$NS_B"
talk udp 127.0.0.1 7777
first=$ANSWER
talk udp 127.0.0.1 7777
second=$ANSWER
# received FD: how many datagrams wait there
received() {
	RECEIVED=0
	while talk ready "$1" && [ "$ANSWER" = 1 ]; do
		talk recv "$1"
		RECEIVED=$((RECEIVED + 1))
	done
}
if run_unit "$(unit shared choose "pid = $TALKER_PID" "fd = $first" "reuseport = yes")"; then
	for _ in {1..40}; do talk to 127.0.0.1 7777 x; done
	received "$first"
	is "$RECEIVED" 40 "reuseport: the program chooses the socket"
	received "$second"
	is "$RECEIVED" 0 "reuseport: and never the other"
	succeeds "reuseport: it was asked" at_least packets 40
	talk close "$first"
	stop_run
	is $? 0 "reuseport: ends well, though the socket it was attached through has gone"
else
	not_ok "reuseport" "$(<"$RUN_ERR")"
fi

# --- what is wrong is said once ---

fails_with 1 "socket.ini:6: error: .*no network interface '${IF_B%?}x'.*did you mean '$IF_B'" \
	"no such interface" in_b run "$(unit socket count "interface = ${IF_B%?}x")"
fails_with 1 "keys is missing: 'interface', 'fd'" "no socket" cleat check "$(unit socket count)"
fails_with 1 "'interface' and 'fd' exclude each other" "two" \
	cleat check "$(unit socket count "interface = lo" "fd = 3")"
fails_with 1 "'promiscuous' goes with 'interface'" "a key of the other" \
	cleat check "$(unit socket count "fd = 3" "promiscuous = yes")"
fails_with 1 "no protocol 'ipv5'.*did you mean 'ipv" "a protocol that is none" \
	cleat check "$(unit socket count "interface = lo" "protocol = ipv5")"
is "$(in_b run "$(unit socket count "interface = vv1")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
