#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Units as a whole: what they set is what the program sees, a failure anywhere
# undoes everything, and what cannot be right is said before anything is done.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint

printf '# two more\n3 -> NO\n\n4 -> YES ; why not\n' >"$TEST_TMP/list.txt"
good=$(test_unit good <<'END'
[unit]
description = count under another key
condition   = path:/proc
[object]
path = unit.bpf.o
[global key]
value = 2
[map unit_allowed]
entry   = 2 -> YES
entries = list.txt
freeze  = yes
[map unit_count]
max-entries = 100
END
)
succeeds "check needs nothing loaded" cleat check "$good"
run_unit "$good" || bail "the unit runs"
ok "the unit runs"
like "$(<"$RUN_ERR")" "attached good: " "the link is named"
counted() { /bin/true; [[ $(cleat map get unit_count 2 2>/dev/null) =~ [1-9] ]]; }
if wait_for counted; then ok "global and seed are in force"; else not_ok "global and seed are in force"; fi
like "$(cleat map get unit_allowed 4)" YES "entries of a file are there"
like "$(cleat map get unit_allowed 3)" NO "with their values"
fails_with 1 "." "a frozen map takes no more" cleat map set unit_allowed 5 YES
stop_run
is $? 0 "ends well"

# one sound unit and one that only the kernel can refuse: neither stays
full=$(test_unit full <<'END'
[object]
path = unit.bpf.o
[map unit_allowed]
max-entries = 1
entry = 1 -> YES
entry = 2 -> YES
END
)
fails_with 1 'full\.ini:6: error: \[map unit_allowed\]' "too many seeds, by their line" \
	cleat run "$good" "$full"
leaves_nothing "the sound unit is gone, too"

wrong=$(test_unit wrong <<'END'
[object]
path = unit.bpf.o
[global kye]
value = 1
[map unit_allowed]
entry = 1 -> MAYBE
[program count]
laod = no
END
)
fails_with 1 "did you mean 'key'" "a wrong unit" cleat run "$wrong"
like "$(<"$TEST_TMP/.out")" "wrong\.ini:6: error" "its second error"
like "$(<"$TEST_TMP/.out")" "wrong\.ini:8: error" "its third error"

skipped=$(test_unit skipped <<'END'
[unit]
condition = path:/nonexistent
[object]
path = unit.bpf.o
END
)
run_unit "$skipped" || bail "a unit whose condition does not hold"
like "$(<"$RUN_ERR")" "condition 'path:/nonexistent' does not hold" "is skipped with a word"
fails_with 1 "." "and leaves nothing" cleat map get unit_count 2
stop_run
is $? 0 "and ends well"
done_testing
