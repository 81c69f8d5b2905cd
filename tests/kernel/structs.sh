#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Structs of functions other than congestion control: a scheduler (sched_ext) and a
# queueing discipline in BPF. Each is registered, called and gone again. A scheduler
# concerns the whole machine: only where that is the test's own.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook struct_ops
new_netns

# unit MAP: it alone
unit() { printf '[object]\npath = structs.bpf.o\n[map %s]\ncreate = yes\n' "$1" | test_unit "$1"; }
# count NAME: a global variable of structs.bpf.o in the unit that runs
count() { cleat map dump --json "$(map_id structs.bss)" | sed -nE "s/.*\"$1\":\"?([0-9]+).*/\1/p"; }
counts() { [ "$(count "$1")" -gt 0 ]; }

# --- a scheduler ----------------------------------------------------------------------------

state() { cat /sys/kernel/sched_ext/state; }
state_is() { [ "$(state)" = "$1" ]; }
if [ ! -e /sys/kernel/sched_ext/state ]; then
	skip "a scheduler" "this kernel has no sched_ext"
elif [ -z "${TEST_OWN_MACHINE-}" ]; then
	skip "a scheduler" "it would schedule what others run on this machine"
elif ! run_unit "$(unit scheduler)"; then
	not_ok "a scheduler is registered" "$(<"$RUN_ERR")"
else
	ok "a scheduler is registered"
	is "$(state)" enabled "it schedules"
	is "$(cat /sys/kernel/sched_ext/root/ops)" cleat_scheduler "under its name"
	if wait_for counts ran; then ok "its function is called"; else not_ok "its function is called"; fi
	like "$(cleat list links)" "struct_ops.*scheduler" "its link is listed"
	fails_with 1 "error:" "a second one is refused" cleat run "$(unit scheduler)"
	stop_run
	is $? 0 "the scheduler ends well"
	if wait_for state_is disabled; then ok "the kernel schedules again"; else not_ok "the kernel schedules again" "$(state)"; fi
fi

# --- a queueing discipline --------------------------------------------------------------------

if ! cleat btf 'Qdisc_ops' >/dev/null 2>&1 && ! run_unit "$(unit qdisc)" 2>/dev/null; then
	like "$(<"$RUN_ERR")" "error:" "a queueing discipline: the reason"
	skip "a queueing discipline" "$(head -n 1 "$RUN_ERR")"
	done_testing
	exit
fi
ok "a queueing discipline is registered"
like "$(cleat list links)" "struct_ops.*qdisc" "its link is listed, too"
if in_ns "$NS_A" tc qdisc add dev "$IF_A" root cleat_drop 2>"$TEST_TMP/tc"; then
	if counts made; then ok "it is made for an interface"; else not_ok "it is made for an interface"; fi
	succeeds "it drops what is sent" silent answers "$NS_A" "$IP4_B"
	if counts dropped; then ok "and counts it"; else not_ok "and counts it"; fi
	in_ns "$NS_A" tc qdisc del dev "$IF_A" root
	succeeds "without it, packets are sent again" wait_for answers "$NS_A" "$IP4_B"
else
	not_ok "it is made for an interface" "$(<"$TEST_TMP/tc")"
fi
stop_run
is $? 0 "the discipline ends well"
done_testing
