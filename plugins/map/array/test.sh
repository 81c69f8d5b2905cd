#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The array plugin: user space writes what a program reads and reads what it
# writes, by structs, numbers and bytes; what cannot be done is said.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		$2
	END
}

run_unit "$(unit array "
[map t_limits]
entry = 2 -> { rate = 5, name = \"two\" }
entry = 3 -> { rate = 1 }
[map t_counts]
max-entries = 16
flags = mmapable|0x0
[map t_bytes]
entry = 1 -> 0a:0b:0c:0d:0e:0f")" || bail "attached"
ask_victim parent
is "$(map get t_counts 3)" "3 -> 5" "a program reads an entry of the unit and writes one"
succeeds "set" map set t_limits 2 '{ rate = 70, name = seventy }'
ask_victim parent
is "$(map get t_counts 3)" "3 -> 75" "the program sees what was set"
is "$(map dump t_limits)" '0 -> { rate = 0, name = "" }
1 -> { rate = 0, name = "" }
2 -> { rate = 70, name = "seventy" }
3 -> { rate = 1, name = "" }' "dump has all indexes, in order"
is "$(map dump t_counts | wc -l)" 16 "max-entries of the unit holds"
is "$(map get t_bytes 1)" "1 -> 0x0a0b0c0d0e0f" "bytes without a type"
succeeds "bytes are taken as they are shown" map set t_bytes 0 0x010203040506
is "$(map get t_bytes 0 --json)" '{"key":0,"value":"0x010203040506"}' "and in JSON"
like "$(map dump test.data)" 'calls = 42' "static variables are there, too"

fails_with 1 "index 16 is out of range: the map has 16 entries" "get beyond the end" \
	map get t_counts 16
fails_with 1 "index 16 is out of range" "set beyond the end" map set t_counts 16 1
fails_with 1 "cannot be deleted" "delete" map delete t_counts 1
fails_with 1 "such an entry already" "set --new" map set t_counts 1 1 --new
fails_with 1 "at 'x'" "not a number" map set t_counts 1 x
fails_with 1 "5 bytes, expected 6" "too few bytes" map set t_bytes 1 0102030405
fails_with 1 "hex bytes, at 'zz" "not bytes" map set t_bytes 1 0102zz
stop_run
is $? 0 "ends well"

run_unit "$(unit frozen "
[map t_limits]
entry = 2 -> { rate = 9 }
freeze = yes")" || bail "attached"
ask_victim parent
is "$(map get t_counts 3)" "3 -> 9" "a frozen map can be read"
fails_with 1 "frozen" "but not written" map set t_limits 2 '{ rate = 1 }'
fails_with 1 "frozen" "constants are frozen" map set test.rodata 0 '{ which = 1 }'
stop_run

wrong() { # NAME REGEX WHAT LINES
	fails_with 1 "$2" "refused: $3" cleat check "$(unit "$1" "$4")"
}
wrong room "max-entries is 1 to" "no entries" "
[map t_counts]
max-entries = 0"
wrong flags "no map flag 'no_preallox'.*did you mean 'no_prealloc'" "unknown flag" "
[map t_counts]
flags = no_preallox"
wrong prealloc "for hash tables" "a flag of hash tables" "
[map t_counts]
flags = no_prealloc"
wrong variables "it has one entry" "entries for variables" "
[map .bss]
max-entries = 7"
done_testing
