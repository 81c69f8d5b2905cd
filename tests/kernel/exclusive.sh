#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# A map for one program alone: that program, of everything that programs are made of, works with it,
# and another is refused, with the reason.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
unit() { # NAME PROGRAM [LINE...]
	printf '%s\n' "[object]" "path = exclusive.bpf.o" "[global step]" "value = 3" "[map mine]" \
		"exclusive = $2" "${@:3}" | test_unit "$1"
}

fails_with 1 "no program 'ownre'.*did you mean 'owner'" "a program that is not there" \
	cleat run "$(unit nobody ownre)"
if ! have_hook map_exclusive; then
	fails_with 1 "cannot create a map.*hint: .*exclusive.* Linux 6.18" "a kernel without them is told" \
		cleat run "$(unit owner owner)"
	skip "maps for one program" "$HOOK_REASON"
	done_testing
	exit 0
fi
run_unit "$(unit owner owner)" || bail "the program that it is for: $(<"$RUN_ERR")"
ran() { /bin/true; [[ $(cleat map get mine 0) =~ \ ([369]|[1-9][0-9]+)$ ]]; }
succeeds "works with its map" wait_for ran
fails_with 1 "." "and another loader's program does not" \
	"$CLEAT" verify "$TEST_OBJ_DIR/exclusive.bpf.o" map mine exclusive=owner
like "$(<"$TEST_TMP/.out")" "exclusive.bpf.o: 1 of 2 programs load" "one of two loads"
like "$(<"$TEST_TMP/.out")" "hash doesn't match.*hint: the map is for another program alone: see its key 'exclusive'" \
	"the other is told why"
stop_run
is $? 0 "ends well"
fails_with 1 "program 'owner': .*hash doesn't match" "a map for another program" cleat run "$(unit stranger stranger)"
done_testing
