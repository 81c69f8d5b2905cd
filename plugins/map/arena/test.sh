#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The arena plugin: a program takes pages of the memory, at the address that is
# given or chosen; what is refused. User space's half needs no plugin: mmap(2).
. "$TEST_LIB"
requires_hook iter map_arena

unit() { # NAME LINE
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[attach take]
		pin = /sys/fs/bpf/take
		[map memory]
		${2-}
	END
}

run_unit "$(unit given "address = 0x100000000000")" || bail "made at an address"
cat /sys/fs/bpf/take >/dev/null
is "$(global first)" $((0x100000000000)) "the program has a page of it"
is "$(global second)" $((0x100000001000)) "and two more"
is "$(global full)" 1 "and then there are none"
cat /sys/fs/bpf/take >/dev/null
is "$(global first)" $((0x100000000000)) "what was given back is there again"
fails_with 1 "no entries to walk" "it is no table" map dump memory
stop_run
is $? 0 "ends well"

run_unit "$(unit chosen)" || bail "made where there is room"
cat /sys/fs/bpf/take >/dev/null
first=$(global first)
if [ "$first" -gt 0 ] && [ $((first % 4096)) = 0 ]; then
	ok "an address is chosen"
else
	not_ok "an address is chosen" "$first"
fi
stop_run

run_unit "$(unit small "max-entries = 2")" || bail "made smaller"
cat /sys/fs/bpf/take >/dev/null
is "$(global second)" 0 "max-entries is its pages"
stop_run

# Variables: test-vars.bpf.c.
if find_plugins; then
	succeeds "programs and user space share variables, before load and after" \
		"$TEST_BIN_DIR/arenavars" "$TEST_OBJ_DIR/test-vars.bpf.o"
else
	skip "programs and user space share variables" "$NO_PLUGINS"
fi
vars_unit() { printf '[object]\npath = test-vars.bpf.o\n%s\n' "$2" | test_unit "$1"; }
run_unit "$(vars_unit vars '[attach count]
[global counter]
value = 100
[global pair]
value = { left = 30, right = 12 }')" || bail "variables from the unit"
bss=$(cleat map dump --json "$(cleat list maps | awk '/test_var.bss/ { print $1 }' | tail -1)")
like "$bss" '"seen":101\b' "the program counts from where the unit says"
like "$bss" '"sum":42\b' "and sees both members"
stop_run
fails_with 1 "the variables take 2 pages, and the arena has 1" "an arena too small for its variables" \
	cleat run "$(vars_unit narrow '[map memory]
max-entries = 1')"
fails_with 1 "no global variable 'countr'" "a variable that is not there" \
	cleat run "$(vars_unit missing '[global countr]
value = 1')"

fails_with 1 "odd.ini:6: .*a multiple of [0-9]+, the size of a page" "an odd address" \
	cleat run "$(unit odd "address = 4097")"
fails_with 1 "its size in pages, 1 to [0-9]+, not 2097152" "too large" \
	cleat run "$(unit large "max-entries = 2M")"
done_testing
