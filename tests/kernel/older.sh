#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Where a program can be attached without a link of the kernel's, cleat run says by
# what it was instead; where there is a link, it says nothing of that.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
new_netns
new_cgroup

# says WHAT REGEX PROGRAM KEY=VALUE...: of a program of sections.bpf.c
says() {
	local what=$1 wanted=$2 program=$3
	shift 3
	if IN_NS=$NS_B run_unit "$({
		printf '[object]\npath = sections.bpf.o\n[program %s]\nload = yes\n[attach %s]\n' "$program" "$program"
		printf '%s\n' "$@"
	} | test_unit "$program")"; then
		like "$(cat "$RUN_OUT" "$RUN_ERR")" "$wanted" "$what"
		stop_run
		is $? 0 "$what: ends well"
	else
		not_ok "$what" "$(<"$RUN_ERR")"
	fi
}
says "xdp by netlink" "xdp on $IF_B, (native|generic).*, by netlink" s070 "interface = $IF_B" "via = netlink"
says "tc by a filter" "tc on $IF_B.*, by clsact, priority [0-9]+, handle [0-9]+" s027 \
	"interface = $IF_B" "direction = ingress" "via = clsact"
says "a cgroup without a link" "$CGROUP, mode multi" s085 "cgroup = $CGROUP" "mode = multi"
says "sockets without a link" "map sockets, without a link" s081 "map = sockets" "via = attach"
says "a flow dissector without a link" "namespace .*, without a link" s083 "netns = self" "via = attach"

start_victim
if have_hook uprobe; then
	says "a uprobe by tracefs" "uprobe $VICTIM:main, through tracefs" s005 "binary = $VICTIM" \
		"function = main" "via = tracefs"
	if have_hook perf_link; then
		says "a uprobe by a link" "uprobe $VICTIM:main"$'(\n|$)' s005 "binary = $VICTIM" "function = main"
	else
		says "a uprobe, where there are no links" "uprobe $VICTIM:main, without a link" s005 \
			"binary = $VICTIM" "function = main"
	fi
else
	skip "uprobes" "$HOOK_REASON"
fi
if have_hook kprobe; then
	says "a kprobe by tracefs" "kprobe vfs_statfs, through tracefs" s004 "via = tracefs"
else
	skip "a kprobe by tracefs" "$HOOK_REASON"
fi

# What is chosen where nothing is said, and the kernel has links.
if have_hook xdp_link; then
	says "xdp by a link" "xdp on $IF_B, (native|generic)[^,]*"$'(\n|$)' s070 "interface = $IF_B"
else
	says "xdp, where there are no links" ", by netlink" s070 "interface = $IF_B"
fi
if have_hook tcx; then
	says "tc by a link" "tcx on $IF_B" s027 "interface = $IF_B" "direction = ingress"
else
	says "tc, where there are no links" ", by clsact" s027 "interface = $IF_B" "direction = ingress"
fi
if have_hook cgroup_link; then
	says "a cgroup by a link" "$CGROUP"$'(\n|$)' s085 "cgroup = $CGROUP"
else
	says "a cgroup, where there are no links" ", mode multi" s085 "cgroup = $CGROUP"
fi
done_testing
