#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# 'cleat verify' guesses what the application would say before loading: types of programs whose
# section says nothing, sizes of maps; and tells so. A function that others call is a part of them.
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
done_testing
