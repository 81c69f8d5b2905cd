# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What tables that forget have in common: a full one takes new entries, from units, programs
# and by hand, and forgets others for them.
requires_hook tracepoint
start_victim

for ((i = 0; i < 500; i++)); do echo "$i -> $i"; done >"$TEST_TMP/many.txt"
unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[global only_pid]
		value = $VICTIM_PID
		[map t_lru]
		$2
	END
}

run_unit "$(unit many "entries = many.txt")" || bail "500 entries go into room for 64"
ok "500 entries go into room for 64"
n=$(map dump t_lru | wc -l)
if [ "$n" -gt 0 ] && [ "$n" -le 64 ]; then ok "at most 64 are kept"; else not_ok "at most 64 are kept" "$n"; fi
like "$(map get t_lru 499)" '^499 -> ' "the newest is among them"
fails_with 1 "no entry '0'" "the oldest is not" map get t_lru 0
for i in 1 2 3; do ask_victim parent; done
like "$(map get t_lru 1002)" '^1002 -> .*1' "a program's entry finds room"
succeeds "set" map set t_lru 5000 7
like "$(map get t_lru 5000)" '^5000 -> .*7' "get"
succeeds "delete" map delete t_lru 5000
fails_with 1 "no entry '5000'" "it has gone" map get t_lru 5000
stop_run
is $? 0 "ends well"

run_unit "$(unit lists "flags = no-common-lru
max-entries = 61
pin = /sys/fs/bpf/t_lru")" || bail "a list for each CPU"
first=$RUN_PID
run_unit "$(unit again "flags = no-common-lru
max-entries = 61
pin = /sys/fs/bpf/t_lru")" || bail "a pinned one is known again, although the kernel rounds its room"
ok "a pinned one is known again, although the kernel rounds its room"
ask_victim parent
succeeds "both programs write to it" cleat map get /sys/fs/bpf/t_lru 1000
stop_run
stop_run "$first"

fails_with 1 "flag 'no_prealloc' is not for them" "refused: no_prealloc" \
	cleat check "$(unit prealloc "flags = no_prealloc")"
done_testing
