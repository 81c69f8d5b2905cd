#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Attach and detach, again and again: each kind of program that this kernel attaches
# leaves no descriptor, no memory and no link (attachloop.c). 5 times each; as often
# as TEST_ATTACH_TIMES says, and of TEST_ATTACH_ONLY's section names alone.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/kernel/sections.inc
. "$(dirname "${BASH_SOURCE[0]}")/sections.inc"
times=${TEST_ATTACH_TIMES:-5}
requires_plugins

# What is bound to the same way of attaching is tried once.
attach_once='s001 s003 s004 s005 s010 s013 s019 s021 s025 s029 s030 s032 s036 s040 s042 s044 s050
s054 s059 s061 s062 s070 s071 s072 s075 s076 s077 s079 s081 s083 s085 s088 s092 s109 s110 s112 s113
s115 s116'
cleat verify --json "$object" >"$TEST_TMP/verdicts" 2>/dev/null
# Where a struct has no link, its map is spent when it was registered once.
busy='cannot register .* resource busy'
# loops TIMES: of what the line says
loops() {
	in_ns "$NS_B" env GLIBC_TUNABLES=glibc.malloc.tcache_count=0 "$TEST_BIN_DIR/attachloop" \
		${again[@]+"${again[@]}"} "$object" "$program" "$1" ${params[@]+"${params[@]}"}
}
tried=0 program='' name='' keys=''
while IFS=$'\t' read -r program name keys; do
	case " ${attach_once//$'\n'/ } " in *" $program "*) ;; *) continue ;; esac
	case " ${TEST_ATTACH_ONLY:-$name} " in *" $name "*) ;; *) continue ;; esac
	if ! grep -F "\"program\":\"$program\"" "$TEST_TMP/verdicts" | grep -q '"loaded":true'; then
		skip "$name" "this kernel does not load it"
		continue
	fi
	answer=$(supported "$name")
	if [ "$answer" = no ]; then
		skip "$name" "this kernel has nothing to attach it to"
		continue
	fi
	params=()
	if [ "$keys" = -struct ]; then
		program=plain
	else
		while read -r line; do
			if [ -n "$line" ]; then params+=("${line/ = /=}"); fi
		done < <(keys_of "$keys")
	fi
	tried=$((tried + 1))
	again=()
	if loops 1 2>&1 >/dev/null | grep -qE "lets a program be attached once|$busy"; then again=(-reload); fi
	succeeds "$name, $times times${again:+, loaded anew}" loops "$times"
	diag_file "$TEST_TMP/.out"
done <"$list"
diag "$tried kinds of programs"
if [ $tried -ge 10 ] || [ -n "${TEST_ATTACH_ONLY-}" ]; then ok "there were programs to attach"; else not_ok "there were programs to attach"; fi
done_testing
