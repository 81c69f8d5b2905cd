#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The bloom_filter plugin: a program and the command line put values in and ask
# for them; the number of hash functions; what is refused.
. "$TEST_LIB"
requires_hook tracepoint map_bloom_filter
start_victim

unit=$(test_unit seen <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[map seen]
hashes = 4
entry = 100
END
)
run_unit "$unit" || bail "attached"
fails_with 1 "'7' is not in map 'seen'" "not in yet" map peek seen 7
ask_victim signal
ask_victim signal
succeeds "the program puts it in" wait_for global_is hits 2
is "$(global known)" 1 "and finds it the second time"
is "$(map peek seen 7)" 7 "so does the command line"
succeeds "what the unit put in" map peek seen 100
succeeds "what the command line puts in" map push seen 200
succeeds "is in" map peek seen 200
missed=0
for n in {1000..1040}; do map peek seen "$n" >/dev/null 2>&1 && missed=$((missed + 1)); done
if [ $missed -lt 10 ]; then ok "most others are not"; else not_ok "most others are not" $missed; fi
fails_with 1 "nothing can be taken out of a Bloom filter" "no way out" map pop seen
fails_with 1 "no entries to walk" "nothing can be walked" map dump seen
stop_run
is $? 0 "ends well"

# pinned HASHES: the unit with so many, at one pin
pinned() {
	test_unit "pinned-$1" <<-END
		[object]
		path = test.bpf.o
		[map seen]
		hashes = $1
		pin = /sys/fs/bpf/seen
	END
}
run_unit "$(pinned 4)" || bail "pinned"
fails_with 1 "map_extra 0x4, not 0x5" "a pinned one with another number of hash functions" cleat run "$(pinned 5)"
stop_run

wrong() { # HASHES REGEX
	unit=$(test_unit wrong <<-END
		[object]
		path = test.bpf.o
		[map seen]
		hashes = $1
	END
	)
	fails_with 1 "$2" "refused: $1 hash functions" cleat run "$unit"
}
wrong 16 "wrong.ini:4: .*1 to 15 hash functions, not 16"
wrong 0 "wrong.ini:4: .*1 to 15 hash functions, not 0"
done_testing
