#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What the verifier refuses most often, an object each: the message has the
# kernel's reason, the line in the source, the register, and a hint that helps.
# The line is the one with "here" in a comment; 'r' is any register.
#
# What a kernel cannot know yet it refuses for that, and says so.
. "$TEST_LIB"

# field NAME: of the verdict in JSON, empty for null
field() { sed -nE 's/.*"'"$1"'": ?("(([^"\\]|\\.)*)"|([0-9]+)).*/\2\4/p' <<<"$verdict" | sed 's/\\\(.\)/\1/g'; }

# refused NAME REASON REGISTER HINT: '-' for no register, '*' for one or none
declare -A tried=()
refused() {
	local name=$1 reason=$2 register=$3 hint=$4 bad='' error line
	tried[$name]=1
	verdict=$("$CLEAT" verify --json "$TEST_OBJ_DIR/refused/$name.bpf.o" 2>&1)
	error=$(field error)
	if [[ $error =~ $missing ]]; then
		ok "$name: says what this kernel lacks"
		return
	fi
	if ! [[ $error =~ $reason ]]; then bad+="no '$reason' in it"$'\n'; fi
	if ! [[ $(field hint) =~ $hint ]]; then bad+="no hint '$hint': $(field hint)"$'\n'; fi
	case $register in
	-) if [ -n "$(field register)" ]; then bad+="register $(field register)"$'\n'; fi ;;
	'*') ;;
	r) if ! [[ $(field register) =~ ^[0-9]+$ ]]; then bad+="no register"$'\n'; fi ;;
	*) if [ "$(field register)" != "${register#r}" ]; then bad+="register '$(field register)'"$'\n'; fi ;;
	esac
	line=$(field source_text)
	if [[ " $anywhere " != *" $name "* ]] && ! [[ $line == *"/* here */"* ]]; then
		bad+="line '$line'"$'\n'
	fi
	if [ -z "$bad" ]; then ok "$name"; else not_ok "$name" "$error"$'\n'"$bad$(field log)"; fi
}

# A kernel without the function, the helper or the type of map.
missing="^(kernel function '|this kernel has no function 'bpf_|the verifier said no: invalid func unknown#(19[0-9]|20[0-9])$)"
# Refused as a whole, at the end of a function, or (dynptr-overwritten, Linux 6.1) at the next use.
anywhere='dynptr-overwritten reference-leak stack-of-calls return-range too-large lock-missing-unlock lock-in-tracing preempt-off'

refused null-value "R[0-9] invalid mem access 'map_value_or_null'" r 'compare its result with NULL'
refused null-arithmetic "R[0-9] pointer arithmetic on map_value_or_null prohibited" r 'compare it with NULL'
refused null-argument "R1 type=[a-z_]*mem_or_null expected=" r1 'compare the pointer with NULL'
refused trusted-null "Possibly NULL pointer passed to trusted (arg0|R1)" r1 'compare the pointer with NULL'
refused scalar-memory "R[0-9] invalid mem access '(scalar|inv)'" r 'a number to the verifier'
refused packet-end 'invalid access to packet, off=13 size=1' r 'with data_end'
refused value-too-far 'value_size=64 off=120 .*R[0-9] max value is outside' r 'too large'
refused value-outside 'value_size=64 off=72 .*R[0-9] min value is outside' r 'outside of the object'
refused unbounded-index 'R[0-9] unbounded memory access' r 'bound the index'
refused unbounded-sum 'math between map_value pointer and register with unbounded' r 'from both sides'
refused negative-size 'R2 min value is negative' r2 'unsigned'
refused zero-size 'invalid zero-sized read' '*' 'may be zero'
refused reference-leak 'Unreleased reference' - 'acquired at .*reference-leak.bpf.c:13; .*bpf_ringbuf_submit'
refused context-offset 'invalid bpf_context access off=140 size=4' r 'may not access these bytes'
refused context-modified 'dereference of modified ctx ptr R[0-9]' r 'as ctx->field'
refused stack-outside 'invalid (write to )?stack .*off=-520' r10 'stack has 512 bytes'
refused stack-of-calls 'combined stack size of 2 calls is' - 'share 512 bytes'
refused misaligned-stack 'misaligned stack access' r10 'align the variable'
refused register-unset 'R3 !read_ok' r3 'no value here'
refused return-range 'At program exit the register R0' r0 'may return'
refused endless-loop 'infinite loop detected' - 'nothing changes'
refused too-large 'BPF program is too large. Processed 1000001 insn' - 'a million instructions'
refused helper-forbidden '(cannot use helper|unknown func) bpf_skb_pull_data' - 'kind of program'
refused helper-gpl 'cannot call GPL' - 'license'
refused sleep-forbidden 'bpf_copy_from_user|might sleep' - 'kind of program'
refused key-by-value 'R2 type=(scalar|inv) expected=fp' r2 'passed by address'
refused read-only 'write into map forbidden' r 'read-only for programs'
refused pointer-sum 'R[0-9] tried to subtract pointer from scalar' r 'other way round'
refused lock-missing-unlock 'bpf_spin_unlock is missing|inside bpf_spin_lock-ed region' - 'bpf_spin_unlock|unlock on every path'
refused lock-other 'bpf_spin_unlock of different lock' - 'the very lock'
refused lock-in-tracing 'tracing progs cannot use bpf_spin_lock' - 'use a map without'
refused list-without-lock 'bpf_spin_lock at off=[0-9]+ must be held for bpf_list_head' - 'bpf_spin_lock\(\) on the lock beside'
refused list-other-lock 'not in the same allocation' - 'stands beside the list'
refused dynptr-unset 'xpected an initialized dynptr' '*' 'set the dynptr up'
refused dynptr-read 'invalid read from stack' '*' 'only their own functions read'
refused dynptr-overwritten 'cannot overwrite referenced dynptr|xpected an initialized dynptr' '*' 'submit|set the dynptr up'
refused iterator-unset 'xpected an initialized iter_num' '*' 'bpf_iter_'
refused preempt-off 'bpf_preempt_enable is missing|inside bpf_preempt_disable-ed region' - 'bpf_preempt_enable\(\)'
missing=never
refused missing-function "^this kernel has no function 'cleat_function_of_the_future'" - 'bpf_ksym_exists\(\)'
refused missing-field "^this kernel has no 'struct task_struct.soul'" - 'bpf_core_field_exists\(\)'

for o in "$TEST_OBJ_DIR"/refused/*.bpf.o; do
	name=$(basename "$o" .bpf.o)
	if [ -z "${tried[$name]-}" ]; then not_ok "$name is tried"; fi
done
done_testing
