#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What <cleat/bpf.h> and the headers beside it make of a program, as the kernel runs it
# (headers.bpf.c). Parts that this kernel lacks are optional programs here, and skipped.
. "$TEST_LIB"
requires_hook tp_btf
true=$(type -P true) # a program, not what the shell has instead

values() { map dump --json headers.bss | tr -d ' \n'; }
value() { [[ $(values) =~ \"$1\":\"?([^,\"\}]*) ]] && echo "${BASH_REMATCH[1]}"; }
value_is() { [ "$(value "$1")" = "$2" ]; }
# finds NAME NUMBER WHAT
finds() {
	if wait_for value_is "$1" "$2"; then ok "$3"; else not_ok "$3" "$1 is $(value "$1"), not $2"; fi
}

optional='atomics loops rcu preempt tasks dynptr'
unit=$(test_unit headers < <(
	printf '[object]\npath = headers.bpf.o\n[global parent]\nvalue = %s\n[program locked]\nattach = no\n[program second]\nattach = no\n' $$
	for program in $optional; do printf '[program %s]\nrequired = no\n' "$program"; done
))
run_unit "$unit" || bail "attached: $(<"$RUN_ERR")"
loaded() { cleat list programs | grep -qw "$1"; }
# wants PROGRAM: is it there? Else its tests are skipped, with the kernel's reason
wants() {
	if loaded "$1"; then return; fi
	skip "$1" "this kernel refuses it: $(grep -m1 "'$1'" "$RUN_ERR")"
	return 1
}

"$true"
finds chain $$ "CORE_READ goes from pointer to pointer"
finds through_pointers $$ "as the program's own pointers do"
finds in_another 1 "and what cannot be read is 0"
finds size_is_right 1 "sizes and existence of members"
like "$(values)" '"name":"?true' "strings at the end of a chain"
finds bit 0 "a bit that is not set"
if (exec chrt -R -f 1 "$true") 2>/dev/null; then
	finds bit 1 "a bit that is set"
	finds bit_by_pointer 1 "through a pointer that the verifier knows"
	"$true"
	finds bit 0 "and is not any more"
else
	skip "a bit that is set" "chrt may not"
fi

if wants atomics; then
	finds before_add 5 "fetch_add gives the value from before"
	finds before_exchange 8 "so does xchg"
	finds before_compare 20 "and cmpxchg"
	finds number $((22 | 64)) "and all of them change it"
fi
finds came_here 1 "a tail call to a slot that is filled"
finds came_back 0 "does not come back"

if wants loops; then
	finds sum 45 "bpf_for counts"
	finds turns 7 "bpf_repeat can be left"
fi
if wants rcu; then finds rcu_parent $$ "bpf_rcu can be left by return"; fi
if wants preempt; then
	if [ "$(value no_preempt)" -ge 1 ]; then ok "bpf_no_preempt"; else not_ok "bpf_no_preempt"; fi
fi
if wants tasks; then
	finds me 1 "bpf_for_each goes over the processes"
	if [ "$(value processes)" -ge 2 ]; then ok "all of them"; else not_ok "all of them" "$(value processes)"; fi
fi
if wants dynptr; then
	finds written 1 "a record of a size that is not known before"
	finds read_back 77 "has what was written"
fi
stop_run
is $? 0 "ends well"

# A lock is for programs that do not trace.
like "$(cleat program run "$(dirname "$unit")/headers.bpf.o" locked data=00000000000000000000000000000000 2>&1)" \
	'7' "bpf_locked can be left by break: the lock goes"
done_testing
