#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What traces and comes too late: the process, file, cgroup, program or module is
# gone between load and attach (attachlate.c); and a caller who may not. One error
# each, nothing left.
# shellcheck disable=SC2016 # commands that expand what is exported
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
object=$TEST_OBJ_DIR/traced.bpf.o
tool=$TEST_BIN_DIR/attachlate
CLEAT_PLUGIN_PATH=$(dirname "$(find "${CLEAT%/*}" -name xdp.plugin | head -n 1)")
export CLEAT_PLUGIN_PATH
mkdir "$TEST_TMP/late"

# A process that ends when it is told to; sets SLEEPER.
sleeper() {
	tail -f /dev/null &
	SLEEPER=$!
}
# A binary that can go; sets COPY.
copy() {
	COPY=$TEST_TMP/late/victim
	cp "$TEST_BIN_DIR/victim" "$COPY"
}
# late WHAT HOOK REGEX PROGRAM COMMAND KEY=VALUE...
late() {
	local what=$1 hook=$2 re=$3
	shift 3
	if ! have_hook "$hook"; then
		skip "$what" "$HOOK_REASON"
	elif succeeds "$what: one error" "$tool" "$object" "$@"; then
		like "$(<"$TEST_TMP/.out")" "$re" "$what: it says which"
	fi
}
gone='while kill $SLEEPER 2>/dev/null; do :; done'
export SLEEPER COPY

sleeper
late "uprobe, a process" uprobe "no process $SLEEPER" at_call "$gone" \
	"binary=$TEST_BIN_DIR/victim" function=victim_twice "pid=$SLEEPER"
copy
late "uprobe, a file" uprobe "$COPY: [Nn]o such file" at_call 'rm $COPY' "binary=$COPY" function=victim_twice
sleeper
late "uprobe.multi, a process" uprobe "no process $SLEEPER" at_calls "$gone" \
	"binary=$TEST_BIN_DIR/victim" 'function=victim_tw*' "pid=$SLEEPER"
copy
late "uprobe.multi, a file" uprobe "$COPY: [Nn]o such file" at_calls 'rm $COPY' "binary=$COPY" 'function=victim_*'
sleeper
late "perf_event, a process" perf_event "no process $SLEEPER" at_tick "$gone" "pid=$SLEEPER"
new_cgroup
mkdir "$CGROUP/late"
export CGROUP
late "perf_event, a cgroup" perf_event "cannot open cgroup '$CGROUP/late'" at_tick 'rmdir $CGROUP/late' \
	"cgroup=$CGROUP/late"
mkdir "$CGROUP/late"
late "lsm_cgroup, a cgroup" lsm_cgroup "$CGROUP/late" decide_in 'rmdir $CGROUP/late' "cgroup=$CGROUP/late"
if [ -d "$CGROUP/late" ]; then rmdir "$CGROUP/late"; fi
late "tracepoint, tracefs" tracepoint "tracefs is not mounted" at_event \
	"awk '\$3 == \"tracefs\" || \$3 == \"debugfs\" { print \$2 }' /proc/mounts | sort -r | xargs -n 1 umount -l"

# --- who may not ----------------------------------------------------------------------------------

if ! command -v setpriv >/dev/null; then
	skip "without privilege" "no setpriv here"
else
	stage=$TEST_TMP/late
	chmod 755 "$TEST_TMP" "$stage"
	for p in at_call at_calls at_event at_raw at_raws at_typed at_entry walk at_tick at_kernel at_kernel_ret \
		at_kernel_calls at_syscall decide; do
		case $p in
		at_call | at_calls) keys="binary = /bin/true
offset = 4096" ;;
		at_raws) keys='event = sys_enter' ;;
		at_kernel_calls) keys='function = vfs_read' ;;
		*) keys='' ;;
		esac
		unit=$(test_unit "$p" <<-END
			[object]
			path = traced.bpf.o
			[program $p]
			load = yes
			[attach $p]
			$keys
		END
		)
		setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all \
			"$CLEAT" run "$unit" >"$TEST_TMP/said" 2>&1
		is "$? $(grep -c 'error:' "$TEST_TMP/said")" "1 1" "without privilege, $p: one error"
		like "$(<"$TEST_TMP/said")" 'CAP_|[Pp]ermission|not permitted|does not say|no kprobes|no .* in|hides' \
			"without privilege, $p: it says why"
	done
fi
done_testing
