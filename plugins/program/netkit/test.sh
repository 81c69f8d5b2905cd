#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The netkit plugin: what each end sends is counted and dropped; what is no
# netkit device, or the wrong end of one, is said.
. "$TEST_LIB"

new_netns

# unit NAME "PROGRAM..." VERDICT [KEY=VALUE...]
unit() {
	local name=$1 wanted=$2 verdict=$3 p line
	shift 3
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		for p in primary peer; do
			if [[ " $wanted " != *" $p "* ]]; then
				printf '[program %s]\nload = no\n' $p
				continue
			fi
			echo "[attach $p]"
			for line in "$@"; do echo "$line"; done
		done
	} | test_unit "$name"
}

fails_with 1 "'interface' is missing" "no interface" cleat check "$(unit bad primary 0)"
fails_with 1 "end peer, but the section is 'netkit/primary'.*section = netkit/peer" "two ends" \
	cleat check "$(unit bad primary 0 "interface = lo" "end = peer")"
if ! have_hook netkit; then
	is "$(cleat run "$(unit bad primary 0 "interface = lo")" 2>&1 | grep -c error:)" 1 \
		"refused: one message"
	skip "netkit devices" "$HOOK_REASON"
	done_testing
	exit
fi
# An older ip(8) can make one, but not name its peer.
if ! ip -n "$NS_A" link add kat0 type netkit || ! ip -n "$NS_A" link set nk0 netns "$NS_B"; then
	skip "netkit devices" "none can be made"
	done_testing
	exit
fi
ip -n "$NS_A" addr add 10.78.0.1/24 dev kat0
ip -n "$NS_B" addr add 10.78.0.2/24 dev nk0
ip -n "$NS_A" link set kat0 up
ip -n "$NS_B" link set nk0 up
ping_b() { answers "$NS_A" 10.78.0.2; }
denied() { silent ping_b; }
succeeds "packets pass" wait_for ping_b

if IN_NS=$NS_A run_unit "$(unit count "primary peer" 0 "interface = kat0")"; then
	ping_b >/dev/null
	succeeds "what the primary end sends is seen" global_reaches primary_sent 1
	succeeds "what the peer sends is seen" global_reaches peer_sent 1
	links=$(in_ns "$NS_A" "$CLEAT" list links --json)
	like "$links" '"plugin":"netkit","interface":"kat0","end":"primary"' "listed: primary"
	like "$links" '"plugin":"netkit","interface":"kat0","end":"peer"' "listed: peer"
	stop_run
	is $? 0 "ends well"
else
	not_ok "attached" "$(<"$RUN_ERR")"
fi
for end in primary peer; do
	if IN_NS=$NS_A run_unit "$(unit drop $end 2 "interface = kat*")"; then
		succeeds "$end: dropped" denied
		stop_run
		succeeds "$end: packets pass again" ping_b
	else
		not_ok "$end" "$(<"$RUN_ERR")"
	fi
done
all_dropped() { hundred_lost "$NS_A" 10.78.0.2 >/dev/null; }
IN_NS=$NS_A replaces "replaced" primary primary_sent all_dropped -verdict=2 interface=kat0

IN_NS=$NS_A run_unit "$(unit first primary 0 "interface = kat0")" || bail first
first=$RUN_PID
if IN_NS=$NS_A run_unit "$(unit before primary 2 "interface = kat0" "before = all")"; then
	succeeds "one before the other" denied
	stop_run
else
	not_ok "one before the other" "$(<"$RUN_ERR")"
fi
stop_run "$first"

fails_with 1 "'$IF_A' is no netkit device" "no netkit device" \
	in_ns "$NS_A" "$CLEAT" run "$(unit bad primary 0 "interface = $IF_A")"
fails_with 1 "'nk0' is the peer end" "the wrong end" \
	in_ns "$NS_B" "$CLEAT" run "$(unit bad primary 0 "interface = nk0")"
fails_with 1 "did you mean 'kat0'" "no such interface" \
	in_ns "$NS_A" "$CLEAT" run "$(unit bad primary 0 "interface = kat1")"
done_testing
