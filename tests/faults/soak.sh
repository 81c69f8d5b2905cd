#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# For TEST_SOAK_SECONDS (a few): a unit streams records while others are run and ended, programs attached and
# detached, and replaced, again and again. Memory and descriptors of what runs on, and the kernel's BPF
# objects, are at the end what they were after the first rounds. ./dev soak takes minutes.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook raw_tracepoint
seconds=${TEST_SOAK_SECONDS:-5}
tests=${TEST_BIN_DIR%/kernel}
warm_up=3 # rounds
requires_plugins
new_netns
new_cgroup

stream=$(test_unit stream <<END
[object]
path = events.bpf.o
[global most]
value = 4294967295
[global only]
value = dd
[output records]
map = ring
format = json
to = /dev/null
[output others]
map = array
format = text
to = /dev/null
END
)
run_unit --quiet "$stream" || bail "a unit that streams: $(<"$RUN_ERR")"
streamer=$RUN_PID
# shellcheck disable=SC2034 # test_unit takes objects from there
TEST_OBJ_DIR=$tests/kernel
other=$(test_unit other <<END
[object]
path = unit.bpf.o
[map unit_allowed]
entry = 1 -> YES
END
)

# memory: what the streamer has in kB, without pages of files
memory() { awk '/^RssAnon:/ { print $2 }' "/proc/$streamer/status"; }
# huge: how much of that are pages that the kernel made of many small ones, and of what was free between them
huge() { awk '/^AnonHugePages:/ { print $2 }' "/proc/$streamer/smaps_rollup"; }
descriptors() { find "/proc/$streamer/fd" -type l | wc -l; }
objects() { "$TEST_BIN_DIR/bpf-ids" | wc -l; }

# steadily KEYS: a program of sections.bpf.c, attached and detached in one process, which looks at its own
# memory, descriptors and links
steadily() { in_ns "$NS_B" "$TEST_BIN_DIR/attachloop" "$tests/kernel/sections.bpf.o" "$@" >"$TEST_TMP/loop" 2>&1; }

round() {
	steadily s070 20 "interface=$IF_B" via=netlink || return
	steadily s027 20 "interface=$IF_B" direction=ingress via=clsact || return
	steadily s085 20 "cgroup=$CGROUP" || return
	in_ns "$NS_B" "$TEST_BIN_DIR/replaceloop" -times=20 "$tests/plugins/program/xdp/test.bpf.o" ping pings \
		"interface=$IF_B" >"$TEST_TMP/loop" 2>&1 </dev/null || return
	run_unit "$other" >"$TEST_TMP/loop" 2>&1 || return
	stop_run || return
	dd if=/dev/zero of=/dev/null bs=1 count=20000 2>/dev/null
}

rounds=0 most=0
end=$((SECONDS + seconds))
while [ $rounds -le $warm_up ] || [ $SECONDS -lt $end ]; do
	if ! round; then
		not_ok "round $rounds" "$(<"$TEST_TMP/loop")"
		break
	fi
	rounds=$((rounds + 1))
	kb=$(memory)
	if [ "$kb" -gt "$most" ]; then most=$kb; fi
	if [ $rounds = $warm_up ]; then
		first=$kb made=$(huge) fds=$(descriptors)
		wait_for -t 5 false >/dev/null # what was freed is gone
		before=$(objects)
	fi
done
fewer() { [ "$(objects)" -le "$before" ]; }
made=$(($(huge) - made))
diag "$rounds rounds in $SECONDS s; memory $first kB after $warm_up, $kb at the end, $most at most; $made in huge pages"
if [ -n "${SANITIZED-}" ]; then
	skip "memory is what it was" "the sanitizer keeps what was freed for a while"
elif [ "$kb" -le $((first + 256 + (made > 0 ? made : 0))) ]; then
	ok "memory is what it was"
else
	not_ok "memory is what it was"
fi
is "$(descriptors)" "$fds" "descriptors are what they were"
succeeds "the kernel's objects are what they were" wait_for -t 30 fewer
stop_run "$streamer"
is $? 0 "what ran on ends well"
done_testing
