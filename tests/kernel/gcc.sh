#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects that gcc makes, with types and without.
# Any kernel will do.
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
	# 'sum' is always 7; the others are 7 once at most
	for i in 1 2; do
		for _ in {1..10}; do /bin/true; done
		like "$(map dump --json gcc.bss)" '"sum":7[,}]|0700000000000000' \
			"$what: globals at their places, functions called ($i)"
	done
	stop_run
	is $? 0 "$what: ends well"
done
done_testing
