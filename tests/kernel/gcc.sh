#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects that gcc makes, with types and without.
. "$TEST_LIB"
requires_hook raw_tracepoint
requires_tool bpf-gcc

for with in btf none; do
	case $with in
	btf) what="with types" options=(-gbtf) maps="gcc_map gcc_old" ;;
	none) what="without" options=(-DWITHOUT_BTF) maps=gcc_old ;;
	esac
	bpf-gcc -O2 -w "${options[@]}" -c "$(dirname "$0")/gcc.c" -o "$TEST_TMP/gcc.o" ||
		bail "gcc compiles"
	run_unit "$(test_unit "gcc-$with" <<<$'[object]\npath = gcc.o')" || bail "$what: $(<"$RUN_ERR")"
	for map in $maps; do
		counts() { /bin/true; [[ $(map get "$map" 0) =~ \ [1-9] ]]; }
		succeeds "$what: $map counts" wait_for counts
	done
	# three numbers of 8 bytes and own, in whichever order: sum is always 7
	succeeds "$what: globals at their places, functions called" \
		grep -qE '(^|[^0-9])7([^0-9]|$)|0700000000000000' <(map dump gcc.bss)
	stop_run
	is $? 0 "$what: ends well"
done
done_testing
