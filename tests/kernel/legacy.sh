#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Maps defined by bytes, in all layouts: each is made as its author meant it,
# and the programs count in it.
# Any kernel will do.
. "$TEST_LIB"
requires_hook raw_tracepoint

# value NAME: the number at key 0
value() {
	local v
	v=$(map get "$1" 0 2>/dev/null) || return
	v=${v##*-> }
	v=${v//[!0-9]/}
	echo "${v:-none}"
}
counts() { /bin/true; [[ $(value "$1") =~ [1-9] ]]; }
counts_in() { if wait_for counts "$1"; then ok "$2"; else not_ok "$2" "$(value "$1")"; fi; }

unit=$(test_unit legacy <<'END'
[object]
path = legacy.bpf.o
[program jumped]
section = raw_tp
attach = no
END
)
run_unit "$unit" || bail "the object is loaded: $(<"$RUN_ERR")"
counts_in lg_plain "20 bytes"
counts_in lg_short "16 bytes"
counts_in lg_numa "28 bytes with a NUMA node"
counts_in lg_static "a static one"
counts_in lg_typed "in a section of its own"
like "$(map get lg_typed 0)" 'place = 0.*times = [0-9]' "with types from ____btf_map_NAME"
counts_in lg_global "iproute2, pinned for all"
is "$(find /sys/fs/bpf -type f ! -name '*.debug' | sort | tr '\n' ' ')" \
	"/sys/fs/bpf/mine/globals/lg_gobpf /sys/fs/bpf/tc/globals/lg_cilium /sys/fs/bpf/tc/globals/lg_global " \
	"pinned where tc and gobpf look for them"
counts_in lg_cilium "28 bytes of Cilium's"
counts_in lg_gobpf "gobpf"
counts_in lg_inner "iproute2's inner map, in its slot"
counts_in lg_object "iproute2's jump to the program in section 5/1"
first_id=$(map_id lg_global)
run_first=$RUN_PID
run_unit "$unit" || bail "again: $(<"$RUN_ERR")"
is "$(map_id lg_global)" "$first_id" "a second run takes the pinned map"
stop_run
stop_run "$run_first"
is $? 0 "ends well"
is "$(find /sys/fs/bpf -type f ! -name '*.debug')" "" "and takes its pins away"

run_unit "$(test_unit sample <<'END'
[object]
path = legacy-sample.bpf.o
[map ls_ports]
entry = 7 -> ls_port
END
)" || bail "a template by number: $(<"$RUN_ERR")"
counted() { /bin/true; [[ $(map get ls_port 1) =~ \ [1-9] ]]; }
if wait_for counted; then ok "a template by its number"; else not_ok "a template by its number"; fi
stop_run
done_testing
