#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Maps that change while they are walked, rings that are filled while they are
# read: see mapstress.c. What each call returns, and says: mapcalls.c.
. "$TEST_LIB"
requires_hook raw_tracepoint

requires_plugins
object=$TEST_OBJ_DIR/mapstress.bpf.o
stress() { "$TEST_BIN_DIR/mapstress" "$1" "$object" "${@:2}"; }

for map in hash hash_no_prealloc percpu_hash lpm_trie; do
	succeeds "$map: a walk misses nothing that stays, and ends" stress walk $map 2
	diag_file "$TEST_TMP/.out"
	succeeds "$map: a walk that deletes" stress delete $map
	succeeds "$map: many at once, one too many, and none" stress many $map
done
is "$("$TEST_BIN_DIR/mapcalls" "$object")" "all is well" "each call returns what map.h says, and tells why"
succeeds "array: its values are in shared memory" stress memory shared
count=$((200000 / TEST_TIME_SCALE))
succeeds "ring buffer: in order, whole, each once, and always woken" stress ring $count
diag_file "$TEST_TMP/.out"
succeeds "perf buffers: in order, whole, and the lost ones counted" stress perf $count
diag_file "$TEST_TMP/.out"
succeeds "ring buffer: a dispatch that is stopped goes on behind" stress stop ring
succeeds "perf buffers: the same" stress stop perf
# a million entries were deleted: the kernel frees them, and the maps behind them, at its leisure
nothing_left
done_testing
