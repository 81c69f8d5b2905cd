#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Programs that are required, optional, or one of several alternatives: what
# runs in the end, what is said about the rest, and when the whole fails.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint

ran() {
	local line
	line=$(cleat map get ran "$1") || return 1
	echo "${line##* }"
}
# A program of the object ran, and it was its own doing.
runs() {
	/bin/true
	[[ $(ran "$1") =~ [1-9] ]]
}
# Nothing of it is there when the next one begins: maps have the same names.
ends_well() {
	stop_run "$@"
	is $? 0 "ends well"
	nothing_left
}

test_unit required >"$TEST_TMP/path" <<'END'
[object]
path = policy.bpf.o
[program newer]
load = no
END
fails_with 1 "program 'newest'.*unknown func|program 'newest'.*99999" "a required program fails the unit" \
	cleat run "$(<"$TEST_TMP/path")"
leaves_nothing "and leaves nothing"

optional=$(test_unit optional <<'END'
[object]
path = policy.bpf.o
[program newest]
required = no
[program newer]
required = no
[attach newer]
event = no_such_tracepoint
[attach newer again]
event = no_such_either
END
)
run_unit "$optional" || bail "optional programs do not matter"
like "$(<"$RUN_ERR")" "warning: .*program 'newest'" "what was left out is said"
is "$(grep -c "warning: .*no_such_" "$RUN_ERR")" 2 "also of what was not attached, once for each place"
if wait_for runs 3; then ok "the rest works"; else not_ok "the rest works"; fi
is "$(ran 0) $(ran 1) $(ran 2)" "0 0 0" "and nothing else"
ends_well

chain=$(test_unit chain <<'END'
[object]
path = policy.bpf.o
[program newest]
fallback = newer
[program newer]
fallback = oldest
END
)
succeeds "alternatives are sound" cleat check "$chain"
run_unit "$chain" || bail "alternatives run"
if wait_for runs 2; then ok "the last alternative works"; else not_ok "the last alternative works" "$(<"$RUN_ERR")"; fi
is "$(ran 0) $(ran 1)" "0 0" "in place of the others"
like "$(<"$RUN_ERR")" "note: .*program 'newest'" "why the first was left out is said"
like "$(<"$RUN_ERR")" "note: .*no_such_tracepoint" "and why the second was"
if [[ $(<"$RUN_ERR") =~ warning|error ]]; then not_ok "and that is no trouble"; else ok "and that is no trouble"; fi
ends_well

first=$(test_unit first <<'END'
[object]
path = policy.bpf.o
[program newest]
load = no
[program newer]
load = no
[program always]
fallback = oldest
END
)
run_unit "$first" || bail "the first alternative"
if wait_for runs 3; then ok "the first alternative works"; else not_ok "the first alternative works"; fi
is "$(ran 2)" 0 "and its fallback is not there"
ends_well

none=$(test_unit none <<'END'
[object]
path = policy.bpf.o
[program oldest]
load = no
[program newest]
fallback = newer
END
)
fails_with 1 "program 'newest'" "no alternative is left" cleat run "$none"
like "$(<"$TEST_TMP/.out")" "no_such_tracepoint" "what is wrong with the last is said, too"
leaves_nothing "nothing is left"

loop=$(test_unit loop <<'END'
[object]
path = policy.bpf.o
[program newest]
fallback = newer
[program newer]
fallback = newest
[program always]
fallback = alway
END
)
fails_with 1 "loop\.ini:6: error: .*'newest' cannot be its own fallback" "a circle" cleat check "$loop"
like "$(<"$TEST_TMP/.out")" "did you mean 'always'" "a program that is not there"
done_testing
