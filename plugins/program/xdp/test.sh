#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The xdp plugin: a program counts and drops pings on a veth pair, in every mode
# and by every way of attaching; what is in the way is said, and replaced on
# request; and nothing is left.
. "$TEST_LIB"

new_netns
ping_b() { answers "$NS_A" "$IP4_B"; }
in_b() { in_ns "$NS_B" "$CLEAT" "$@"; }
# What ip says of XDP on an interface of NS_B
xdp_on() { ip -n "$NS_B" -d link show dev "$1" | grep -oE 'xdp(generic|offload)?( |/id)' | head -n 1; }

# unit NAME [KEY=VALUE...]: drops pings on IF_B
unit() {
	local name=$1 line
	shift
	{
		printf '[object]\npath = test.bpf.o\n[global action]\nvalue = 1\n[attach ping]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

have_hook xdp_link
link=$?

# --- the ways of attaching ---

# drops WHAT LINK_REGEX KEY=VALUE...: such a unit drops pings, and leaves nothing
drops() {
	local what=$1 wanted=$2 u links
	shift 2
	u=$(unit drop "interface = $IF_B" "$@")
	if ! IN_NS=$NS_B run_unit "$u"; then not_ok "$what: attached" "$(<"$RUN_ERR")"; return; fi
	succeeds "$what: pings are dropped" silent ping_b
	if [ "$(global pings)" -ge 1 ]; then ok "$what: and counted"; else not_ok "$what: and counted"; fi
	links=$(in_b list links --json)
	if [ "$wanted" = none ]; then
		is "$(grep -c "\"interface\":\"$IF_B\"" <<<"$links")" 0 "$what: it is no link"
	else
		like "$links" "$wanted" "$what: what is listed"
	fi
	stop_run
	is $? 0 "$what: ends well"
	succeeds "$what: pings pass again" ping_b
	is "$(xdp_on "$IF_B")" "" "$what: the interface is bare again"
}

if [ $link = 0 ]; then
	drops "auto" "\"interface\":\"$IF_B\",\"mode\":\"native\""
	drops "native" "\"interface\":\"$IF_B\",\"mode\":\"native\"" "mode = native"
	drops "generic" "\"interface\":\"$IF_B\",\"mode\":\"generic\"" "mode = generic" "via = link"
else
	skip "links" "$HOOK_REASON"
fi
drops "netlink, native" none "via = netlink" "mode = native"
drops "netlink, generic" none "via = netlink" "mode = generic"
drops "by number" "." "interface = $(in_ns "$NS_B" cat /sys/class/net/"$IF_B"/ifindex 2>/dev/null ||
	ip -n "$NS_B" -o link show dev "$IF_B" | cut -d: -f1)"

# The loopback interface has no native mode.
u=$(unit lo "interface = lo")
IN_NS=$NS_B run_unit "$u" || not_ok "falls back to generic" "$(<"$RUN_ERR")"
like "$(xdp_on lo)" "^xdpgeneric" "auto falls back to generic"
succeeds "and the program runs there" silent answers "$NS_B" 127.0.0.1
stop_run

fails_with 1 "lo.ini:7: error: .*driver of 'lo' cannot run it in mode native.*hint: mode generic" \
	"native where the driver has none" in_b run "$(unit lo "interface = lo" "mode = native")"

# --- replaced ---

all_dropped() { hundred_lost "$NS_A" "$IP4_B" >/dev/null; }
if [ $link = 0 ]; then
	IN_NS=$NS_B replaces "link" ping pings all_dropped -action=1 "interface=$IF_B" via=link
fi
IN_NS=$NS_B replaces "netlink" ping pings all_dropped -action=1 "interface=$IF_B" via=netlink

# --- globs ---

ip -n "$NS_B" link add vc0 type veth peer name vc1
u=$(unit globs "interface = v[bc]*" "interface = $IF_B")
IN_NS=$NS_B run_unit "$u" || not_ok "globs" "$(<"$RUN_ERR")"
is "$(for i in "$IF_B" vc0 vc1 lo; do xdp_on "$i" | grep -c xdp; done | tr -d '\n')" 1110 \
	"a glob attaches to all that match, each once"
stop_run
fails_with 1 "globs.ini:6: error: .*no network interface matches 'wg\*'.*hint: there are: .*lo" \
	"a glob that matches nothing" in_b run "$(unit globs "interface = wg*")"
is "$(for i in "$IF_B" vc0 vc1; do xdp_on "$i"; done)" "" "nothing is left of it"

# --- MTU ---

ip -n "$NS_B" link set vc0 mtu 8000
ip -n "$NS_B" link set vc1 mtu 8000
if [ $link = 0 ] && fails_with 1 "'vc0': its MTU of 8000, .*hint: SEC..xdp.frags" \
	"an MTU that is too large" in_b run "$(unit mtu "interface = vc0" "mode = native")"; then
	u=$(test_unit frags <<-EOF
	[object]
	path = test-frags.bpf.o
	[attach frags]
	interface = vc0
	mode = native
	EOF
	)
	if IN_NS=$NS_B run_unit "$u"; then
		ok "xdp.frags takes it, and devmap and cpumap programs load beside it"
		stop_run
	elif ! grep -q 'bpf_xdp_get_buff_len' /proc/kallsyms; then
		skip "xdp.frags takes it" "this kernel's packets of XDP are in one piece"
	else
		not_ok "xdp.frags takes it" "$(<"$RUN_ERR")"
	fi
fi
u=$(test_unit devmap <<-EOF
[object]
path = test-frags.bpf.o
[attach frags]
interface = vc0
[attach on_the_way_out]
interface = vc0
EOF
)
fails_with 1 "'xdp.frags/devmap' is not attached.*hint: it runs from a devmap" \
	"a devmap program is not attached" in_b check "$u"

# --- another program is there ---

for via in netlink link; do
	if [ $via = link ] && [ $link != 0 ]; then continue; fi
	IN_NS=$NS_B run_unit "$(unit first "interface = $IF_B" "via = $via")" || bail "first"
	first=$RUN_PID
	fails_with 1 "'$IF_B' has an XDP program already: program [0-9]+ 'ping', native" \
		"$via: the second is refused" in_b run "$(unit second "interface = $IF_B")"
	fails_with 1 "'$IF_B' has an XDP program already" "$via: and by netlink" \
		in_b run "$(unit second "interface = $IF_B" "via = netlink")"
	stop_run "$first"
done
IN_NS=$NS_B run_unit "$(unit first "interface = $IF_B" "via = netlink")" || bail "first"
first=$RUN_PID
id=$(ip -n "$NS_B" -d link show dev "$IF_B" | grep -oE 'id [0-9]+' | tail -n 1)
IN_NS=$NS_B run_unit "$(unit second "interface = $IF_B" "replace = yes")" || bail "replace"
now=$(ip -n "$NS_B" -d link show dev "$IF_B" | grep -oE 'id [0-9]+' | tail -n 1)
if [ -n "$now" ] && [ "$now" != "$id" ]; then ok "replace = yes"; else not_ok "replace = yes" "$now"; fi
stop_run "$first"
like "$(xdp_on "$IF_B")" "^xdp" "the first goes and leaves the second alone"
stop_run
is "$(xdp_on "$IF_B")" "" "the second is gone, too"
if [ $link = 0 ]; then
	IN_NS=$NS_B run_unit "$(unit first "interface = $IF_B")" || bail "first"
	first=$RUN_PID
	fails_with 1 "hint: link [0-9]+ holds it" "a link is not replaced" \
		in_b run "$(unit second "interface = $IF_B" "replace = yes")"
	if IN_NS=$NS_B run_unit "$(unit second "interface = $IF_B" "replace = force")"; then
		ok "but by force"
	else
		not_ok "but by force" "$(<"$RUN_ERR")"
	fi
	stop_run
	stop_run "$first"
	is $? 0 "the one that was replaced ends well"
fi

# Ours was taken away by another hand: what is there now, if only nothing, is not replaced.
find_plugins
# shellcheck disable=SC2016
fails_with 1 "xdp on $IF_B, [a-z]+, by netlink: cannot replace the program" "a program that was taken away is not replaced" \
	in_ns "$NS_B" bash -c '{
		until [[ $(ip -d link show dev "$2") == *prog/xdp* ]]; do sleep 0.05; done
		for mode in xdpdrv xdpgeneric; do ip link set dev "$2" $mode off; done
		sleep 3
	} | "$0" "$1" ping pings -action=1 "interface=$2" via=netlink' \
	"$TEST_BIN_DIR/replaceloop" "$TEST_OBJ_DIR/test.bpf.o" "$IF_B"

# --- what is wrong is said once ---

fails_with 1 "bad.ini:6: error: [^
]*no network interface 'vv1'" "no such interface" in_b run "$(unit bad "interface = vv1")"
like "$(in_b run "$(unit bad "interface = ${IF_B%?}x")" 2>&1)" "hint: did you mean '$IF_B'" \
	"with the nearest"
fails_with 1 "'mode': 'nativ' is none of.*did you mean 'native'" "a wrong mode" \
	in_b check "$(unit bad "interface = lo" "mode = nativ")"
fails_with 1 "'interface' is missing" "no interface" in_b check "$(unit bad)"
fails_with 1 "mode offload needs .*hint: write 'mode = offload' and 'device" "offload, not loaded so" \
	in_b check "$(unit bad "interface = lo" "mode = offload")"
is "$(in_b run "$(unit bad "interface = vv1")" 2>&1 | grep -c error:)" 1 "one message for one mistake"
done_testing
