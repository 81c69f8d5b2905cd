#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The user_ringbuf plugin: a program reads the records that the command line
# writes, in a ring that is written around more than once; what is refused.
. "$TEST_LIB"
requires_hook tracepoint map_user_ringbuf
start_victim

unit=$(test_unit orders <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
END
)
run_unit "$unit" || bail "attached"
succeeds "a record" map push orders "0x$(four_bytes 40)"
succeeds "and a longer one" map push orders "$(four_bytes 2) 00 00 00 00 00"
is "$(global read)" 0 "nobody has read them yet"
ask_victim signal
succeeds "the program reads" wait_for global_is hits 1
is "$(global read) $(global sum)" "2 42" "both, as they were written"
# More than the ring holds, in all: 1500 bytes and a number.
rest=$(printf '00%.0s' {1..1500})
for n in 1 2 3 4 5; do
	map push orders "$(four_bytes $n)$rest" || not_ok "record $n"
	ask_victim signal
done
wait_for global_is hits 6
is "$(global read) $(global sum)" "7 57" "around the end of the ring"
for n in 1 2; do map push orders "$(four_bytes $n)$rest"; done
fails_with 1 "the ring is full" "full" map push orders "$(four_bytes 3)$rest"
ask_victim signal
succeeds "room again once they were read" map push orders "$(four_bytes 3)$rest"
fails_with 1 "a record has 1 to 4088 bytes, not 4504" "a record larger than the ring" \
	map push orders "$rest$rest$rest$(four_bytes 1)"
fails_with 1 "'more' is not hex bytes" "no bytes" map push orders more
fails_with 1 "no entries to walk" "nothing can be walked" map dump orders
stop_run
is $? 0 "ends well"

if ! find_plugins; then
	skip "a writer in the ring's memory" "$NO_PLUGINS"
	done_testing
	exit
fi
is "$("$TEST_BIN_DIR/ringwriter" "$TEST_OBJ_DIR/test.bpf.o")" "all is well" \
	"a writer in the ring's memory: in any order, around the ring, while it is full, abandoned"
done_testing
