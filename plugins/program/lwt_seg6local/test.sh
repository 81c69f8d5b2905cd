#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lwt_seg6local plugin: packets that are sent by way of a segment are counted
# and dropped there.
. "$TEST_LIB"
requires_hook lwt_seg6local

# Three namespaces in a row: the middle one has the segment, the last one is THERE.
new_netns
LAST=$NS_B MIDDLE_IF=$IF_A LAST_IF=$IF_B THERE=$IP6_B BACK=$IP6_A LAST_NET=${IP6_B%:*}:/64
from=$NS_A
new_netns
ip -n "$from" link set "$MIDDLE_IF" netns "$NS_B"
ip -n "$NS_B" addr add "$BACK/64" dev "$MIDDLE_IF" nodad
ip -n "$NS_B" link set "$MIDDLE_IF" up
SEGMENT=fd98::1
for i in all default lo "$IF_B" "$MIDDLE_IF"; do
	in_ns "$NS_B" bash -c "echo 1 >/proc/sys/net/ipv6/conf/$i/seg6_enabled" ||
		skip_all "no IPv6 segment routing here"
done
for i in all default lo "$LAST_IF"; do
	in_ns "$LAST" bash -c "echo 1 >/proc/sys/net/ipv6/conf/$i/seg6_enabled"
done
in_ns "$NS_B" bash -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip -n "$LAST" -6 route add default via "$BACK"
ip -n "$NS_A" -6 route add "$SEGMENT/128" via "$IP6_B" dev "$IF_A"
ip -n "$NS_A" -6 route add "$LAST_NET" encap seg6 mode inline segs "$SEGMENT" dev "$IF_A" ||
	skip_all "ip has no segment routing here"
reaches() { answers "$NS_A" "$THERE"; }
no() { ! "$@"; }
in_b() { in_ns "$NS_B" "$CLEAT" "$@"; }

# unit NAME VERDICT [KEY=VALUE...]
unit() {
	local name=$1 verdict=$2 line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		printf '[attach segment]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

succeeds "without a program the segment leads nowhere" silent reaches
IN_NS=$NS_B run_unit "$(unit pass 0 "route = $SEGMENT" "device = $IF_B")" || bail "attached" "$(<"$RUN_ERR")"
like "$(ip -n "$NS_B" -6 route show "$SEGMENT")" "encap seg6local action End.BPF endpoint segment" \
	"the route is there"
succeeds "packets go on from the segment" wait_for reaches
if [ "$(global packets)" -ge 1 ]; then ok "and are counted"; else not_ok "and are counted"; fi
fails_with 1 "there is a route to $SEGMENT already" "one program for a segment" \
	in_b run "$(unit second 0 "route = $SEGMENT" "device = $IF_B")"
stop_run
is $? 0 "ends well"
is "$(ip -n "$NS_B" -6 route show "$SEGMENT")" "" "the route is gone"
IN_NS=$NS_B run_unit "$(unit drop 2 "route = fd98::/64" "device = $IF_B" "metric = 5")" || bail "drop"
succeeds "packets are dropped" silent reaches
if [ "$(global packets)" -ge 1 ]; then ok "by the program"; else not_ok "by the program"; fi
ip -n "$NS_B" -6 route replace fd98::/64 dev "$IF_B" metric 5
stop_run
is $? 0 "a route that was replaced"
like "$(ip -n "$NS_B" -6 route show fd98::/64)" "fd98::/64 dev $IF_B" "is left alone"

all_dropped() { hundred_lost "$NS_A" "$THERE" >/dev/null; }
IN_NS=$NS_B replaces "replaced" segment packets all_dropped -verdict=2 "route=$SEGMENT" "device=$IF_B"

# --- what is wrong is said once ---

fails_with 1 "a segment is an IPv6 address" "an IPv4 segment" \
	cleat check "$(unit bad 0 "route = 10.0.0.1" "device = lo")"
fails_with 1 "segment's route is unicast" "a local one" \
	cleat check "$(unit bad 0 "route = $SEGMENT" "device = lo" "type = local")"
fails_with 1 "'route' is missing" "no segment" cleat check "$(unit bad 0 "device = lo")"
fails_with 1 "no network interface '${IF_B%?}x'.*did you mean '$IF_B'" "no such interface" \
	in_b run "$(unit bad 0 "route = $SEGMENT" "device = ${IF_B%?}x")"
is "$(in_b run "$(unit bad 0 "route = $SEGMENT" "device = v9")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
