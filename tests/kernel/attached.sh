#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat list attached: who is at a place, in the kernel's order. Programs of ours
# stand beside those that bpftool loaded, and that ip, tc and bpftool attached.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_tool bpftool
new_netns
new_cgroup
new_bpffs
bpftool prog loadall "$TEST_OBJ_DIR/foreign.bpf.o" "$BPFFS/foreign" >"$TEST_TMP/loaded" 2>&1 ||
	skip_all "bpftool cannot load here: $(tail -n 1 "$TEST_TMP/loaded")"

in_b() { in_ns "$NS_B" "$CLEAT" "$@"; }

# here WHAT NAMES PLUGIN KEY=VALUE...: the programs' names in the order of the list
here() {
	local what=$1 wanted=$2
	shift 2
	succeeds "$what: it can be told" in_b list attached "$@"
	is "$(tail -n +2 "$TEST_TMP/.out" | awk '{ printf "%s ", $3 }')" "$wanted" "$what"
}

# ours PROGRAM KEYS...: one of sections.bpf.c, attached in the background
ours() {
	local program=$1 line
	shift
	IN_NS=$NS_B run_unit "$({
		printf '[object]\npath = sections.bpf.o\n[program %s]\nload = yes\n[attach %s]\n' \
			"$program" "$program"
		for line in "$@"; do echo "$line"; done
	} | test_unit "$program")" || bail "ours: $(<"$RUN_ERR")"
}
tc_program=s027 xdp_program=s070 flow_program=s083 egress_program=s085 lookup_program=s115

# --- an interface ---------------------------------------------------------------------------

here "XDP, nobody" "" xdp "interface=$IF_B"
is "$(in_b list attached xdp "interface=$IF_B" --json)" "[]" "nobody, as JSON"
ours $xdp_program "interface = $IF_B"
here "XDP, ours" "$xdp_program " xdp "interface=$IF_B"
like "$(in_b list attached xdp "interface=$IF_B" --json)" \
	'\{"program":[1-9][0-9]*,"type":"xdp","name":"s070","mode":"(native|generic)"' "ours, as JSON"
stop_run
in_ns "$NS_B" ip link set dev "$IF_B" xdpgeneric pinned "$BPFFS/foreign/foreign_xdp" || bail "ip"
here "XDP, ip's" "foreign_xdp " xdp "interface=$IF_B"
like "$(in_b list attached xdp "interface=$IF_B")" 'foreign_xdp +- +mode=generic' "with its mode, and no link"
in_ns "$NS_B" ip link set dev "$IF_B" xdpgeneric off

in_ns "$NS_B" tc qdisc add dev "$IF_B" clsact
in_ns "$NS_B" tc filter add dev "$IF_B" ingress prio 9 handle 5 bpf da pinned "$BPFFS/foreign/foreign_tc" ||
	bail "tc"
ours $tc_program "interface = $IF_B" "direction = ingress" "via = clsact" "priority = 20"
here "tc, filters by priority" "foreign_tc $tc_program " tc "interface=$IF_B" direction=ingress
here "tc, the other way" "" tc "interface=$IF_B" direction=egress
like "$(in_b list attached tc "interface=$IF_B")" 'foreign_tc .*via=clsact priority=9 handle=5' "with their numbers"
stop_run
if have_hook tcx; then
	ours $tc_program "interface = $IF_B" "direction = ingress"
	here "tc, links come before filters" "$tc_program foreign_tc " tc "interface=$IF_B"
	stop_run
else
	skip "tc, links come before filters" "$HOOK_REASON"
fi
here "tc, ours is gone" "foreign_tc " tc "interface=$IF_B"

# --- a cgroup -------------------------------------------------------------------------------

bpftool cgroup attach "$CGROUP" egress pinned "$BPFFS/foreign/foreign_skb" multi || bail "bpftool"
if have_hook cgroup_link; then
	ours $egress_program "cgroup = $CGROUP"
	here "a cgroup, by the time of attaching" "foreign_skb $egress_program " \
		cgroup_skb "cgroup=$CGROUP" direction=egress
	stop_run
else
	skip "a cgroup, by the time of attaching" "$HOOK_REASON"
fi
here "a cgroup, ours is gone" "foreign_skb " cgroup_skb "cgroup=$CGROUP"
fails_with 1 "'replace' goes with 'mode = multi', not 'auto'" "a link takes nobody's place" \
	in_b run "$(printf '[object]\npath = sections.bpf.o\n[program %s]\nload = yes\n[attach %s]\ncgroup = %s\nreplace = 1\n' \
		$egress_program $egress_program "$CGROUP" | test_unit link)"
ours $egress_program "cgroup = $CGROUP" "mode = multi" "replace = $BPFFS/foreign/foreign_skb"
here "a cgroup, in the place of bpftool's" "$egress_program " cgroup_skb "cgroup=$CGROUP"
stop_run
here "a cgroup, nobody" "" cgroup_skb "cgroup=$CGROUP"
fails_with 1 "program '$BPFFS/foreign/foreign_skb' is not attached to cgroup '$CGROUP' without a link" \
	"the place of one that is not there" \
	in_b run "$(printf '[object]\npath = sections.bpf.o\n[program %s]\nload = yes\n[attach %s]\ncgroup = %s\nmode = multi\nreplace = %s\n' \
		$egress_program $egress_program "$CGROUP" "$BPFFS/foreign/foreign_skb" | test_unit nobody)"
bpftool cgroup attach "$CGROUP" egress pinned "$BPFFS/foreign/foreign_skb" multi || bail "bpftool"
bpftool cgroup detach "$CGROUP" egress pinned "$BPFFS/foreign/foreign_skb"

# --- a network namespace ----------------------------------------------------------------------

ours $lookup_program "netns = self"
here "a namespace's sk_lookup" "$lookup_program " sk_lookup netns=self
like "$(in_b list attached sk_lookup netns=self)" "$lookup_program +[1-9][0-9]*" "with its link"
stop_run
if in_ns "$NS_B" bpftool prog attach pinned "$BPFFS/foreign/foreign_flow" flow_dissector 2>"$TEST_TMP/err"; then
	here "a namespace's flow_dissector, bpftool's" "foreign_flow " flow_dissector netns=self
	in_ns "$NS_B" bpftool prog detach pinned "$BPFFS/foreign/foreign_flow" flow_dissector
else
	skip "a namespace's flow_dissector, bpftool's" "$(<"$TEST_TMP/err")"
fi
ours $flow_program "netns = self"
here "ours" "$flow_program " flow_dissector netns=self
like "$(in_b list attached flow_dissector netns=self)" "$flow_program +[1-9][0-9]*" "with its link, too"
stop_run

# --- what cannot be told ------------------------------------------------------------------------

fails_with 1 "no network interface 'nowhere'" "no such place" cleat list attached xdp interface=nowhere
fails_with 1 "no program plugin 'xpd'.*did you mean 'xdp'" "no such plugin" cleat list attached xpd
fails_with 1 "plugin 'syscall' cannot tell what is attached.*cleat list links" "a plugin that cannot tell" \
	cleat list attached syscall
fails_with 1 "key 'interface' is missing" "no place" cleat list attached xdp
fails_with 2 "attached by which plugin" "no plugin" cleat list attached
done_testing
