#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Between load and attach (lateattach.c) the target goes, or every capability does;
# and a caller who never had any. One message each; nothing is attached, and nothing
# is left.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
find_plugins # none where they are inside cleat
new_netns
new_cgroup
start_victim
object=$TEST_OBJ_DIR/sections.bpf.o # of the network and of cgroups
traced=$TEST_OBJ_DIR/traced.bpf.o
mkdir "$TEST_TMP/late"

# refused WHAT REGEX GO [-powerless] PROGRAM KEY=VALUE...: GO is called after the load
refused() {
	local what=$1 wanted=$2 go=$3 option=() to from said=''
	shift 3
	if [ "$1" = -powerless ]; then option=("$1"); shift; fi
	mkfifo "$TEST_TMP/to" "$TEST_TMP/from"
	exec {to}<>"$TEST_TMP/to" {from}<>"$TEST_TMP/from"
	rm "$TEST_TMP/to" "$TEST_TMP/from"
	in_ns "$NS_B" "$TEST_BIN_DIR/lateattach" ${option[@]+"${option[@]}"} "$object" "$@" \
		<&"$to" >&"$from" 2>"$TEST_TMP/said" {to}>&- {from}>&- &
	local pid=$!
	__pids+=("$pid")
	until read -r -t 0.1 -u "$from" _ || __gone "$pid"; do :; done
	if __gone "$pid"; then
		wait "$pid"
		skip "$what" "this kernel does not load it: $(head -n 1 "$TEST_TMP/said")"
	else
		$go >"$TEST_TMP/gone" 2>&1
		echo >&"$to"
		wait "$pid"
		is $? 1 "$what: it is not attached, and nothing is left"
		said=$(<"$TEST_TMP/said")
		like "$said" "$wanted" "$what: why"
		is "$(grep -c 'error:' <<<"$said")" 1 "$what: one message"
	fi
	exec {to}>&- {from}>&-
}

# --- the target goes ------------------------------------------------------------------------

with_interface() { ip -n "$NS_B" link add vg0 type veth peer name vg1; }
no_interface() { ip -n "$NS_B" link del vg0; }
for program in s070 s025 s027 s001; do
	case $program in
	s070) what=xdp keys=() ;;
	s025) what=tcx keys=() ;;
	s027) what=tc keys=(direction=ingress via=clsact) ;;
	s001) what=socket_filter keys=() ;;
	esac
	with_interface
	refused "$what, the interface" "no network interface 'vg0'" no_interface \
		$program interface=vg0 ${keys[@]+"${keys[@]}"}
done
with_interface
refused "lwt, the route's interface" "no network interface 'vg0'" no_interface \
	s073 route=192.0.2.77 device=vg0

with_cgroup() { mkdir "$CGROUP/gone"; }
no_cgroup() { rmdir "$CGROUP/gone"; }
for program in s085:cgroup_skb s087:cgroup_sock s092:cgroup_sock_addr s112:cgroup_device \
	s109:cgroup_sysctl s110:cgroup_sockopt s076:sock_ops; do
	with_cgroup
	refused "${program#*:}, the cgroup" "no cgroup '$CGROUP/gone'" no_cgroup \
		"${program%:*}" "cgroup=$CGROUP/gone"
done

with_namespace() { ip netns add gone; }
no_namespace() { ip netns del gone; }
for program in s115:sk_lookup s083:flow_dissector s116:netfilter; do
	keys=(netns=gone)
	if [ "${program#*:}" = netfilter ]; then keys+=(hook=input); fi
	with_namespace
	refused "${program#*:}, the namespace" "no network namespace 'gone'" no_namespace \
		"${program%:*}" "${keys[@]}"
	no_namespace 2>/dev/null
done

no_talker() { kill "$TALKER_PID" && wait_for __gone "$TALKER_PID"; }
for program in s003:sk_reuseport s001:socket_filter; do
	start_talker "$NS_B"
	talk udp "$IP4_B" 7777
	place=port=7777
	if [ "${program#*:}" = socket_filter ]; then place=fd=$ANSWER; fi
	refused "${program#*:}, the process" "no process $TALKER_PID" no_talker \
		"${program%:*}" "pid=$TALKER_PID" "$place"
done

# --- what is traced goes ---------------------------------------------------------------------

# late WHAT HOOK REGEX GO PROGRAM KEY=VALUE...
late() {
	local what=$1 hook=$2 object=$traced
	if have_hook "$hook"; then refused "$what" "${@:3}"; else skip "$what" "$HOOK_REASON"; fi
}
sleeper() {
	tail -f /dev/null &
	SLEEPER=$!
}
no_sleeper() { kill "$SLEEPER" && wait "$SLEEPER"; }
copy() { cp "$VICTIM" "$COPY"; }
no_copy() { rm "$COPY"; }
COPY=$TEST_TMP/late/victim
binary=binary=$VICTIM

sleeper
late "uprobe, the process" uprobe "no process $SLEEPER" no_sleeper \
	at_call "$binary" function=victim_twice "pid=$SLEEPER"
copy
late "uprobe, the file" uprobe "$COPY: [Nn]o such file" no_copy at_call "binary=$COPY" function=victim_twice
sleeper
late "uprobe.multi, the process" uprobe "no process $SLEEPER" no_sleeper \
	at_calls "$binary" 'function=victim_tw*' "pid=$SLEEPER"
copy
late "uprobe.multi, the file" uprobe "$COPY: [Nn]o such file" no_copy at_calls "binary=$COPY" 'function=victim_*'
sleeper
late "perf_event, the process" perf_event "no process $SLEEPER" no_sleeper at_tick "pid=$SLEEPER"
with_cgroup
late "perf_event, the cgroup" perf_event "cannot open cgroup '$CGROUP/gone'" no_cgroup \
	at_tick "cgroup=$CGROUP/gone"
with_cgroup 2>/dev/null
late "lsm_cgroup, the cgroup" lsm_cgroup "$CGROUP/gone" no_cgroup decide_in "cgroup=$CGROUP/gone"
no_cgroup 2>/dev/null
no_sleeper 2>/dev/null

# A module that nobody needs, where that is for us to say.
no_module() { modprobe -r dummy; }
if [ -z "${TEST_OWN_MACHINE-}" ] || ! modprobe dummy 2>/dev/null || ! grep -q '^dummy ' /proc/modules; then
	skip "kprobe.multi, the module" "no module to be unloaded on this machine"
else
	late "kprobe.multi, the module" kprobe_multi "dummy" no_module at_kernel_calls function=dummy:dummy_xmit
	no_module 2>/dev/null
fi

# --- the privilege goes -----------------------------------------------------------------------

# Where the kernel asks for it: for most links the descriptor of the program is enough.
powerless() { refused "$1, no privilege" "not permitted" true -powerless "${@:2}"; }
start_talker "$NS_B"
talk udp "$IP4_B" 7777
powerless "xdp by netlink" s070 "interface=$IF_B" via=netlink
powerless "tc by netlink" s027 "interface=$IF_B" direction=ingress via=clsact
powerless socket_filter s001 "interface=$IF_B"
powerless "a process's socket" s001 "pid=$TALKER_PID" "fd=$ANSWER"
refused "sk_reuseport, no privilege" "denied|not permitted" true -powerless \
	s003 "pid=$TALKER_PID" port=7777
refused "cgroup_skb, no privilege" "not permitted.*hint: needs CAP_NET_ADMIN|some programs need CAP_NET_ADMIN" true \
	-powerless s085 "cgroup=$CGROUP"
refused "cgroup_skb without a link, no privilege" "hint: (needs|without a link, some programs need) CAP_NET_ADMIN" true \
	-powerless s085 "cgroup=$CGROUP" mode=multi
powerless lwt s073 route=192.0.2.77 "device=$IF_B"
powerless lwt_seg6local s075 route=fc00:77::1 "device=$IF_B"
is "$(ip -n "$NS_B" -d link show dev "$IF_B" | grep -c prog/xdp)" 0 "no program is on the interface"
is "$(ip -n "$NS_B" route show 192.0.2.77)" "" "no route was made"
# --- who never had any ----------------------------------------------------------------------

if ! command -v setpriv >/dev/null; then
	skip "without privilege" "no setpriv here"
else
	chmod 755 "$TEST_TMP"
	for p in at_call at_calls at_event at_raw at_raws at_typed at_entry walk at_tick at_kernel at_kernel_ret \
		at_kernel_calls at_syscall decide; do
		case $p in
		at_call | at_calls) lines="binary = /bin/true
offset = 4096" ;;
		at_raws) lines='event = sys_enter' ;;
		at_kernel_calls) lines='function = vfs_read' ;;
		*) lines='' ;;
		esac
		unit=$(test_unit "$p" <<-END
			[object]
			path = traced.bpf.o
			[program $p]
			load = yes
			[attach $p]
			$lines
		END
		)
		setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
			"$CLEAT" run "$unit" >"$TEST_TMP/said" 2>&1
		is "$? $(grep -c 'error:' "$TEST_TMP/said")" "1 1" "without privilege, $p: one error"
		like "$(<"$TEST_TMP/said")" 'CAP_|[Pp]ermission|not permitted|does not say|no kprobes|no .* in|hides' \
			"without privilege, $p: it says why"
	done
fi

# --- tracefs goes ---------------------------------------------------------------------------

# From this test's mounts alone, and for good: the last thing here.
no_tracefs() {
	awk '$3 == "tracefs" || $3 == "debugfs" { print $2 }' /proc/mounts | sort -r | xargs -n 1 umount -l
}
late "tracepoint, tracefs" tracepoint "tracefs is not mounted" no_tracefs at_event
done_testing
