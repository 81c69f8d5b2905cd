#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Modules: programs attach to their functions, read their types and call them;
# a module that is not loaded can give its types by its file.
. "$TEST_LIB"
requires_hook raw_tracepoint

types=/sys/kernel/btf
if [ ! -r $types/vmlinux ]; then skip_all "this kernel has no BTF"; fi
new_netns

# unit NAME PROGRAM [LINES]
unit() {
	test_unit "$1" <<-END
		[object]
		path = module.bpf.o
		[program $2]
		load = yes
		${3-}
	END
}
# seen NAME: a variable of the program
seen() {
	local text
	text=$(cleat map dump --json module.bss) || return
	if [[ $text =~ \"$1\":\"?([^,\"}\ ]*) ]]; then echo "${BASH_REMATCH[1]}"; fi
}
reaches() { [ "$(seen "$1")" -ge "$2" ]; }
pings() { answers "$NS_A" "$IP4_B" >/dev/null && reaches "$1" "$2"; }
refused() { # NAME PROGRAM LINES REGEX
	fails_with 1 "$4" "refused: $1" cleat run "$(unit refused "$2" "$3")"
}

# --- what no module has ------------------------------------------------------------------
refused "a module that is not there" on_xmit "target = nowhere:veth_xmit" \
	"this kernel has no function 'veth_xmit' in nowhere"

# --- functions and types -----------------------------------------------------------------
if [ ! -e $types/veth ]; then
	skip "functions and types of a module" "veth is no module with types of its own here"
else
	refused "the kernel itself has no such function" on_xmit "target = vmlinux:veth_xmit" \
		"this kernel has no function 'veth_xmit' in vmlinux"
	refused "a misspelt function" on_xmit "target = veth:veth_xmitt" \
		"this kernel has no function 'veth_xmitt' in veth.*did you mean 'veth_xmit'"
	refused "the function of another module" on_xmit "target = nf_conntrack:veth_xmit" \
		"this kernel has no function 'veth_xmit' in nf_conntrack"
	if ! have_hook fentry; then
		skip "functions and types of a module" "$HOOK_REASON"
	else
		run_unit "$(unit named on_xmit)" || bail "named: $(<"$RUN_ERR")"
		succeeds "fentry fires on a module's function" wait_for pings sent 1
		like "$(seen peer)" "^($IF_A|$IF_B)\$" "and reads its types"
		like "$(cleat list links)" 'on_xmit +attach=fentry( target=veth:veth_xmit|[[:space:]]|$)' \
			"the link says the module"
		stop_run
		is $? 0 "ends well"
		run_unit "$(unit bare on_xmit_bare)" || bail "bare: $(<"$RUN_ERR")"
		succeeds "a function is found in its module" wait_for pings sent_bare 1
		stop_run
		cat $types/veth >"$TEST_TMP/veth.btf"
		run_unit --btf "$TEST_TMP/veth.btf" "$(unit named on_xmit)" ||
			bail "with a file: $(<"$RUN_ERR")"
		succeeds "the same with the types of a file" wait_for pings sent 1
		like "$(seen peer)" "^($IF_A|$IF_B)\$" "which are those of the module"
		stop_run
	fi
fi

# --- functions to call -------------------------------------------------------------------
if [ ! -e $types/nf_conntrack ]; then
	skip "functions of a module to call" "nf_conntrack is no loaded module with types of its own"
elif ! grep -qw 'bpf_ct_insert_entry' /proc/kallsyms; then
	skip "functions of a module to call" "nf_conntrack has no bpf_ct_insert_entry"
else
	IN_NS=$NS_B run_unit "$(unit calls track "[attach track]
interface = $IF_B
direction = ingress")" || bail "calls: $(<"$RUN_ERR")"
	succeeds "a module's functions are called" wait_for pings inserted 1
	is "$(seen missed)" 2 "with the answer ENOENT first"
	succeeds "and with a connection then" wait_for pings found 1
	stop_run
	is $? 0 "ends well"
fi

# --- a variable ------------------------------------------------------------------------------
if [ ! -e $types/x_tables ] || ! cleat btf header --module x_tables xt_recseq >/dev/null 2>&1; then
	skip "a module's variable" "x_tables is no loaded module whose types tell of xt_recseq"
else
	run_unit "$(unit variable look_at_variable)" || bail "a variable: $(<"$RUN_ERR")"
	found() { /bin/true; ! [[ $(seen place) =~ ^0?$ ]]; }
	succeeds "a module's variable is there" wait_for found
	is "$(printf '%016x' "$(seen place)")" "$(sed -n 's/ . xt_recseq\t.*//p' /proc/kallsyms)" \
		"where the kernel says"
	like "$(seen sequence)" '^[0-9]*[02468]$' "and is read by its type: nobody is writing"
	stop_run
	is $? 0 "ends well"
fi

# --- types of a module that is not loaded ----------------------------------------------------
vrf=$(find "/lib/modules/$(uname -r)" -name vrf.ko 2>/dev/null | head -n 1)
vrf_is() { /bin/true; [ "$(seen has_vrf)" = "$1" ]; }
if [ ! -r "$vrf" ] || [ -e $types/vrf ] || ! grep -q '\.BTF' "$vrf"; then
	skip "types of a module that is not loaded" "there is no vrf.ko with types that is not loaded"
else
	run_unit "$(unit absent look_for_vrf)" || bail "absent: $(<"$RUN_ERR")"
	succeeds "a type that no module has" wait_for vrf_is 1
	stop_run
	run_unit --btf "$vrf" "$(unit given look_for_vrf)" || bail "given: $(<"$RUN_ERR")"
	succeeds "a type that a file has" wait_for vrf_is 2
	stop_run
fi

# --- types that were built on an extract of a kernel's (.BTF.base) ---------------------------
words() { # NUMBER...: as the file has them
	local n
	for n; do
		printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' \
			$((n & 255)) $((n >> 8 & 255)) $((n >> 16 & 255)) $((n >> 24 & 255)))"
	done
}
btf() { # TYPES STRINGS, in bytes; they follow
	printf '\x9f\xeb\x01\x00'
	words 24 0 "$1" "$1" "$2"
}
# made NAME SIZE: a module with struct NAME { struct list_head list; u32 id; }, built where the first
# had SIZE bytes
made() {
	{
		btf 28 24
		words 1 $((4 << 24)) "$2" 11 $((1 << 24)) 4 32
		printf '\0list_head\0unsigned int\0'
	} >"$TEST_TMP/base"
	{
		btf 36 17
		words 24 $((4 << 24 | 2)) 24 33 1 0 38 2 128
		printf '%s\0list\0id\0' "$1"
	} >"$TEST_TMP/split"
	objcopy --add-section .BTF="$TEST_TMP/split" --add-section .BTF.base="$TEST_TMP/base" \
		/bin/true "$TEST_TMP/$1.ko"
}
one_is() { /bin/true; [ "$(seen one_at)" = "$1" ]; }
if ! command -v objcopy >/dev/null; then
	skip "types built on an extract of a kernel's" "there is no objcopy"
else
	made made_one 16
	made made_two 16
	run_unit --btf "$TEST_TMP/made_one.ko" "$(unit extract look_for_made)" ||
		bail "an extract: $(<"$RUN_ERR")"
	succeeds "types built on an extract of a kernel's" wait_for one_is 16
	is "$(seen two_at)" 1 "what is in no file is nowhere"
	stop_run
	run_unit --btf "$TEST_TMP/made_two.ko" --btf "$TEST_TMP/made_one.ko" \
		"$(unit several look_for_made)" || bail "several: $(<"$RUN_ERR")"
	succeeds "several modules" wait_for one_is 16
	is "$(seen two_at)" 16 "and each is looked at"
	stop_run
	made made_two 24
	fails_with 1 "made_two.ko.*built on struct 'list_head' of 24 bytes, the kernel's has 16" \
		"an extract of another kernel's" cleat run --btf "$TEST_TMP/made_two.ko" \
		"$(unit other look_for_made)"
fi
done_testing
