#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lwt plugin: programs see and drop what goes through a route, in and out, and
# two kinds share a route; a route goes with what made it, and only that.
. "$TEST_LIB"
requires_hook lwt

new_netns
THERE4=10.99.0.2 THERE6=fd99::2 HERE4=10.99.1.1
ip -n "$NS_B" addr add "$THERE4/32" dev lo
ip -n "$NS_B" addr add "$THERE6/128" dev lo nodad
ip -n "$NS_B" route add "$HERE4/32" via "$IP4_A"
in_a() { in_ns "$NS_A" "$CLEAT" "$@"; }
route_to() { ip -n "$NS_A" -o route show table all | grep 'encap bpf'; }

# unit NAME "PROGRAM..." VERDICT [KEY=VALUE...]
unit() {
	local name=$1 programs=$2 verdict=$3 p line
	shift 3
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		for p in in out xmit; do
			if [[ " $programs " != *" $p "* ]]; then printf '[program %s]\nload = no\n' $p; fi
		done
		for p in $programs; do
			echo "[attach $p]"
			for line in "$@"; do echo "$line"; done
		done
	} | test_unit "$name"
}

# passes WHAT PROGRAM COUNTER FROM TO KEY=VALUE...: counted first, then dropped
passes() {
	local what=$1 program=$2 counter=$3 from=$4 to=$5
	shift 5
	if ! IN_NS=$NS_A run_unit "$(unit pass "$program" 0 "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	succeeds "$what: packets pass" wait_for answers "$from" "$to"
	if [ "$(global "$counter")" -ge 1 ]; then ok "$what: and are counted"; else not_ok "$what: and are counted"; fi
	stop_run
	is $? 0 "$what: ends well"
	IN_NS=$NS_A run_unit "$(unit drop "$program" 2 "$@")" || bail "$what: drop"
	succeeds "$what: packets are dropped" silent answers "$from" "$to"
	if [ "$(global "$counter")" -ge 1 ]; then ok "$what: by the program"; else not_ok "$what: by the program"; fi
	stop_run
	is "$(route_to)" "" "$what: no route is left"
}

passes "out" out routed "$NS_A" "$THERE4" "route = $THERE4" "gateway = $IP4_B"
passes "out, IPv6" out routed "$NS_A" "$THERE6" "route = fd99::/64" "gateway = $IP6_B" "device = $IF_A"
passes "xmit" xmit sent "$NS_A" "$THERE4" "route = 10.99.0.0/24" "gateway = $IP4_B" "headroom = 16"
passes "in" in received "$NS_B" "$HERE4" "route = $HERE4/32" "type = local" "device = lo"

all_dropped() { hundred_lost "$NS_A" "$THERE4" >/dev/null; }
IN_NS=$NS_A replaces "replaced" out routed all_dropped -verdict=2 "route=$THERE4" "gateway=$IP4_B"

IN_NS=$NS_A run_unit "$(unit several out 2 "route = $THERE4" "route = 10.98.0.0/16" "gateway = $IP4_B")" ||
	bail "several" "$(<"$RUN_ERR")"
is "$(route_to | grep -oE '^10\.[0-9./]+' | sort | xargs)" "10.98.0.0/16 $THERE4" "several routes"
stop_run
is "$(route_to)" "" "several routes: none is left"

# --- a route for two ---

both=("route = $THERE4/32" "gateway = $IP4_B" "device = $IF_A" "metric = 7")
IN_NS=$NS_A run_unit "$(unit both "out xmit" 0 "${both[@]}")" || bail "both" "$(<"$RUN_ERR")"
like "$(route_to)" "^$THERE4 .*encap bpf out out:[0-9]+ .*xmit xmit:[0-9]+.* metric 7" "two kinds share a route"
answers "$NS_A" "$THERE4" >/dev/null
if [ "$(global routed)" -ge 1 ] && [ "$(global sent)" -ge 1 ]; then ok "and both run"; else not_ok "and both run"; fi
both_pid=$RUN_PID
IN_NS=$NS_A run_unit "$(unit third in 0 "${both[@]}")" || bail "third" "$(<"$RUN_ERR")"
like "$(route_to)" "in in:[0-9]+ .*out out:[0-9]+ .*xmit xmit:[0-9]+" "a third joins from another unit"
fails_with 1 "the route to $THERE4/32 has the lwt_out program 'out:[0-9]+' already" "one of each kind" \
	in_a run "$(unit more out 0 "${both[@]}")"
stop_run "$both_pid"
is $? 0 "the first two go"
like "$(route_to)" "encap bpf in in:[0-9]+ .*metric 7" "the third stays"
if [[ $(route_to) != *xmit* ]]; then ok "alone"; else not_ok "alone" "$(route_to)"; fi
stop_run
is "$(route_to)" "" "and takes the route with it"
IN_NS=$NS_A run_unit "$(unit room xmit 0 "${both[@]}" "headroom = 20")" || bail "room"
room=$RUN_PID
IN_NS=$NS_A run_unit "$(unit join out 0 "${both[@]}")" || bail "join"
like "$(route_to)" "xmit xmit:[0-9]+/20" "the headroom is kept"
stop_run
like "$(route_to)" "xmit xmit:[0-9]+/20" "and kept"
stop_run "$room"

# --- what is somebody else's ---

ip -n "$NS_A" route add "$THERE4/32" via "$IP4_B"
fails_with 1 "bad.ini:10: error: .*there is a route to $THERE4 already.*hint: another 'metric'" \
	"a route that is there" in_a run "$(unit bad out 0 "route = $THERE4" "gateway = $IP4_B")"
IN_NS=$NS_A run_unit "$(unit mine out 0 "route = $THERE4" "gateway = $IP4_B" "table = 77")" || bail "table"
like "$(route_to)" "table 77" "a table of its own"
ip -n "$NS_A" route replace "$THERE4" via "$IP4_B" table 77
stop_run
is $? 0 "a route that was replaced"
like "$(ip -n "$NS_A" route show table 77)" "$THERE4 via" "is left alone"

# --- what is wrong is said once ---

fails_with 1 "no network interface '${IF_A%?}x'.*did you mean '$IF_A'" "no such interface" \
	in_a run "$(unit bad out 0 "route = 10.1.0.0/16" "device = ${IF_A%?}x")"
fails_with 1 "cannot add a route to 10.1.0.0/16: " "a gateway that is not there" \
	in_a run "$(unit bad out 0 "route = 10.1.0.0/16" "gateway = 10.200.0.1")"
fails_with 1 "'10.1.0.1/16' has bits behind its length" "bits too many" \
	cleat check "$(unit bad out 0 "route = 10.1.0.1/16" "device = lo")"
fails_with 1 "'10.1.0.0/34' is not ADDRESS" "the second of two" \
	cleat check "$(unit bad out 0 "route = 10.1.0.0/16" "route = 10.1.0.0/34" "device = lo")"
fails_with 1 "'10.1.0.0/33' is not ADDRESS" "a length too long" \
	cleat check "$(unit bad out 0 "route = 10.1.0.0/33" "device = lo")"
fails_with 1 "'fe80::1' is no IPv4 address" "a gateway of the other family" \
	cleat check "$(unit bad out 0 "route = 10.1.0.0/16" "gateway = fe80::1")"
fails_with 1 "'mine' is no table" "no such table" \
	cleat check "$(unit bad out 0 "route = 10.1.0.0/16" "device = lo" "table = mine")"
fails_with 1 "where to" "nowhere" cleat check "$(unit bad out 0 "route = 10.1.0.0/16")"
fails_with 1 "'headroom' is for lwt_xmit" "a key of another kind" \
	cleat check "$(unit bad out 0 "route = 10.1.0.0/16" "device = lo" "headroom = 5")"
fails_with 1 "'route' is missing" "no route" cleat check "$(unit bad out 0 "device = lo")"
is "$(in_a run "$(unit bad out 0 "route = 10.1.0.0/16" "device = v9")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
