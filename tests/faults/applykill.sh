#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# `cleat apply` of four units that all change, one without a link, is killed at each of its system calls. Whenever that is, all
# hooks have what they had, or all have what they were to get; the next apply goes on from there. The
# kernel is asked by bpftool. So it is when there is no space at one of them. One of FAULTS_STRIDE points is
# tried; ./dev faults tries all.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/faults/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
requires_tool bpftool

ROOT=/sys/fs/bpf/cleat
new_netns
new_cgroup
if ! injected -a 1 -- --version || [ "$WHAT" != allocation ]; then
	skip_all "nothing can be preloaded here: $SAID"
fi
export IN_NS=$NS_A
objects_of kernel

# write VERDICT SIZE SLOT: the units
write() {
	printf '[object]\npath = apply.bpf.o\n[program sockets]\nload = no\n[attach door]\ninterface = %s\n[global verdict]\nvalue = %s\n' \
		"$IF_A" "$1" | test_unit one >/dev/null
	printf '[object]\npath = apply.bpf.o\n[program door]\nload = no\n[attach sockets]\ncgroup = %s\n[map seen]\nmax-entries = %s\n' \
		"$CGROUP" "$2" | test_unit two >/dev/null
	printf '[object]\npath = apply.bpf.o\n[program door]\nload = no\n[attach sockets]\ncgroup = %s\n[map seen]\nentry = 1 -> %s\n[global slot]\nvalue = %s\n' \
		"$CGROUP" "$3" "$3" | test_unit three >/dev/null
	printf '[object]\npath = apply.bpf.o\n[program door]\nload = no\n[program sockets]\nload = no\n[program gate]\nload = yes\n[attach gate]\ninterface = %s\ndirection = egress\nvia = clsact\n[global slot]\nvalue = %s\n' \
		"$IF_A" "$3" | test_unit four >/dev/null
}
units=("$TEST_TMP/one.ini" "$TEST_TMP/two.ini" "$TEST_TMP/three.ini" "$TEST_TMP/four.ini")

# pinned WHAT PATH: its id
pinned() { bpftool -j "$1" show pinned "$2" 2>/dev/null | sed -n 's/^{"id":\([0-9]*\).*/\1/p'; }
# runs LINK: the id of the program that runs there
runs() { bpftool -j link show pinned "$ROOT/$1" 2>/dev/null | sed -n 's/.*"prog_id":\([0-9]*\).*/\1/p'; }
value() { bpftool map dump pinned "$ROOT/$1" 2>/dev/null | tr -d ' \n' | sed 's/.*value[":]*//'; }

# filters: the ids of the programs in filters
filters() { grep -o '"kind":"clsact/egress"[^}]*' | sed 's/.*"id"://; s/,.*//'; }

# old, new or mixed, as a word for each of what the units change
what_is() {
	local unit program words=''
	for unit in one/door two/sockets three/sockets; do
		program=${unit#*/} unit=${unit%/*}
		if [ "$(runs "$unit/links/$program")" != "$(pinned prog "$ROOT/$unit/programs/$program")" ]; then
			words+=" $unit runs another program than is pinned"
		fi
	done
	if [ "$(in_ns "$NS_A" bpftool -j net list | filters)" != "$(pinned prog "$ROOT/four/programs/gate")" ]; then
		words+=" four runs $(in_ns "$NS_A" bpftool -j net list | filters)"
	fi
	words+=" $(value four/maps/%2erodata | cut -c1-60)"
	echo "$(value one/maps/%2erodata | cut -c1-60) $(bpftool -j map show pinned "$ROOT/two/maps/seen" |
		sed 's/.*"max_entries":\([0-9]*\).*/\1/') $(value three/maps/%2erodata | cut -c1-60) $(value three/maps/seen)$words"
}

write 2 16 1
injected -a 1000000000 -- apply "${units[@]}"
is "$STATUS" 0 "the old state" || diag "$SAID"
old=$(what_is)
write 1 32 2
injected -a 1000000000 -- apply "${units[@]}"
is "$STATUS" 0 "the new state" || diag "$SAID"
new=$(what_is)
if [ "$old" = "$new" ]; then not_ok "they differ" "$old"; else ok "they differ"; fi

killed=0 olds=0 news=0 bad='' n=$((1 + RANDOM % FAULTS_STRIDE))
for (( ; ; n += FAULTS_STRIDE)); do
	write 2 16 1
	injected -a 1000000000 -- apply "${units[@]}"
	if [ "$STATUS" != 0 ] || [ "$(what_is)" != "$old" ]; then
		bad+="$n: not back to the old state: $SAID $(what_is)"$'\n'
		break
	fi
	write 1 32 2
	injected -s KILL -n "$n" -- apply "${units[@]}"
	if [ "$WHAT" = nothing ]; then break; fi
	killed=$((killed + 1))
	# who finishes has the lock
	flock "$ROOT" true
	case $(what_is) in
	"$old") olds=$((olds + 1)) ;;
	"$new") news=$((news + 1)) ;;
	*) bad+="$n, $WHAT: $(what_is)"$'\n' ;;
	esac
	injected -a 1000000000 -- apply "${units[@]}"
	if [ "$STATUS" != 0 ] || [ "$(what_is)" != "$new" ]; then
		bad+="$n: the next apply: $SAID $(what_is)"$'\n'
	fi
	if find "$ROOT" -name '+*' | grep -q .; then bad+="$n: left: $(find "$ROOT" -name '+*')"$'\n'; fi
done
if [ -z "$bad" ] && [ $killed -gt 0 ]; then
	ok "killed at $killed of $SEEN system calls: $olds times as before, $news times as wanted, never between"
else
	not_ok "killed at $killed of $SEEN system calls" "$bad"
fi

# A BPF file system has no size that could be used up: there is no space at one after the other of the calls
# that make something on it. Other calls never say so.
full=0 olds=0 news=0 bad='' step=$(((FAULTS_STRIDE + 3) / 4))
for ((n = 1 + RANDOM % step; ; n += step)); do
	write 2 16 1
	injected -a 1000000000 -- apply "${units[@]}"
	write 1 32 2
	injected -e ENOSPC -n "$n" -- apply "${units[@]}"
	if [ "$WHAT" = nothing ]; then break; fi
	case $WHAT in 'bpf(0x6)' | mkdir* | rename*) full=$((full + 1)) ;; *) continue ;; esac
	case $(what_is) in
	"$old")
		olds=$((olds + 1))
		if [ "$STATUS" != 1 ] || [[ ${SAID,,} != *"no space left"* ]]; then bad+="$n, $WHAT: status $STATUS: $SAID"$'\n'; fi
		;;
	"$new") news=$((news + 1)) ;;
	*) bad+="$n, $WHAT: $(what_is)"$'\n' ;;
	esac
done
if [ -z "$bad" ]; then
	ok "no space at $full system calls: $olds times refused and as before, $news times done all the same"
else
	not_ok "no space at $full system calls" "$bad"
fi

injected -a 1000000000 -- remove --all
is "$STATUS$(find /sys/fs/bpf -mindepth 1 ! -name '*.debug')" 0 "and nothing is left" || diag "$SAID"

done_testing
