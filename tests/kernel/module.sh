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
pings() { in_ns "$NS_A" ping -c 1 -W 1 "$IP4_B" >/dev/null && reaches "$1" "$2"; }
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
done_testing
