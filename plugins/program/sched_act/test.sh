#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sched_act plugin: an action for all packets of an interface, and one that
# a filter of others refers to; what is left behind: nothing.
. "$TEST_LIB"
requires_tool tc

new_netns

# unit NAME VERDICT [KEY=VALUE...]
unit() {
	local name=$1 verdict=$2 line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		echo '[attach act]'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
in_b() { in_ns "$NS_B" "$@"; }
ping_b() { answers "$NS_A" "$IP4_B"; }
denied() { silent ping_b; }
actions() { in_b tc actions ls action bpf 2>/dev/null | grep -c 'index '; }
no_actions() { [ "$(actions)" = 0 ]; }

fails_with 1 "in which direction" "no direction" cleat check "$(unit bad 2 "interface = lo")"
fails_with 1 "'priority' goes with 'interface'" "no interface" \
	cleat check "$(unit bad 2 "priority = 7")"
fails_with 1 "index is 1 to" "a wrong index" cleat check "$(unit bad 2 "index = 0")"

if ! have_hook sched_act; then
	is "$(in_b "$CLEAT" run "$(unit bad 2)" 2>&1 | grep -c error:)" 1 "refused: one message"
	skip "actions" "$HOOK_REASON"
	done_testing
	exit
fi

for direction in ingress egress; do
	keys=("interface = $IF_B" "direction = $direction")
	if IN_NS=$NS_B run_unit "$(unit drop 2 "${keys[@]}")"; then
		succeeds "$direction: packets are dropped" denied
		succeeds "$direction: and counted" global_reaches packets 1
		stop_run
		is $? 0 "$direction: ends well"
		succeeds "$direction: packets pass again" ping_b
		succeeds "$direction: no action is left" wait_for -t 1 no_actions
		is "$(in_b tc qdisc show dev "$IF_B" | grep -c clsact)" 0 "$direction: nor a discipline"
	else
		not_ok "$direction: attached" "$(<"$RUN_ERR")"
	fi
done
if IN_NS=$NS_B run_unit "$(unit silent -1 "interface = v*" "direction = ingress" \
	"otherwise = drop" "priority = 7" "index = 42")"; then
	succeeds "otherwise = drop" denied
	like "$(in_b tc filter show dev "$IF_B" ingress)" "pref 7 matchall.*index 42" \
		"priority and index"
	stop_run
else
	not_ok "otherwise = drop" "$(<"$RUN_ERR")"
fi

all_dropped() { hundred_lost "$NS_A" "$IP4_B" >/dev/null; }
IN_NS=$NS_B replaces "replaced" act packets all_dropped -verdict=2 "interface=$IF_B" direction=ingress

# --- an action alone ---

IN_NS=$NS_B run_unit "$(unit alone 2 "index = 77")" || bail "an action alone"
like "$(<"$RUN_ERR")$(<"$RUN_OUT")" "action bpf index 77" "its index is said"
succeeds "nobody runs it" ping_b
in_b tc qdisc add dev "$IF_B" clsact
if in_b tc filter add dev "$IF_B" ingress matchall action bpf index 77; then
	succeeds "a filter refers to it" denied
	succeeds "it counts" global_reaches packets 1
	in_b tc filter del dev "$IF_B" ingress
	succeeds "without the filter" ping_b
else
	skip "a filter refers to it" "this tc cannot"
fi
fails_with 1 "there is an action 77 already" "an index that is taken" \
	in_b "$CLEAT" run "$(unit second 2 "index = 77")"
stop_run
is $? 0 "ends well"
succeeds "no action is left" wait_for -t 1 no_actions
done_testing
