#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The flow_dissector plugin: packet sockets that share an interface by flow get
# their packets as the program says, by a link and without one.
. "$TEST_LIB"

new_netns
start_talker "$NS_B"
talk fanout "$IF_B" 4
first=$ANSWER
[ "$first" -gt 0 ] || bail "no fanout: $first"

# Sends 32 datagrams, each from a port of its own, and sets USED to the number of
# sockets that have seen more than a few packets.
spread() {
	local i
	for i in 0 1 2 3; do talk count $((first + i)); done
	# shellcheck disable=SC2016
	in_ns "$NS_A" bash -c 'for i in {1..32}; do echo x >"/dev/udp/$0/9"; done' "$IP4_B" 2>/dev/null
	USED=0
	for i in 0 1 2 3; do
		talk count $((first + i))
		if [ "$ANSWER" -gt 2 ]; then USED=$((USED + 1)); fi
	done
}
unit() {
	local name=$1 line
	shift
	{
		printf '[object]\npath = test.bpf.o\n[attach one_flow]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

spread
if [ "$USED" -gt 1 ]; then ok "many flows reach many sockets"; else not_ok "many flows reach many sockets"; fi

# dissects WHAT LINKS KEY=VALUE...
dissects() {
	local what=$1 links=$2
	shift 2
	if ! run_unit "$(unit flow "netns = $NS_B" "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	spread
	is "$USED" 1 "$what: one flow reaches one socket"
	if [ "$(global packets)" -ge 32 ]; then ok "$what: packets are counted"; else not_ok "$what: packets are counted"; fi
	is "$(cleat list links | grep -c "netns=$NS_B")" "$links" "$what: what is listed"
	fails_with 1 "'$NS_B' has a flow dissector already" "$what: a second one is refused" \
		cleat run "$(unit second "netns = $NS_B" "$@")"
	stop_run
	is $? 0 "$what: ends well"
	spread
	if [ "$USED" -gt 1 ]; then ok "$what: undone"; else not_ok "$what: undone"; fi
}

dissects "auto" 1
dissects "link" 1 "via = link"
dissects "without a link" 0 "via = attach"

all_seen() {
	EVENTS=160
	for ((n = 0; n < EVENTS; n += 32)); do
		spread
		[ "$USED" = 1 ] || return 1
	done
}
replaces "link, replaced" one_flow packets all_seen "netns=$NS_B" via=link
replaces "without a link, replaced" one_flow packets all_seen "netns=$NS_B" via=attach

run_unit "$(unit several "netns = /run/netns/t1-*")" || bail "several" "$(<"$RUN_ERR")"
is "$(cleat list links | grep -cE 'flow_dissector .*netns=t1-[ab]')" 2 "a glob of paths"
stop_run

fails_with 1 "no network namespace 'nowhere'" "no such namespace" \
	cleat run "$(unit flow "netns = nowhere")"
fails_with 1 "'netns' is missing" "no namespace at all" cleat check "$(unit flow)"
is "$(cleat run "$(unit flow "netns = nowhere")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
