#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The kernel gets of an object's BTF what it needs: little of a lot, and all
# that verifier, locks, typed maps and source lines depend on.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
start_victim

# number KEY: of JSON on stdin
number() { sed -n "s/.*\"$1\": *\"\{0,1\}\([0-9]*\).*/\1/p" | head -n1; }
in_bss() { cleat map dump --json btf.bss | tr ',' '\n' | number "$1"; }

unit=$(test_unit btf <<END
[object]
path = btf.bpf.o
[global only_pid]
value = $VICTIM_PID
[program calls]
required = no
[program locks]
attach = no
END
)
run_unit "$unit" || bail "attached"
ask_victim parent
fired() { [ "$(in_bss fired)" -ge 1 ]; }
called() { [ "$(in_bss seen)" = 7 ]; }
succeeds "a program runs, beside one with a lock in a value" wait_for fired
if grep -q "'calls'.* type PTR in last_of() is not supported yet" "$RUN_ERR"; then
	skip "a global function's argument has its size" "this kernel's global functions take no pointers"
else
	succeeds "a global function's argument has its size" wait_for called
fi
like "$(cleat map dump locked)" 'number' "values are typed"
cleat show program fires --json >"$TEST_TMP/program" 2>&1
id=$(tr ',' '\n' <"$TEST_TMP/program" | number btf-id)
cleat show btf "$id" --json >"$TEST_TMP/info" 2>&1
bytes=$(tr ',' '\n' <"$TEST_TMP/info" | number bytes)
if [ "${bytes:-0}" -gt 200 ] && [ "$bytes" -lt 3000 ]; then
	ok "the kernel has the types that it needs"
else
	not_ok "the kernel has the types that it needs" "$(<"$TEST_TMP/program")"$'\n'"$(<"$TEST_TMP/info")"
fi
stop_run
is $? 0 "ends well"

test_unit refused <<END >"$TEST_TMP/path"
[object]
path = btf.bpf.o
[program fires]
load = no
[program calls]
load = no
[program locks]
load = no
[program refused]
load = yes
END
fails_with 1 'btf\.bpf\.c:[0-9]+.*100000' "source lines are found again" cleat run "$(<"$TEST_TMP/path")"
done_testing
