#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# apply without links: programs that the kernel keeps by netlink, in filters and in cgroups are found again, replaced,
# put back and taken away like links; what a hook takes once is attached in another way; what ends with the
# process is refused.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

requires_hook xdp_link cgroup_link

ROOT=/sys/fs/bpf/cleat
new_netns
new_cgroup

# unit NAME PROGRAM KEYS [LINES]: loads and attaches this program of the object alone
unit() {
	local other lines=''
	for other in door sockets gate; do
		lines+="[program $other]"$'\n'"load = $([ "$other" = "$2" ] && echo yes || echo no)"$'\n'
	done
	printf '[object]\npath = apply.bpf.o\n%s[attach %s]\n%s\n%s\n' "$lines" "$2" "$3" "${4-}" | test_unit "$1"
}
here() { in_ns "$NS_A" "$CLEAT" "$@"; }
knock() { in_ns "$NS_B" ping -c 1 -W 0.3 "$IP4_A" >/dev/null 2>&1; }
socket() { in_cgroup "$CGROUP" "$CLEAT" --version >/dev/null && in_cgroup "$CGROUP" bash -c ': >/dev/udp/127.0.0.1/9'; }
made() { if [ -e "$ROOT" ]; then find "$ROOT" -mindepth 1 ! -path "$ROOT/hold*"; fi; }
packets() { here map dump "$ROOT/$1/maps/%2ebss" | grep -o 'packets[^0-9]*[0-9]*' | grep -o '[0-9]*$'; }
seen() { here map get "$ROOT/$1/maps/seen" 1 2>/dev/null | sed 's/.*-> //'; }
actions() { here plan --json "$@" | grep -o '"action":"[a-z]*","unit":"[a-z]*","kind":"[a-z]*"' |
	sed 's/"[a-z]*":"\([^"]*\)"/\1/g; s/,/ /g' | tr '\n' ';'; }
# ids KIND KEY...: of the programs that are there
ids() { here list attached "$@" --json 2>/dev/null | grep -o '"program":[0-9]*' | tr '\n' ' '; }

# ways WORD NAME PROGRAM KEYS STREAM WHERE...: all that can become of a program there
ways() {
	local word=$1 name=$2 program=$3 keys=$4 stream=$5 unit first second count
	shift 5
	unit=$(unit "$name" "$program" "$keys" '[map seen]
entry = 1 -> 0')
	like "$(here plan "$unit")" "\\+ link $program: .* \\[$word\\]" "$name: plan says by what"
	like "$(here plan --json "$unit")" "\"way\":\"$word\",\"lasts\":\"boot\"" "$name: and how long it lasts"
	succeeds "$name: apply" here apply "$unit"
	$stream
	count=$(seen "$name")
	is "$([ "${count:-0}" -ge 1 ] && echo counted)" counted "$name: the program runs after the command ended"
	is "$(actions "$unit")" "" "$name: a second plan has nothing to do"
	succeeds "$name: status: applied" here status --quiet "$unit"
	first=$(ids "$@")

	unit=$(unit "$name" "$program" "$keys" '[map seen]
entry = 1 -> 0
[global slot]
value = 2')
	is "$(actions "$unit")" "update $name map;update $name program;update $name link;" "$name: plan: another constant"
	succeeds "$name: another program in its place" here apply "$unit"
	second=$(ids "$@")
	is "$([ -n "$second" ] && [ "$first" != "$second" ] && echo another)" another "$name: which is another"
	is "$(wc -w <<<"$second")" 1 "$name: and alone"
	is "$(actions "$unit")" "" "$name: all is as the unit says"

	unit "$name" "$program" "$keys" '[map seen]
entry = 1 -> 0' >/dev/null
	fails_with 1 "no network interface" "$name: another unit fails" here apply "$unit" "$(unit broken door 'interface = nowhere')"
	is "$(ids "$@")" "$second" "$name: what was there is there"
	fails_with 1 "" "$name: a change that fails later" here apply "$unit" "$taken"
	is "$(ids "$@")" "$second" "$name: was taken back"

	succeeds "$name: remove" here remove "$name"
	is "$(ids "$@")$(made)" "" "$name: leaves nothing"
}

# Where one is already, another loads and cannot be attached.
succeeds "an interface that is taken" here apply "$(unit hold door 'interface = lo')"
taken=$(unit taken door 'interface = lo')

ways netlink wire door "interface = $IF_A
via = netlink" knock xdp "interface=$IF_A"
ways 'clsact filter' filter gate "interface = $IF_A
direction = ingress
via = clsact" knock tc "interface=$IF_A"
is "$(in_ns "$NS_A" tc qdisc show dev "$IF_A" 2>/dev/null | grep -c clsact)" 0 "the discipline went with the filter"
ways 'cgroup without a link' group sockets "cgroup = $CGROUP
mode = multi" socket cgroup_sock "cgroup=$CGROUP"

# --- disturbed from outside ------------------------------------------------------

unit=$(unit wire door "interface = $IF_A
via = netlink")
succeeds "by netlink again" here apply "$unit"
ip -n "$NS_A" link set dev "$IF_A" xdp off 2>/dev/null || ip -n "$NS_A" link set dev "$IF_A" xdpdrv off
is "$(actions "$unit")" "create wire link;" "one that was detached is seen"
succeeds "and made again" here apply "$unit"
is "$(actions "$unit")" "" "with the program that was there"

# --- another way at the same place -----------------------------------------------

way() { here list attached xdp "interface=$IF_A" --json | grep -o '"mode":"[a-z]*"'; }
unit=$(unit wire door "interface = $IF_A
mode = native")
like "$(here plan "$unit")" "~ link door: .*via=netlink -> .*mode=native \\(detached first: for a moment nothing is attached\\)" \
	"plan: another way at an interface that takes one program"
succeeds "apply: from netlink to a link" here apply "$unit"
is "$(way)" '"mode":"native"' "it is there in the other way"
is "$(find "$ROOT/wire/links" -type f)" "$ROOT/wire/links/door" "and is a link"
program=$(ids xdp "interface=$IF_A")
unit=$(unit wire door "interface = $IF_A
mode = generic")
fails_with 1 "" "a change that cannot be finished" here apply "$unit" "$taken"
is "$(way) $(ids xdp "interface=$IF_A")" "\"mode\":\"native\" $program" "is taken back: the old way, the same program"
unit wire door "interface = $IF_A
mode = native" >/dev/null
is "$(actions "$unit")" "" "and the plan of it is empty"
unit wire door "interface = $IF_A
mode = generic" >/dev/null
succeeds "apply: mode generic" here apply "$unit"
is "$(way)" '"mode":"generic"' "it is in mode generic"
is "$(ids xdp "interface=$IF_A" | wc -w)" 1 "and alone"
is "$(actions "$unit")" "" "and the plan is empty"
succeeds "remove" here remove wire
is "$(ids xdp "interface=$IF_A")$(made)" "" "leaves nothing"

# --- what others attached --------------------------------------------------------

unit=$(unit wire door "interface = $IF_A")
IN_NS=$NS_A run_unit "$(unit other door "interface = $IF_A")" || bail "run: $(<"$RUN_ERR")"
program=$(ids xdp "interface=$IF_A" | grep -o '[0-9]*')
like "$(here status "$unit")" "wire: program $program 'door' of another is where 'door' is: interface=$IF_A" "status shows a program of another"
fails_with 1 "has an XDP program already: program $program 'door'" "which is in the way" here apply "$unit"
like "$(here plan --adopt "$unit")" '= link door: .*the link of another is taken over' "plan --adopt"
fails_with 1 "has an XDP program already" "adopted, in a change that fails" here apply --adopt "$unit" "$taken"
is "$(ids xdp "interface=$IF_A")" "\"program\":$program " "is given back"
succeeds "apply --adopt" here apply --adopt "$unit"
like "$(ids xdp "interface=$IF_A")" "$(grep -o '[0-9]*' <<<"\"program\":$(here show program "$ROOT/wire/programs/door" --json | grep -o '"id":[0-9]*' | head -n 1)")" \
	"it runs the unit's program"
stop_run
knock
is "$([ "$(packets wire)" -ge 1 ] && echo counted)" counted "and does so when its maker has ended"
is "$(actions "$unit")" "" "the plan is empty"
succeeds "status has nothing to say" here status --quiet "$unit"
is "$(here status --json "$unit" | grep -o '"foreign":\[\]')" '"foreign":[]' "and nobody else is there"
succeeds "remove" here remove wire
is "$(ids xdp "interface=$IF_A")$(made)" "" "leaves nothing"

# --- what cannot stay ------------------------------------------------------------

unit=$(printf '[object]\npath = apply.bpf.o\n[program door]\nload = no\n[program sockets]\nload = no\n[program tap]\nload = yes\n[attach tap]\ninterface = %s\n' \
	"$IF_A" | test_unit tapped)
like "$(here plan "$unit")" '\[socket\] \[ends with the process: not to be applied\]' "plan names what ends with the process"
like "$(here plan --json "$unit")" '"lasts":"process"' "as data, too"
fails_with 1 'tapped.ini:9: error: .*socket: this form of attaching ends with the process.*cleat run tapped' "apply refuses it" here apply "$unit"
is "$(made)" "" "and has made nothing"
succeeds "remove --all" here remove --all

done_testing
