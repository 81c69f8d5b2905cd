#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The example unit of each program plugin's man page (pages.awk), with the plugin's
# example.bpf.c under the name that the page gives it: it runs, its program is called
# where the test can aim, and nothing is left. What the page cannot know is replaced:
# names of interfaces, cgroups, processes.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
folders=$(cd "$(dirname "${BASH_SOURCE[0]}")/../plugins/program" && pwd)
new_netns
new_cgroup
start_victim probed
PROBED=$VICTIM PROBED_PID=$VICTIM_PID
start_talker "$NS_B"
talk udp "$IP4_B" 53
inside() { in_cgroup "$CGROUP" nsenter --net="/run/netns/$NS_A" "$@"; }

# shellcheck source=tests/kernel/shared/examples.sh
. "${TEST_LIB%/*}/shared/examples.sh"

# --- cgroups ----------------------------------------------------------------------------------

cgroup=cgroup=$CGROUP
of_device() { inside head -c 1 /dev/zero; }
example cgroup_device - of_device "$cgroup" value=1
ping_out() { inside ping -c 1 -W "$PING_WAIT" "$IP4_B"; }
example cgroup_skb - ping_out "$cgroup"
example cgroup_sock - ping_out "$cgroup"
moved() { inside bash -c ': >/dev/tcp/127.0.0.1/8001'; }
example cgroup_sock_addr - moved "$cgroup"
tos() { inside "$TEST_BIN_DIR/socksteps" tos 4 4321; }
example cgroup_sockopt - tos "$cgroup"
example sock_ops - tos "$cgroup"
forward() { inside bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'; }
example cgroup_sysctl - forward "$cgroup"
example lsm_cgroup lsm_cgroup tos "$cgroup"

# --- the network ------------------------------------------------------------------------------

interface=interface=$IF_B
ping_in() { answers "$NS_A" "$IP4_B"; }
IN_NS=$NS_B
example xdp - ping_in "$interface"
example tc tcx ping_in "$interface"
example sched_act sched_act ping_in "$interface"
example socket_filter - ping_in "$interface"
like "$(<"$RUN_OUT")" "from.*to" "socket_filter: who talks to whom"
example netfilter netfilter ping_in
connect_in() { in_ns "$NS_A" bash -c ": >/dev/tcp/$IP4_B/7777"; }
example sk_lookup - connect_in "netns=$NS_B"
example flow_dissector - - "netns=$NS_B"
datagram() { in_ns "$NS_A" bash -c "echo >/dev/udp/$IP4_B/53"; }
example sk_reuseport - datagram "pid=$TALKER_PID"
routed() { answers "$NS_B" 10.8.0.1; }
example lwt lwt routed "gateway=$IP4_A"
example lwt_seg6local lwt_seg6local - "device=$IF_B"
example sk_msg - -
example sk_skb - -
example syscall syscall true "$interface"
if have_hook netkit && in_ns "$NS_B" ip link add kat0 type netkit; then
	example netkit netkit - interface=kat0
else
	checked netkit "${HOOK_REASON:-no netkit device can be made}"
fi
IN_NS=

# --- what is traced ---------------------------------------------------------------------------

remove() { touch "$TEST_TMP/file" && rm "$TEST_TMP/file"; }
kill_nobody() { kill -0 $$; }
open_some() { cat /dev/null; }
example kprobe kprobe remove
example ksyscall kprobe kill_nobody
example kprobe_multi kprobe_multi open_some function=vfs_read
example raw_tracepoint raw_tracepoint true
cookie_with() { if have_hook "$1"; then echo 1; else echo 0; fi; }
example tracepoint tracepoint open_some "cookie=$(cookie_with perf_link)"
example tracing fentry open_some "cookie=$(cookie_with fentry_cookie)"
example perf_event perf_event true
probe() { ask_victim value; }
example uprobe uprobe probe "binary=$PROBED" function=value
example uprobe_multi uprobe_multi probe "binary=$PROBED" 'function=valu?'
example usdt uprobe probe "binary=$PROBED" provider=demo name=value "pid=$PROBED_PID"
renice_one() { (renice -n 1 -p "$BASHPID"); }
example lsm lsm renice_one "value=$$"
example iter iter -
like "$(<"$RUN_OUT")" "7 49" "iter: the elements are written"
example struct_ops struct_ops -

# --- what needs more than a unit ----------------------------------------------------------------

checked extension "it takes the place of a function in another unit's program; the plugin's own test does"
checked lirc_mode2 "no receiver here"
the_rest_checked
done_testing
