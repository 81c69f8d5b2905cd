#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The rhash plugin: a table grows as a program and user space fill it; its limit,
# what is set for the object, and what is refused. Kernels without it say so.
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
fails_with 1 "flag 'zero_seed' is for hash tables of type 'hash'" "refused: zero_seed" \
	cleat check "$(unit seed "[map t_points]
flags = zero_seed")"
fails_with 1 "key has at most 65535 bytes, not 65536" "refused: a key that is too long" \
	cleat check "$(unit long "[map t_points]
key-size = 65536")"
fails_with 1 "no more than max-entries, can be expected, not 5" "refused: more than there is room for" \
	cleat check "$(unit many "[map t_few]
expected = 5")"

if ! have_hook map_rhash; then
	fails_with 1 "this kernel has no maps of type 'rhash'" "refused, and why" cleat run "$(unit old "")"
	skip "a table that grows" "this kernel has no maps of type 'rhash'"
	done_testing
	exit
fi

run_unit "$(unit table "[map t_points]
expected = 10
entry = { x = 1, y = 2 } -> 77
pin = /sys/fs/bpf/t_points")" || bail "attached"
ok "attached"
ask_victim signal
succeeds "a program finds what the unit says" wait_for global_is found 77
is "$(map dump t_points | wc -l)" 1001 "and fills the table, which grows"
like "$(map get t_points '{ x = 100, y = 999 }')" '-> 1$' "up to the last"
like "$(cleat show map "$(map_id t_few)")" 'flags +1' "made as the kernel wants it"
for n in 1 2 3 4; do map set t_few $n $n; done
is "$(map dump t_few | sort)" "1 -> 1
2 -> 2
3 -> 3
4 -> 4" "walked"
fails_with 1 "the map is full: it has room for 4 entries" "its limit" map set t_few 5 5
fails_with 1 "such an entry already" "set --new what is there" map set t_few 1 1 --new
fails_with 1 "no entry '9'" "set --existing what is not" map set t_few 9 1 --existing
succeeds "deleted" map delete t_few 4
fails_with 1 "no entry '4'" "and gone" map get t_few 4
first=$RUN_PID
run_unit "$(unit again "[map t_points]
expected = 10
pin = /sys/fs/bpf/t_points")" || bail "taken over"
is "$(map_id t_points)" "$(RUN_PID=$first map_id t_points)" "a pinned one is taken over"
stop_run
fails_with 1 "map_extra 0xa, not 0x14" "but not another" cleat run "$(unit other "[map t_points]
expected = 20
pin = /sys/fs/bpf/t_points")"
succeeds "emptied" cleat map delete --all /sys/fs/bpf/t_points
is "$(cleat map dump /sys/fs/bpf/t_points)" "" "nothing is left in it"
stop_run "$first"
is $? 0 "ends well"
done_testing
