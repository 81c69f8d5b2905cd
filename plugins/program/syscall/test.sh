#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The syscall plugin: programs run with input from the unit, and what they
# return and leave in their context is seen; nothing runs unasked.
. "$TEST_LIB"
requires_hook syscall

# unit NAME PROGRAM [KEY=VALUE...]: with one [attach]; PROGRAM none: without
unit() {
	local name=$1 program=$2 line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n'
		if [ "$program" != none ]; then echo "[attach $program]"; fi
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

if run_unit "$(unit quiet none)"; then
	is "$(global runs)" 0 "nothing runs unasked"
	stop_run
else
	not_ok "loads without being run" "$(<"$RUN_ERR")"
fi

out=$TEST_TMP/context
if run_unit "$(unit add add "input = 01000000 0x02 00 00 00" "size = 16" "output = $out")"; then
	not_ok "hex with a prefix in the middle"
	stop_run
else
	ok "hex with a prefix in the middle"
fi
if run_unit "$(unit add add "input = 0x01000000 02 00 00 00" "size = 16" "output = $out")"; then
	is "$(global runs)" 1 "it ran once"
	is "$(od -An -v -tu4 "$out" | xargs)" "1 2 3 1" "what it left in its context"
	like "$(<"$RUN_ERR")$(<"$RUN_OUT")" \
		"syscall add, returned 3, context 01000000020000000300000001000000" "what is said"
	stop_run
	is $? 0 "ends well"
else
	not_ok "input in hex" "$(<"$RUN_ERR")"
fi
printf '\005\0\0\0\006\0\0\0\0\0\0\0\0\0\0\0' >"$TEST_TMP/five"
if run_unit "$(unit file add "input-file = five" "repeat = 3" "output = $out" "expect = 11")"; then
	is "$(od -An -v -tu4 "$out" | xargs)" "5 6 11 3" "input from a file, three times"
	is "$(global runs)" 3 "it ran three times"
	stop_run
else
	not_ok "input from a file" "$(<"$RUN_ERR")"
fi
if run_unit "$(unit bare bare "expect = -7")"; then
	is "$(global runs)" 1 "without a context"
	stop_run
else
	not_ok "without a context" "$(<"$RUN_ERR")"
fi
if run_unit "$(unit call make_map "expect = 0")"; then
	ok "a program that makes a map"
	stop_run
else
	not_ok "a program that makes a map" "$(<"$RUN_ERR")"
fi

fails_with 1 "bad.ini:.*the program returned -7, not 0" "it returns something else" \
	cleat run "$(unit bad bare "expect = 0")"
fails_with 1 "cannot run the program with a context of 4 bytes.*hint: .*size = BYTES" \
	"a context that is too short" cleat run "$(unit bad add "input = 01020304")"
fails_with 1 "bad.ini:4: error: .*'xy 02' begins with no byte in hex" "no hex" \
	cleat check "$(unit bad add "input = 01xy 02")"
fails_with 1 "begins with no byte" "half a byte" cleat check "$(unit bad add "input = 012")"
fails_with 1 "exclude each other" "two inputs" \
	cleat check "$(unit bad add "input = 01" "input-file = five")"
fails_with 1 "the input alone has 4 bytes" "less size than input" \
	cleat check "$(unit bad add "input = 01020304" "size = 2")"
fails_with 1 "the kernel takes 65535 bytes at most" "too much" \
	cleat check "$(unit bad add "size = 1M")"
fails_with 1 "cannot read '.*/none'" "no such file" \
	cleat run "$(unit bad add "input-file = $TEST_TMP/none")"
done_testing
