#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The harness tests itself: namespaces carry packets, cgroups hold processes,
# waiting ends, and what is left behind is seen. It uses no cleat, so when it
# fails the others mean nothing.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

new_netns
succeeds "IPv4 between the namespaces" in_ns "$NS_A" ping -c 1 -W 2 "$IP4_B"
if [ -d /proc/sys/net/ipv6 ]; then
	succeeds "IPv6 between the namespaces" in_ns "$NS_B" ping -c 1 -W 2 "$IP6_A"
else
	skip "IPv6 between the namespaces" "no IPv6 in this kernel"
fi
if ip link show "$IF_A" >/dev/null 2>&1; then
	not_ok "the veth pair is not in our own namespace"
else
	ok "the veth pair is not in our own namespace"
fi

new_cgroup
is "$(in_cgroup "$CGROUP" cat /proc/self/cgroup | sed -n 's/^0:://p')" "/${CGROUP##*/}" \
	"a process runs in the new cgroup"
new_bpffs
succeeds "a private bpffs" mkdir "$BPFFS/folder"
rmdir "$BPFFS/folder"

# a look that takes longer than there is time for is not the last one
slow_look() { if [ -e "$TEST_TMP/looked" ]; then return; fi; touch "$TEST_TMP/looked"; sleep 2; false; }
if TEST_TIME_SCALE=1 wait_for -t 1 slow_look >/dev/null; then ok "the last look is after the time"; else not_ok "the last look is after the time"; fi

before=$SECONDS
if TEST_TIME_SCALE=1 wait_for -t 1 false >/dev/null; then not_ok "waiting in vain ends"; else ok "waiting in vain ends"; fi
if [ $((SECONDS - before)) -le 3 ]; then
	ok "and ends in time"
else
	not_ok "and ends in time" "took $((SECONDS - before)) s"
fi

"$TEST_BIN_DIR/bpf-ids" pin "$BPFFS/left" || bail "a map can be pinned"
like "$(left_behind)" '^map [0-9]+ left_behind$' "a map that nobody holds is seen"
rm "$BPFFS/left"
leaves_nothing "and gone when its pin is"

sleep 100 &
disown
kill -s KILL $!
succeeds "a process that was killed is gone" wait_for __gone $!
done_testing
