#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat dump: the code of a program in the kernel, as long as the kernel says it is, with names and source
# lines of the object it came from.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint
object=$TEST_OBJ_DIR/attach.bpf.o
out=$TEST_TMP/out
start_cleat attach "$object" kills global "only=$$" || bail "a program to look at: $(<"$RUN_ERR")"
cleat list programs --json >"$out"
id=$(sed -nE 's/.*"id":([0-9]+),"name":"kills".*/\1/p' "$out")
fact() { cleat show program "$id" | sed -nE "s/^$1 +//p"; }
instructions=$(fact instructions)

# --- instructions -----------------------------------------------------------------------------

cleat dump program "$id" >"$out"
like "$(head -n 1 "$out")" "^program $id kills, tracepoint, tag $(fact tag)\$" "which program it is"
is "$(grep -E '^[a-z_]+:' "$out" | tr '\n' ' ')" "kills: add_up: " "its functions"
like "$(grep -A 2 '^kills:' "$out" | tail -n 1)" '^     0: r?[a-z0-9]+ ' "the first instruction is number 0"
like "$(<"$out")" $'\n'" +[0-9]+: call pc\\+[0-9]+ <add_up>"$'\n' "a call of its own function"
like "$(<"$out")" $'\n'" +[0-9]+: call bpf_ktime_get_ns"$'\n' "a call of a helper"
like "$(<"$out")" $'\n'" +[0-9]+: r[0-9] = map\\[id:[0-9]+\\] <numbers>"$'\n' "a map"
like "$(<"$out")" $'\n'" +[0-9]+: r[0-9] = map\\[id:[0-9]+\\]\\[0\\]\\+[0-9]+ <attach.bss>"$'\n' "a variable's map"
line=$(grep -n 'bpf_map_lookup_elem' "${BASH_SOURCE[0]%/*}/attach.bpf.c" 2>/dev/null | cut -d: -f1 || true)
like "$(<"$out")" "; u64 \\*n = bpf_map_lookup_elem\\(&numbers, &key\\);  \\(.*attach.bpf.c:${line:-[0-9]+}\\)" \
	"the source line of a statement"
like "$(tail -n 1 "$out")" "^ +$((instructions - 1)): exit\$" "the last of $instructions instructions"
is "$(cleat dump program kills)" "$(<"$out")" "the same by its name"
is "$(cleat dump --no-source program kills | grep -c '^;')" 0 "without source lines"
like "$(cleat dump --bytes program kills)" '9[5d]( 00){7}' "with bytes: exit"

cleat dump --json program "$id" >"$out"
like "$(head -n 1 "$out")" "^\[\{\"id\":$id,\"name\":\"kills\",\"type\":\"tracepoint\",\"tag\":\"[0-9a-f]{16}\",\"jit\":false,\"functions\":\[\{\"name\":\"kills\",\"instructions\":\[\$" \
	"as JSON"
bytes=$(grep -oE '"bytes":"[0-9a-f]*"' "$out" | sed 's/.*:"//; s/"//' | tr -d '\n')
is ${#bytes} $((instructions * 16)) "with all bytes"
like "$(<"$out")" '"text":"exit","bytes":"9500000000000000"' "instructions as text and bytes"
like "$(<"$out")" '"file":"[^"]*attach.bpf.c","line":[0-9]+,"column":[0-9]+,"source":"' "and source lines"

succeeds "--output" cleat dump -o "$TEST_TMP/code" program kills
is "$(od -An -v -tx1 "$TEST_TMP/code" | tr -d ' \n')" "$bytes" "writes the same bytes"

# --- machine code -----------------------------------------------------------------------------

jited=$(fact jited-bytes)
if [ "$jited" -gt 0 ]; then
	cleat dump --jit program "$id" >"$out"
	is "$(grep -oE '^[a-z_]+: \(0x[0-9a-f]+\)' "$out" | cut -d: -f1 | tr '\n' ' ')" "kills add_up " "machine code by functions"
	cleat dump --jit -o "$TEST_TMP/code" program "$id"
	is "$(stat -c %s "$TEST_TMP/code")" "$jited" "as long as the kernel says"
	cleat dump --jit --json program "$id" >"$out"
	bytes=$(grep -oE '"bytes":"[0-9a-f]*"' "$out" | sed 's/.*:"//; s/"//' | tr -d '\n')
	is "$(od -An -v -tx1 "$TEST_TMP/code" | tr -d ' \n')" "$bytes" "the same as JSON"
	like "$(<"$out")" '"source":"[^"]*bpf_map_lookup_elem' "with source lines"
	address=$(sed -nE 's/.*"name":"add_up","address":"0x([0-9a-f]+)".*/\1/p' "$out")
	if grep -q 'bpf_prog_.*_add_up' /proc/kallsyms; then
		like "$(grep -m 1 "^0*$address .*bpf_prog_" /proc/kallsyms)" "_add_up" "at the address where the kernel has it"
	else
		skip "at the address where the kernel has it" "this kernel lists no programs among its symbols"
	fi
else
	fails_with 1 "has no machine code.*hint: " "machine code where there is none" cleat dump --jit program "$id"
fi

# --- what cannot be done ------------------------------------------------------------------------

fails_with 1 "no program has the id 4000000000" "an id that is not there" cleat dump program 4000000000
fails_with 1 "no program 'klils' in the kernel" "a name that is not there" cleat dump program klils
fails_with 1 "cannot write .*/none/code" "a folder that is not there" cleat dump -o "$TEST_TMP/none/code" program kills
fails_with 2 "'map' cannot be dumped" "a map" cleat dump map 1
stop_run
leaves_nothing "nothing is left"
done_testing
