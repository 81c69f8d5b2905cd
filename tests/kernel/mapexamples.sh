#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The example of each map plugin's man page: the unit runs, its program is called where the
# test can aim, and what the page shows of a terminal is what comes of it.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
folders=$(cd "$(dirname "${BASH_SOURCE[0]}")/../plugins/map" && pwd)
# shellcheck source=tests/kernel/shared/examples.sh
. "${TEST_LIB%/*}/shared/examples.sh"
new_netns
new_cgroup
users=$CGROUP
new_cgroup
start_talker "$NS_B"
sockets=/proc/$TALKER_PID/fd
inside() { in_cgroup "$CGROUP" nsenter --net="/run/netns/$NS_A" "$@"; }
mount=$(cgroup2_mount)
cgroups=(/sys/fs/cgroup/system.slice "$CGROUP" /sys/fs/cgroup/user.slice "$users"
	system.slice "${CGROUP#"$mount"/}" user.slice "${users#"$mount"/}")

# --- cgroups ----------------------------------------------------------------------------------

aim "${cgroups[@]}"
ping_out() { inside ping -c 1 -W "$PING_WAIT" "$IP4_B"; }
connect_out() { inside bash -c ": >/dev/tcp/$IP4_B/7"; }
start_inside() { in_cgroup "$CGROUP" env true; }
example array_of_maps - ping_out
example hash_of_maps - ping_out
example cgroup_storage - ping_out
example percpu_cgroup_storage - ping_out
example cgroup_array tracepoint start_inside
example hash - connect_out
example lpm_trie - connect_out
example queue - connect_out
example stack - connect_out
example cgrp_storage "tp_btf map_cgrp_storage" start_inside
# A socket is of the cgroup that it was opened in.
echo "$TALKER_PID" >"$CGROUP/cgroup.procs"
talk udp "$IP4_B" 53
echo "$TALKER_PID" >"$mount/cgroup.procs"
fd=$ANSWER
aim "${cgroups[@]}" /proc/4711/fd/9 "$sockets/$fd"
send_out() {
	talk aim "$fd" "$IP4_A" 9
	talk send "$fd" hello
}
example sk_storage - send_out

# --- the network ------------------------------------------------------------------------------

IN_NS=$NS_B
aim eth0 "$IF_B" eth1 "$IF_B" 198.51.100.7 "$IP4_A"
ping_in() { answers "$NS_A" "$IP4_B"; }
for plugin in array percpu_array lru_hash lru_percpu_hash prog_array cpumap devmap devmap_hash; do
	example $plugin xdp_link ping_in
done
talk xsk "$IF_B"
if [[ $ANSWER != -* ]]; then
	aim eth0 "$IF_B" /proc/4711/fd/9 "$sockets/$ANSWER"
	example xskmap xdp_link ping_in
else
	checked xskmap "no AF_XDP sockets here: ${ANSWER#-}"
fi
talk udp "$IP4_B" 5353
aim "= 53" "= 5353" /proc/4711/fd/9 "$sockets/$ANSWER" 4711 "$TALKER_PID"
datagram() { in_ns "$NS_A" bash -c "echo >/dev/udp/$IP4_B/5353"; }
example reuseport_sockarray - datagram
talk trio
read -r _ client _ <<<"$ANSWER"
aim /proc/4711/fd/9 "$sockets/$client"
example sockmap - -
example sockhash - -
example struct_ops_map struct_ops -
IN_NS=

# --- what is traced ---------------------------------------------------------------------------

aim pid:4711 "pid:$TALKER_PID" 4711 $$
kill_nobody() { kill -CONT $$; }
start_one() { env true; }
example ringbuf map_ringbuf start_one
like "$(<"$RUN_OUT")" 'pid=[0-9]+ comm=env' "ringbuf: the records are text"
example perf_event_array tracepoint start_one
like "$(<"$RUN_OUT")" 'pid=[0-9]+ comm=env' "perf_event_array: the records are text"
example stack_trace tracepoint kill_nobody
example bloom_filter map_bloom_filter -
example percpu_hash tracepoint kill_nobody
example rhash map_rhash kill_nobody
example user_ringbuf map_user_ringbuf start_one
example inode_storage "lsm map_inode_storage" -
example task_storage "tp_btf map_task_storage" start_one
example arena map_arena -
example insn_array syscall -
the_rest_checked
is "$typeless" "" "no map was refused for its types: those of which the kernel wants none have none"
done_testing
