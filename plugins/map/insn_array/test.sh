#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The insn_array plugin: an indirect jump leads where its table says, in a program
# that was moved; kernels without such jumps say so.
. "$TEST_LIB"
requires_hook syscall

unit() { # N
	test_unit "case$1" <<-END
		[object]
		path = test.bpf.o
		[program before]
		load = no
		[attach choose]
		[global which]
		value = $1
	END
}

if ! have_hook map_insn_array; then
	fails_with 1 "cannot make the table of 3 entries for indirect jumps" "refused, and why" \
		cleat run "$(unit 0)"
	skip "jumps" "this kernel has no maps of instructions"
else
	for n in 0 1 2; do
		run_unit "$(unit $n)" || bail "attached"
		is "$(global got)" $((10 * (n + 1))) "case $n"
		stop_run
	done
	run_unit "$(unit 3)" || bail "attached"
	is "$(global got)" 99 "none of them"
	stop_run
	is $? 0 "ends well"
fi
done_testing
