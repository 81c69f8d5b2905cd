#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The static linker: three files of one program become one object that loads
# and computes what one file would have; what does not fit together is said,
# all of it; and objects that have nothing to do with each other load beside
# each other, whatever their names.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint

parts=()
for name in main part extra; do parts+=("$TEST_OBJ_DIR/link-$name.bpf.o"); done
linked=$TEST_TMP/test.bpf.o

# --- linking ---------------------------------------------------------------------------

succeeds "three files become one" cleat link "${parts[@]}" -o "$linked"
is "$(<"$TEST_TMP/.out")" "" "and nothing is left open"
cleat link -o "$TEST_TMP/again.o" "${parts[@]}"
if cmp -s "$linked" "$TEST_TMP/again.o"; then ok "the same bytes each time"; else not_ok "the same bytes each time"; fi
succeeds "in two steps" cleat link "${parts[@]:0:2}" -o "$TEST_TMP/half.o"
like "$(<"$TEST_TMP/.out")" "note: 'tick' is not defined in any of the files" "what is missing is noted"
succeeds "the second step" cleat link "$TEST_TMP/half.o" "${parts[2]}" -o "$TEST_TMP/half.o"
is "$(cleat inspect --json "$TEST_TMP/half.o" | sed 's/.*"programs"//')" \
	"$(cleat inspect --json "$linked" | sed 's/.*"programs"//')" "has the same in it"

inspected=$(cleat inspect --json "$linked")
like "$inspected" '"name":"hits",[^}]*"max_entries":2' "the map that two files have is one"
is "$(grep -o '"name":"hits"' <<<"$inspected" | wc -l)" 1 "only"
is "$(grep -o '"name":"scale"' <<<"$inspected" | wc -l)" 2 "static variables of one name are two"
like "$inspected" '"externs":\["kconfig LINUX_KERNEL_VERSION"\]' "the kernel's own is still asked of it"

# --- and what it does --------------------------------------------------------------------

unit=$(test_unit linked <<END
[object]
path = $linked
[program link_loop]
required = no
END
)
run_unit "$unit" || bail "the linked object runs"
ok "the linked object runs"
ran() { /bin/true; global_is from_weak 42; }
if wait_for ran; then ok "a strong function beats two weak ones"; else not_ok "a strong function beats two weak ones" "$(global from_weak)"; fi
is "$(global from_static)" 22 "static names of the first file are its own"
is "$(global from_extern)" 113 "and of the second file, too, and their constants"
is "$(global from_core)" 1 "CO-RE in the first file"
is "$(global part_core)" 1 "CO-RE in the second"
is "$(global part_kconfig)" "$(global from_kconfig)" "both have one .kconfig"
if [ "$(global from_kconfig)" -gt 0 ]; then ok "with a value"; else not_ok "with a value"; fi
like "$(cleat map get hits 0)" '-> [1-9]' "one program counts in the shared map"
like "$(cleat map get hits 1)" '-> [1-9]' "and the other"
total=$(cleat map dump --json "$(cleat list maps | awk '$3 == "test.data" { print $1 }')" |
	sed -nE 's/.*"total":([0-9]+).*/\1/p')
like "$total" '^[1-9][0-9]*005$' "a variable of the second file, changed by the first"
if [[ $(<"$RUN_ERR") =~ link_loop.*(error|warning) || ! $(cleat list programs) =~ link_loop ]]; then
	skip "callbacks" "no bpf_loop in this kernel"
else
	is "$(global static_ticked)" 103 "a callback of the same file"
	is "$(global ticked)" 15 "a hidden callback of another file"
fi
stop_run
is $? 0 "ends well"

# --- what does not fit together --------------------------------------------------------

fails_with 1 "link-other.bpf.o: error: the license is 'Dual BSD/GPL', but that of '.*link-part.bpf.o' is 'GPL'" \
	"two licenses" cleat link "${parts[1]}" "$TEST_OBJ_DIR/link-other.bpf.o" -o "$TEST_TMP/none.o"
if [ -e "$TEST_TMP/none.o" ]; then not_ok "nothing is written"; else ok "nothing is written"; fi
fails_with 1 "function 'same_name' is defined in '.*link-alone.bpf.o', too" \
	"two definitions" cleat link "$TEST_OBJ_DIR"/link-{alone,twin}.bpf.o -o "$TEST_TMP/none.o"
like "$(<"$TEST_TMP/.out")" "function 'mine' is defined" "all of them are told"
like "$(<"$TEST_TMP/.out")" "variable 'link_twin' is defined" "maps, too"

# --- what is each file's own ---------------------------------------------------------------

own=$TEST_TMP/own.bpf.o
succeeds "static programs and maps of one name" cleat link "$TEST_OBJ_DIR"/link-own{,-too}.bpf.o -o "$own"
inspected=$(cleat inspect --json "$own")
for name in own_map own_map-2 own_program own_program-2; do
	like "$inspected" "\"name\":\"$name\"" "known apart: $name"
done
unit=$(test_unit own <<END
[object]
path = $own
[map own_map-2]
max-entries = 3
[program own_program-2]
required = yes
END
)
run_unit "$unit" || bail "they run: $(<"$RUN_ERR")"
entries() { # of all maps with the name that they have in the kernel
	local id
	for id in $(cleat list maps | awk '$3 == "own_map" { print $1 }'); do
		map_entries "$id"
	done | sort | tr '\n' ' '
}
map_entries() { cleat map dump --json "$1" | tr -d ' \n' | sed -E 's/[^0-9]+/ /g'; }
counted() { /bin/true; [[ $(entries) =~ "0 41 "*"0 42 1 0 2 0" ]]; }
if wait_for counted; then ok "each with its own function, variable and map"; else not_ok "each with its own function, variable and map" "$(entries)"; fi
is "$(cleat list programs | grep -cw own_program)" 2 "both have the function's name in the kernel"
stop_run
is $? 0 "end well"

# --- no linking needed ------------------------------------------------------------------

for name in alone twin; do
	test_unit $name >/dev/null <<END
[object]
path = link-$name.bpf.o
END
done
run_unit "$TEST_TMP/alone.ini" "$TEST_TMP/twin.ini" || bail "two objects with the same names"
ok "two objects with the same names"
twins() {
	local id
	for id in $(cleat list maps | awk '$3 == "link_twin" { print $1 }'); do
		cleat map get "$id" 0
	done | sed 's/.*-> //' | sort | tr '\n' ' '
}
both() { /bin/true; [ "$(twins)" = "41 42 " ]; }
if wait_for both; then ok "each calls its own function and has its own map"; else not_ok "each calls its own function and has its own map" "$(twins)"; fi
stop_run
is $? 0 "end well"
done_testing
