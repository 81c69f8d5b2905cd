#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Programs that drop everything are replaced again and again by apply, under a stream of packets: none of them comes
# through. APPLY_ROUNDS says how often at each hook; 1000 is what docs/testing.md tells of.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

: "${APPLY_ROUNDS:=$((TEST_TIME_SCALE > 1 ? 3 : 10))}"
ROOT=/sys/fs/bpf/cleat
new_netns

here() { in_ns "$NS_A" "$CLEAT" "$@"; }
received() { in_ns "$NS_A" awk '/^Ip: [0-9]/ { print $4 }' /proc/net/snmp; }
dropped() { here map dump "$ROOT/wall/maps/seen" | sed 's/.*-> //' | awk '{ n += $1 } END { print n + 0 }'; }
program() { here show program "$ROOT/wall/programs/$1" --json | grep -o '"id":[0-9]*' | head -n 1; }
# wall PROGRAM KEYS SLOT: the unit; the constant is another each time, and so is the program
wall() {
	local other lines=''
	for other in door sockets gate; do
		lines+="[program $other]"$'\n'"load = $([ "$other" = "$1" ] && echo yes || echo no)"$'\n'
	done
	printf '[object]\npath = apply.bpf.o\n%s[attach %s]\n%s\n[global verdict]\nvalue = 1\n[global slot]\nvalue = %s\n[map seen]\nentry = 0 -> 0\nentry = 1 -> 0\n' \
		"$lines" "$1" "$2" "$3" | test_unit wall
}

# No answer is waited for, and no question for the address is asked: what arrives is counted.
in_ns "$NS_B" ip neigh replace "$IP4_A" lladdr "$(in_ns "$NS_A" ip -o link show dev "$IF_A" | sed 's/.*link.ether \([0-9a-f:]*\).*/\1/')" dev "$IF_B" nud permanent

# stream WHAT PROGRAM KEYS
stream() {
	local what=$1 before after first last i bad='' pid
	succeeds "$what: apply" here apply "$(wall "$2" "$3" 0)"
	first=$(program "$2")
	in_ns "$NS_B" ping -q -i 0.001 -W 0.001 "$IP4_A" >/dev/null 2>&1 &
	pid=$!
	has_dropped() { [ "$(dropped)" -gt 0 ]; }
	wait_for has_dropped || not_ok "$what: packets come"
	before=$(received)
	for ((i = 1; i <= APPLY_ROUNDS; i++)); do
		here apply --quiet "$(wall "$2" "$3" $((i % 2)))" || bad+="$i "
	done
	after=$(received) last=$(program "$2")
	is "$bad" "" "$what: applied $APPLY_ROUNDS times"
	is "$([ "$first" != "$last" ] && echo another)" another "$what: each time another program"
	is "$((after - before))" 0 "$what: none of $(dropped) packets came through"
	kill "$pid"
	wait "$pid" 2>/dev/null
	succeeds "$what: remove" here remove wall
}

stream "XDP" door "interface = $IF_A"
stream "XDP by netlink" door "interface = $IF_A
via = netlink"
stream "tc" gate "interface = $IF_A
direction = ingress"
stream "tc by a filter" gate "interface = $IF_A
direction = ingress
via = clsact"

done_testing
