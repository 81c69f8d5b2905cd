#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Each allocation and each system call from the start of `cleat run` to its end fails in turn, and signals
# come at each: there is no crash and no leak, one message tells why it did not work, and nothing is
# left behind. One of FAULTS_STRIDE points is tried; ./dev faults tries all.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/faults/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

: "${FAULTS_UNITS:=check maps pins xdp netlink tcx clsact cgroup multi events iter structs tracepoint uprobe kprobe}"
wanted() { [[ " $FAULTS_UNITS " == *" $1 "* ]]; }
POINTS=0

if ! injected -a 1 -- --version || [ "$WHAT" != allocation ]; then
	skip_all "nothing can be preloaded here: $SAID"
fi

# unit OBJECT-FOLDER OBJECT <lines: sets $unit
unit() {
	objects_of "$1"
	unit=$({ printf '[object]\npath = %s\n' "$2"; cat; } | test_unit "unit$((++__serial))")
}

pinned() { (cd /sys/fs/bpf && find . ! -type d ! -name '*.debug' -print); }

# faulty NAME HOOK WHAT [FUNCTION]: is it wanted, and is there such a hook (-: always)? FUNCTION detaches what
# no link of the kernel's holds: it stays when the loader is killed.
faulty() {
	wanted "$1" || return 1
	if [ "$2" != - ] && ! have_hook "$2"; then
		skip "$3" "$HOOK_REASON"
		return 1
	fi
	what=$3
	remove=${4-:}
}

# killed: after SIGKILL the next run works, and then nothing is left
killed() {
	local bad
	bad=$(wrong_after KILL)
	$remove
	injected -a 1000000000 -- run --ready-fd 9 "$unit"
	bad+=$(wrong)
	if [ "$STATUS" != 0 ]; then bad+=" the next run does not work: $SAID"; fi
	echo "$bad"
}

streams() {
	unit faults events.bpf.o <<-END
		[output first]
		map = ring
		format = json
		to = $TEST_TMP/records
		[output second]
		map = array
		format = text
	END
}

# --- without the kernel, and maps -------------------------------------------------------------

if wanted check; then
	plugins raw_tracepoint array hash
	unit kernel unit.bpf.o <<-END
		[unit]
		condition = path:/proc
		[global key]
		value = 2
		[map unit_allowed]
		entry = 2 -> YES
		[attach count]
		event = sched_process_exit
	END
	sweep_all "check" check "$unit"
	plugins raw_tracepoint array hash ringbuf perf_event_array json text
	streams
	sweep_all "check of outputs" check "$unit"
fi

if faulty maps raw_tracepoint "raw tracepoint and maps with entries"; then
	plugins raw_tracepoint array hash
	printf '3 -> NO\n4 -> YES\n' >"$TEST_TMP/list.txt"
	unit kernel unit.bpf.o <<-END
		[global key]
		value = 2
		[map unit_allowed]
		entry = 2 -> YES
		entries = list.txt
		freeze = yes
	END
	sweep_run "$what" "$unit"
fi

# A map's pin stays when all went well, and is gone when not. So it is there at the first run alone.
if faulty pins raw_tracepoint "pinned maps"; then
	plugins raw_tracepoint array hash
	unit kernel unit.bpf.o <<-END
		[map unit_allowed]
		entry = 2 -> YES
		[map unit_count]
		pin = /sys/fs/bpf/faults/count
		[map .rodata]
		pin = /sys/fs/bpf/faults/rodata
	END
	state() { pinned | if [ "$STATUS" = 0 ]; then grep -v '^./faults/'; else cat; fi; }
	always=cleanup
	sweep_run "$what" "$unit"
	state() { pinned; }
	always=:
fi

# --- the network --------------------------------------------------------------------------------

new_netns
export IN_NS=$NS_B
# after each run, with what is attached there
xdp_state() { ip -n "$NS_B" -d link show dev "$IF_B" | grep -o 'prog/xdp.*'; }
tc_state() { tc -n "$NS_B" filter show dev "$IF_B" egress; }
no_xdp() { ip -n "$NS_B" link set dev "$IF_B" xdp off; }
no_tc() { tc -n "$NS_B" qdisc del dev "$IF_B" clsact 2>/dev/null; }

if faulty xdp xdp_link "xdp, a link"; then
	plugins xdp array hash
	unit plugins/program/xdp test.bpf.o <<-END
		[attach ping]
		interface = $IF_B
	END
	sweep_run "$what" "$unit"
fi

if faulty netlink - "xdp by netlink" no_xdp; then
	plugins xdp array hash
	unit plugins/program/xdp test.bpf.o <<-END
		[attach ping]
		interface = $IF_B
		via = netlink
	END
	state() { xdp_state; }
	always=no_xdp
	sweep_run "$what" "$unit"
	state() { pinned; }
	always=:
fi

if faulty tcx tcx "tcx, a link"; then
	plugins tc array hash
	unit plugins/program/tc test.bpf.o <<-END
		[program either]
		load = no
		[program out]
		load = no
		[attach in]
		interface = $IF_B
	END
	sweep_run "$what" "$unit"
fi

if faulty clsact - "tc by a filter" no_tc; then
	plugins tc array hash
	unit plugins/program/tc test.bpf.o <<-END
		[program either]
		load = no
		[program in]
		load = no
		[attach out]
		interface = $IF_B
		via = clsact
	END
	state() { tc_state; }
	always=no_tc
	sweep_run "$what" "$unit"
	state() { pinned; }
	always=:
fi
unset IN_NS

# --- cgroups -------------------------------------------------------------------------------------

new_cgroup
no_cgroup() { rmdir "$CGROUP" && mkdir "$CGROUP"; }
cgroup_unit() { # LINES
	plugins cgroup_skb array hash
	unit plugins/program/cgroup_skb test.bpf.o <<-END
		[program either]
		load = no
		[program receiving]
		load = no
		[attach sending]
		cgroup = $CGROUP
		$1
	END
}
if faulty cgroup cgroup_link "a cgroup, a link"; then
	cgroup_unit ''
	sweep_run "$what" "$unit"
fi
if faulty multi - "a cgroup without a link" no_cgroup; then
	cgroup_unit 'mode = multi'
	always=no_cgroup
	sweep_run "$what" "$unit"
	always=:
fi

# --- events, and what is traced --------------------------------------------------------------------

if faulty events raw_tracepoint "records of a ring and of a perf event array"; then
	plugins raw_tracepoint array hash ringbuf perf_event_array json text
	streams
	sweep_run "$what" "$unit"
fi

if faulty iter iter "an iterator's output"; then
	plugins iter hash array
	unit plugins/program/iter test.bpf.o <<-END
		[map numbers]
		entry = 1 -> 100
		[program elements]
		load = yes
		[attach elements]
		map = numbers
		output = $TEST_TMP/walked
	END
	sweep_run "$what" "$unit"
fi

if faulty structs struct_ops "congestion control"; then
	plugins struct_ops struct_ops_map array hash
	unit plugins/map/struct_ops_map test.bpf.o <<-END
		[map plain]
		create = no
	END
	sweep_run "$what" "$unit"
fi

if faulty tracepoint tracepoint "a tracepoint"; then
	plugins tracepoint array hash ringbuf
	unit kernel output.bpf.o </dev/null
	sweep_run "$what" "$unit"
fi

if faulty uprobe uprobe "a uprobe"; then
	start_victim
	plugins uprobe array hash
	unit plugins/program/uprobe test.bpf.o <<-END
		[program on_return]
		load = no
		[attach on_call]
		binary = $VICTIM
		function = victim_twice
	END
	sweep_run "$what" "$unit"
fi

if faulty kprobe kprobe "a kprobe"; then
	plugins kprobe array hash
	unit plugins/program/kprobe test.bpf.o </dev/null
	sweep_run "$what" "$unit"
fi

diag "$POINTS points"
if [ "$POINTS" -gt 50 ] || [ "$FAULTS_STRIDE" -gt 100 ]; then
	ok "there were points"
else
	not_ok "there were points"
fi
done_testing
