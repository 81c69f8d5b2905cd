#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Global variables: sections of every name, values set before loading and
# live, arrays of another length, constants, objects without types.
. "$TEST_LIB"
requires_hook raw_tracepoint

unit() { # NAME LINES [OBJECT]
	test_unit "$1" <<-END
		[object]
		path = ${3-variables.bpf.o}
		$2
	END
}
# seen SECTION NAME: a variable's value as JSON
seen() {
	local text
	text=$(map dump --json "$1" 2>/dev/null) || return
	if [[ $text =~ \"$2\":(\{[^\}]*\}|[^,\}\ ]*) ]]; then echo "${BASH_REMATCH[1]}"; fi
}
sums_to() { /bin/true; [ "$(seen .bss.custom custom_bss)" = "$1" ]; }

run_unit "$(unit asis "")" || bail "as they are: $(<"$RUN_ERR")"
succeeds "variables of all sections, as they are" wait_for sums_to 15
succeeds "set live, typed" map set .data.custom 0 "{ custom_data = { a = 10, b = 20 } }"
succeeds "programs see it" wait_for sums_to 38
fails_with 1 "." "constants cannot be set any more" map set .rodata.custom 0 "{ custom_rodata = 6 }"
is "$(seen variable.rodata plain_rodata)" 2 "constants have types"
like "$(map dump --json .rodata.cst16)" '"scattered":\[9,1,8,2,7,3,6,4,5,5,4,6,3,7,2,8\]' \
	"and those that are merged with equal ones"
is "$(seen variable.bss picked)" 7 "which programs read"
id=$(map_id .rodata.custom)
like "$(grep -lE "^map_id:[[:space:]]*$id\$" /proc/"$RUN_PID"/fdinfo/* | xargs grep -h '^frozen')" '1$' "they are frozen"
stop_run
is $? 0 "ends well"

run_unit "$(unit given "[global custom_data]
value = { a = 100, b = 200 }
[global custom_rodata]
value = 1000
[global plain_data]
value = 0
[global plain_rodata]
value = 0")" || bail "set before: $(<"$RUN_ERR")"
succeeds "set before loading" wait_for sums_to 1300
stop_run

# --- arrays ------------------------------------------------------------------------
run_unit "$(unit longer "[global table]
elements = 1000
[global slots]
value = 1000")" || bail "a longer array: $(<"$RUN_ERR")"
succeeds "the program runs" wait_for sums_to 15
dump=$(map dump --json .bss.table)
is "$(grep -o '"a":' <<<"$dump" | wc -l)" 1000 "the array has another length, in BTF too"
is "${dump: -18}" '{"a":0,"b":77}]}}]' "and its last element is written"
stop_run
run_unit "$(unit shorter "[global table]
elements = 2
value = [ { a = 1, b = 2 }, { a = 3, b = 4 } ]
[global slots]
value = 1")" || bail "a shorter one: $(<"$RUN_ERR")"
succeeds "a shorter one, with a value" wait_for sums_to 15
like "$(map dump --json .bss.table)" '"a":1,"b":77\},\{"a":3,"b":4\}\]' "is what was said, and what was written"
stop_run
fails_with 1 "invalid access to map value" "a constant that leads beyond the end is the verifier's affair" \
	cleat run "$(unit beyond "[global slots]
value = 5")"
fails_with 1 ":4: error: \[global header\]: 'header' is no array" "no array" \
	cleat check "$(unit noarray "[global header]
elements = 2")"

# --- constants ----------------------------------------------------------------------
fails_with 1 "program 'run'" "code that a constant switches on is checked" \
	cleat run "$(unit reckless "[global reckless]
value = true")"

# --- without types --------------------------------------------------------------------
objcopy=$(command -v llvm-objcopy llvm-objcopy-{14..21} | head -n 1) || true
if [ -n "$objcopy" ]; then
	"$objcopy" --remove-section .BTF --remove-section .BTF.ext --remove-section .rel.BTF \
		--remove-section .rel.BTF.ext "$TEST_OBJ_DIR/variables.bpf.o" "$TEST_TMP/untyped.bpf.o"
	run_unit "$(unit untyped "[global plain_data]
value = 0x100
[global custom_data]
value = 01000000 02000000" untyped.bpf.o)" || bail "without types: $(<"$RUN_ERR")"
	sum() { /bin/true; like_sum=$(map get .bss.custom 0); [[ $like_sum == *"-> 266" ]]; }
	succeeds "without types: numbers and bytes" wait_for sum
	stop_run
else
	skip "without types" "no llvm-objcopy"
fi
# --- a kernel without variables, as it was before 5.2 ----------------------------------------
before() { LACKING=values LD_PRELOAD=$TEST_BIN_DIR/.libs/lacking.so "$CLEAT" "$@"; }
if before --version >/dev/null 2>&1; then
	before verify "$TEST_OBJ_DIR/lacking-values.bpf.o" >"$TEST_TMP/before" 2>&1
	like "$(<"$TEST_TMP/before")" $'\nwithout +[a-z_ /]+ loads ' "a program that has none loads"
	like "$(<"$TEST_TMP/before")" \
		"program 'reads': this kernel has no global variables.*hint: they came with Linux 5.2" "one that has, not"
	like "$(<"$TEST_TMP/before")" "program 'constant': this kernel has no global variables" "nor one with constants"
else
	skip "no global variables" "this build cannot be preloaded"
fi

# --- a number that assembler code leaves open ------------------------------------------
stepped() { /bin/true; [ "$(seen .bss.seen seen)" = "$1" ]; }
run_unit "$(unit step "[global STEP]
value = 0x123456789ab" constant.bpf.o)" || bail "a constant of the code: $(<"$RUN_ERR")"
succeeds "a constant of the code" wait_for stepped 1250999896491
stop_run
fails_with 1 "'STEP' is neither defined" "must be given" cleat run "$(unit nostep "" constant.bpf.o)"
fails_with 1 "no global variable 'STEPS'.*'STEP'" "and be known" cleat check "$(unit steps "[global STEPS]
value = 1" constant.bpf.o)"
fails_with 1 "'STEP' is no variable" "and has no elements" cleat check "$(unit elements "[global STEP]
elements = 2" constant.bpf.o)"
done_testing
