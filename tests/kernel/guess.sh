#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# 'cleat verify' guesses what the application would say before loading: types of programs whose
# section says nothing, sizes of maps; and tells so. A function that others call is a part of them.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
object=$TEST_OBJ_DIR/guess.bpf.o

verdicts=$(cleat verify --json "$object") || true
of() { grep -F "\"program\":\"$1\"" <<<"$verdicts" || true; }

like "$(of balance)" '"type":"socket_filter".*"loaded":true' "a program with a context is tried as what has it"
like "$(of balance)" "no plugin for section 'loadbalancer': tried as 'socket'" "and that is said"
like "$(of balance)" '"section":"loadbalancer"' "under the section's own name"
like "$(of balance)" "map 'sized_later' has no size: tried with max-entries 1" "a map without size gets one"
like "$(of mine)" '"type":"xdp".*"loaded":true' "the first word of a section is a plugin's name"
like "$(of traced)" '"loaded":true' "stacks without a size of their values"
like "$(of traced)" "map 'stacks_later' has no size of its values: tried with value-size 1016" "and that is said"
like "$(of refused)" "\"loaded\":false.*no plugin for section 'mystery'" "what was merely usual explains nothing"
like "$(of limited)" '"loaded":true.*constant .LIMIT. has no value: tried with 0' "a constant of the code"
is "$(of half)" '' "a function that others call is verified with them"
like "$(cleat verify "$object")" "note: program 'mine': no plugin for section 'xdp_mine': tried as 'xdp'" \
	"people read it, too"
# --- what is said instead of guessed -----------------------------------------------------------

verdicts=$(cleat verify --json "$object" map sized_later max-entries=7 value-size=4 map stacks_later \
	max-entries=1 value-size=8 global LIMIT=3) || true
like "$(of balance)" '"loaded":false.*invalid access to map value' "the size of values is what was said"
if [[ $verdicts == *"tried with"* ]]; then not_ok "nothing was guessed" "$verdicts"; else ok "nothing was guessed"; fi
like "$(of limited)" '"loaded":true' "a constant of the code"
verdicts=$(cleat verify --json "$object" map sized_later max-entries=7 "$object") || true
is "$(of balance | grep -c 'sized_later. has no size')" 1 "for the object that it follows, and no other"
fails_with 1 "guess.bpf.o: error: no map 'sized_late' in it.*did you mean 'sized_later'" "a map that is not there" \
	cleat verify "$object" map sized_late max-entries=1
fails_with 1 "error:.*max-entires.*did you mean 'max-entries'" "a key that is not there" \
	cleat verify "$object" map sized_later max-entires=1
fails_with 1 "error: .*max-entries is 1 to 4294967295" "a value that cannot be" \
	cleat verify "$object" map sized_later max-entries=0
fails_with 1 "error: no global variable 'seem'.*did you mean 'seen'" "a variable that is not there" \
	cleat verify "$object" global seem=1
fails_with 2 "'map' wants a name, and then KEY=VALUE" "a map without a name" cleat verify "$object" map max-entries=1
fails_with 2 "'map' wants a name, and then KEY=VALUE" "a map without keys" cleat verify "$object" map sized_later
fails_with 2 "'global' wants NAME=VALUE" "a variable without a value" cleat verify "$object" global seen
done_testing
