#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Global functions whose arguments are tagged: they load where the kernel reads
# the tags and where it does not, for programs of every kind that calls them,
# and do what they say.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
requires_hook tracepoint
requires_hook tp_btf
object=$TEST_OBJ_DIR/argtags.bpf.o
out=$TEST_TMP/out

# Also what only a later kernel reads is loaded by an earlier one.
cleat verify --json "$object" >"$out" 2>&1
loads() { like "$(grep -F "\"program\":\"$1\"" "$out")" '"loaded":true' "$2"; }
loads by_raw "the context of a raw tracepoint, by tag"
loads by_tracepoint "of a tracepoint"
loads by_kprobe "of a kprobe"
loads by_perf_event "of a perf event"
loads others "pointers that are not NULL, or may be, or are the kernel's"
loads newer "pointers that are nobody's, and into an arena"

unit=$(test_unit argtags <<'END'
[object]
path = argtags.bpf.o
[program by_kprobe]
load = no
[program by_perf_event]
load = no
END
)
run_unit "$unit" || bail "attached" "$(<"$RUN_ERR")"
ok "several kinds of programs call one function"
seen() { /bin/true; [[ $(cleat map get argtags_seen "$1" 2>/dev/null) =~ "-> "$2$ ]]; }
if wait_for seen 1 42; then ok "numbers arrive"; else not_ok "numbers arrive" "$(cleat map dump argtags_seen)"; fi
if wait_for seen 0 '[1-9][0-9]*'; then ok "and the context"; else not_ok "and the context" "$(cleat map dump argtags_seen)"; fi
stop_run
is $? 0 "ends well"
# --- in the place of another program's function ---
if ! have_hook extension; then
	skip "an extension's functions know the context of its target" "$HOOK_REASON"
	done_testing
	exit
fi

# only NAME LINES: a unit in which nothing is loaded but what LINES say
only() {
	local name=$1 p
	shift
	{
		printf '[object]\npath = argtags.bpf.o\n'
		for p in by_raw by_tracepoint by_kprobe by_perf_event others; do
			printf '[program %s]\nload = no\n' $p
		done
		printf '%s\n' "$@"
	} | test_unit "$name"
}
target=('[program replaced]' 'load = yes' 'attach = no')
replaced_id() { cleat list programs | awk '/ replaced( |$)/ { print $1 }'; }
packet=$(printf '%0128d' 0)
knows_context() { # WHAT
	like "$(cleat program run "$(replaced_id)" "data=$packet")" "returned (64|50)" "$1"
}

if ! run_unit "$(only plain "${target[@]}" '[program replacing_plainly]' 'load = yes' 'target = replaced')" >"$TEST_TMP/why"; then
	like "$(<"$RUN_ERR")" "Unrecognized arg#0 type PTR" "an extension's functions, without tags"
	skip "an extension's functions know the context of its target" "this kernel's extensions pass no context to functions"
	done_testing
	exit
fi
stop_run
run_unit "$(only named "${target[@]}" '[program replacing]' 'load = yes' 'target = replaced')" ||
	bail "an extension" "$(<"$RUN_ERR")"
knows_context "an extension's functions know the context of its target"
stop_run
is $? 0 "ends well"

# The target is in the kernel already: what its context is called, only the kernel can say.
run_unit "$(only there "${target[@]}")" || bail "a target" "$(<"$RUN_ERR")"
there=$RUN_PID
"$TEST_BIN_DIR/bpf-ids" pin /sys/fs/bpf/replaced "$(replaced_id)" || bail "a pinned target"
like "$(cleat program run "$(replaced_id)" "data=$packet")" "returned 7" "not replaced yet"
for target in "$(replaced_id)" /sys/fs/bpf/replaced; do
	if run_unit "$(only by_ref '[program replacing]' 'load = yes' "program = $target")"; then
		knows_context "the context of program $target"
		stop_run
		is $? 0 "ends well"
	else
		not_ok "the context of program $target" "$(<"$RUN_ERR")"
	fi
done
rm /sys/fs/bpf/replaced
stop_run "$there"
is $? 0 "the target ends well"
done_testing
