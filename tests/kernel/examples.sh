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

# The kernel counts how often a program ran, when it is asked to.
stats=$(</proc/sys/kernel/bpf_stats_enabled)
echo 1 >/proc/sys/kernel/bpf_stats_enabled
trap 'echo "$stats" >/proc/sys/kernel/bpf_stats_enabled; __end' EXIT
has_run() { grep -qs '^run_cnt:[[:space:]]*[1-9]' "/proc/$RUN_PID/fdinfo"/*; }

done_with=
# page_unit PLUGIN KEY=VALUE...: sets UNIT, the unit of the page. Lines of the keys have
# these values; one line in a section is enough.
page_unit() {
	local plugin=$1 dir=$TEST_TMP/$1 keys
	shift
	done_with+=" $plugin "
	mkdir "$dir"
	awk -v to="$dir" -f "$TEST_BIN_DIR/pages.awk" "$folders/$plugin/cleat-$plugin.7.scd"
	UNIT=$(find "$dir" -name '*.ini')
	ln -s "$folders/$plugin/example.bpf.o" "$dir/$(sed -nE 's/^path *= *//p' "$UNIT")" || return 1
	keys=$(printf '%s\n' "$@")
	awk -v keys="$keys" '
		BEGIN {
			n = split(keys, line, "\n")
			for (i = 1; i <= n; i++) {
				at = index(line[i], "=")
				if (at) value[substr(line[i], 1, at - 1)] = substr(line[i], at + 1)
			}
		}
		/^\[/ { delete said }
		$2 == "=" && $1 in value {
			if (!($1 in said)) print $1 " = " value[$1]
			said[$1] = 1
			next
		}
		{ print }' "$UNIT" >"$dir/unit" && mv "$dir/unit" "$UNIT"
}

# example PLUGIN HOOK FIRE [KEY=VALUE...]: HOOK and FIRE may be "-": nothing is asked of the
# kernel; it cannot be aimed here. IN_NS says where. Whether a ping comes back is no matter.
example() {
	local plugin=$1 hook=$2 fire=$3 PING_WAIT=0.2
	shift 3
	page_unit "$plugin" "$@" || bail "$plugin: no unit in its page, or no object"
	if [ "$hook" != - ] && ! have_hook "$hook"; then
		skip "$plugin" "$HOOK_REASON"
		return
	fi
	if ! run_unit "$UNIT"; then
		not_ok "$plugin: the example runs" "$(<"$RUN_ERR")"
		return
	fi
	ok "$plugin: the example runs"
	if [ "$fire" != - ]; then
		$fire >/dev/null 2>&1
		if wait_for has_run; then ok "$plugin: its program is called"; else not_ok "$plugin: its program is called"; fi
	fi
	stop_run
	is $? 0 "$plugin: ends well"
}

# checked PLUGIN REASON: what cannot be run here is sound
checked() {
	page_unit "$1"
	succeeds "$1: the example is sound" cleat check "$UNIT"
	skip "$1: the example runs" "$2"
}

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
for folder in "$folders"/*; do
	plugin=${folder##*/}
	if [[ $done_with != *" $plugin "* ]]; then checked "$plugin" "nothing here says where"; fi
done
done_testing
