#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Externs: what programs see of the kernel's configuration, variables and
# functions is what the kernel has; what it does not have is named.
. "$TEST_LIB"
requires_hook raw_tracepoint

# option NAME: as the kernel's configuration has it
option() {
	local from=cat file
	file=/boot/config-$(uname -r)
	if [ -r /proc/config.gz ]; then from=zcat file=/proc/config.gz; fi
	"$from" "$file" 2>/dev/null | sed -n "s/^CONFIG_$1=//p"
}
if [ -z "$(option HZ)" ]; then skip_all "this kernel's configuration is nowhere to be found"; fi

unit() { # NAME PROGRAM...
	local p
	test_unit "$1" < <(
		printf '[object]\npath = externs.bpf.o\n'
		for p in config addresses variables functions opaque; do
			if [[ " ${*:2} " != *" $p "* ]]; then printf '[program %s]\nload = no\n' "$p"; fi
		done
	)
}
# seen NAME: a variable of the program
seen() {
	local text
	text=$(map dump --json externs.bss) || return
	if [[ $text =~ \"$1\":(\"[^\"]*\"|[^,\}\ ]*) ]]; then echo "${BASH_REMATCH[1]}"; fi
}
seen_is() { [ "$(seen "$1")" = "$2" ]; }
fires() { /bin/true; seen_is "$1" "$2"; }

# --- configuration ------------------------------------------------------------------
run_unit "$(unit config config)" || bail "configuration: $(<"$RUN_ERR")"
succeeds "the program ran: bool" wait_for fires configured true
is "$(seen hz)" "$(option HZ)" "int"
is "$(seen log_shift)" "$(option LOG_BUF_SHIFT)" "one byte"
number=$(option NR_CPUS)
is "$(seen nr_cpus)" "${number:-0}" "two bytes"
number=$(option PHYSICAL_START)
is "$(seen physical_start)" "$((number + 0))" "eight bytes, in hexadecimal"
is "$(seen tristate)" 1 "tristate"
is "$(seen character)" "$(printf '%d' "'y")" "char"
is "$(seen hostname)" "$(option DEFAULT_HOSTNAME)" "string"
is "$(seen absent)" 0 "a weak option that is not set"
is "$(seen tomorrow)" 0 "a weak question that nobody knows"
version=$(seen version)
like "$(uname -rv)" "$((version >> 16))\.$((version >> 8 & 255))" "LINUX_KERNEL_VERSION"
if have_hook perf_link; then
	is "$(seen cookie)" 1 "LINUX_HAS_BPF_COOKIE"
fi
case $(uname -m) in
x86_64 | aarch64 | s390x | riscv64) is "$(seen wrapper)" 1 "LINUX_HAS_SYSCALL_WRAPPER" ;;
esac
fails_with 1 "." "the values are constants" map set .kconfig 0 0
stop_run
is $? 0 "ends well"

# --- configuration that the caller says ----------------------------------------------
object=$TEST_OBJ_DIR/externs.bpf.o
printf '# mine\nCONFIG_HZ=123456\nCONFIG_NOT_THERE=77\n' >"$TEST_TMP/config"
run_unit --kconfig "$TEST_TMP/config" "$(unit given config)" || bail "a file: $(<"$RUN_ERR")"
succeeds "the caller's configuration comes first" wait_for fires hz 123456
is "$(seen absent)" 77 "also for what the kernel's does not set"
is "$(seen log_shift)" "$(option LOG_BUF_SHIFT)" "the rest is the kernel's"
stop_run
printf 'CONFIG_HZ=0x100000000\n' >"$TEST_TMP/large"
fails_with 1 "'CONFIG_HZ' is 4294967296, which its type of 4 bytes cannot hold" \
	"a number that is too large" cleat verify --kconfig "$TEST_TMP/large" "$object"
printf 'CONFIG_BPF=m\n' >"$TEST_TMP/module"
fails_with 1 "'CONFIG_BPF' is 'm', which a bool cannot hold" \
	"a module for a bool" cleat verify --kconfig "$TEST_TMP/module" "$object"
fails_with 1 "cannot read .*/none: No such file" "a file that is not there" \
	cleat verify --kconfig "$TEST_TMP/none" "$object"

has_variables=yes
# --- variables ---------------------------------------------------------------------------
vfs_read=$(grep ' vfs_read$' /proc/kallsyms | head -n 1)
vfs_read=${vfs_read%% *}
if [[ $vfs_read =~ [1-9a-f] ]]; then
	run_unit "$(unit addresses addresses)" || bail "addresses: $(<"$RUN_ERR")"
	succeeds "an address is the kernel's" wait_for fires address "$(printf %u "0x$vfs_read")"
	is "$(seen address_absent)" 0 "a weak one that is not there is 0"
	stop_run
else
	skip "addresses" "this kernel hides its addresses"
fi
if [ ! -r /sys/kernel/btf/vmlinux ]; then
	skip "typed variables" "this kernel has no BTF"
elif cleat verify "$object" 2>&1 | grep -q "kernel variable 'runqueues' is not in"; then
	has_variables=no
	skip "typed variables" "this kernel's BTF has no variables"
elif ! grep -q ' runqueues$' /proc/kallsyms; then
	fails_with 1 "kernel symbol 'runqueues'.*CONFIG_KALLSYMS_ALL" "a kernel that knows no addresses of variables names it" \
		cleat run "$(unit variables variables)"
else
	run_unit "$(unit variables variables)" || bail "variables: $(<"$RUN_ERR")"
	succeeds "a weak variable that is not there" wait_for fires typed_absent true
	like "$(seen same_cpu)" '^[1-9]' "a typed variable of each CPU"
	is "$(seen other_cpu)" 0 "and it is the right one's"
	stop_run
fi

# Types of a file are for CO-RE alone: what is the running kernel's is looked for there.
# The field is then at another place than the kernel's: what is in it does not matter.
if [ -r /sys/kernel/btf/vmlinux ] && [ $has_variables = yes ] && grep -q ' runqueues$' /proc/kallsyms; then
	run_unit --btf "$object" "$(unit variables variables)" || bail "types of a file: $(<"$RUN_ERR")"
	succeeds "with types of a file the program ran" wait_for fires typed_absent true
	like "$(($(seen same_cpu) + $(seen other_cpu)))" '^[1-9]' "a typed variable is the running kernel's"
	stop_run
fi

# --- functions ---------------------------------------------------------------------------
# runs PROGRAM WHAT: there are kernels that call functions from compiled programs only
runs() {
	run_unit "$(unit "$1" "$1")" && return
	if grep -q 'JIT is required' "$RUN_ERR"; then
		skip "$2" "this kernel compiles no programs"
	else
		not_ok "$2: $(<"$RUN_ERR")"
	fi
	return 1
}
if runs functions "functions of the kernel"; then
	ran() { /bin/true; [[ $(seen no_tomorrow) =~ ^[1-9] ]]; }
	succeeds "a function that is not there, found out by the program" wait_for ran
	if grep -qw bpf_rcu_read_lock /proc/kallsyms; then
		like "$(seen called)" '^[1-9]' "one that is there"
		like "$(seen called_flavour)" '^[1-9]' "by another name"
	else
		is "$(seen called)$(seen called_flavour)" 00 "this kernel has none of them"
	fi
	stop_run
fi

if runs opaque "types that only the kernel knows"; then
	ran() { /bin/true; [[ $(seen opaque_ran) =~ ^[1-9] ]]; }
	wait_for ran
	if grep -qw bpf_iter_num_new /proc/kallsyms; then
		is "$(seen counted)" 7 "one whose parameter is of a type that the object only declares"
	else
		is "$(seen counted)" 0 "this kernel has no such function"
	fi
	stop_run
fi

# --- what is not there is named ------------------------------------------------------------
cleat verify "$object" >"$TEST_TMP/verify" 2>&1
said() { # TEXT WHAT
	if grep -q "$1" "$TEST_TMP/verify"; then ok "$2"; else not_ok "$2"; diag_file "$TEST_TMP/verify"; fi
}
said "weak_called.*no function 'bpf_tomorrow' of the declared type" "a weak function that is called after all"
said "other_type.*no function 'bpf_rcu_read_lock___other' of the declared type" "one of another type"
said "strong_function.*kernel function 'bpf_rcu_read_lokc' is not in" "a function"
said "strong_address.*the kernel has no symbol 'vfs_read_yesterday'" "an address"
said "strong_variable.*kernel variable 'runqueuse' is not in" "a variable"
if [ -r /sys/kernel/btf/vmlinux ] && [ $has_variables = yes ]; then said "did you mean 'runqueues'" "and the nearest one"; fi
done_testing
