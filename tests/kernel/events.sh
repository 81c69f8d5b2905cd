#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Records that a slow consumer takes in a thread of its own, while a program writes
# more than it can take: see ringstress.c. RING_EVENTS says how many.
# Any kernel will do.
. "$TEST_LIB"

requires_plugins
object=$TEST_OBJ_DIR/ringstress.bpf.o
stress() {
	"$TEST_BIN_DIR/ringstress" "$1" "$object" "$2" >"$TEST_TMP/ringstress.out" || {
		cat "$TEST_TMP/ringstress.out"
		return 1
	}
}

events=${RING_EVENTS-$((1000000 / TEST_TIME_SCALE))}
if have_hook map_ringbuf; then
	succeeds "ring buffer: all of $events records are there or refused, each once, whole, in order" stress ring "$events"
	diag_file "$TEST_TMP/ringstress.out"
	succeeds "several rings and perf buffers behind one descriptor" stress group 20000
else
	skip "ring buffer" "this kernel has no ring buffers"
fi
succeeds "perf buffer: all of $events records are there or counted as lost, each once, whole, in order" stress perf "$events"
diag_file "$TEST_TMP/ringstress.out"
if have_hook map_rb_overwrite; then
	succeeds "ring that is overwritten: the newest of $events records, whole, in order, every byte counted" stress overwrite "$events"
	diag_file "$TEST_TMP/ringstress.out"
else
	skip "ring that is overwritten" "this kernel has no rings that are overwritten"
fi
succeeds "a reader on a map without records" stress none numbers
is "$(<"$TEST_TMP/ringstress.out")" "cleat: error: map 'numbers': maps of type 'array' have no records to read" "is refused with one message"
nothing_left
done_testing
