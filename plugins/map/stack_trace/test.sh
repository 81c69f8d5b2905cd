#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The stack_trace plugin: stacks that a program records are read as functions,
# as addresses and as build ids, and deleted; what is refused.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

unit=$(test_unit stacks <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
END
)
run_unit "$unit" || bail "attached"
ask_victim signal
succeeds "stacks are recorded" wait_for global_is hits 1
kernel=$(global kernel_id)
user=$(global user_id)

# Where every system call begins: the outermost function, whoever unwinds.
case $(uname -m) in
x86_64) outermost='do_syscall_64\+0x[0-9a-f]+, entry_SYSCALL_64_after_hwframe' ;;
aarch64) outermost='el0t_64_sync_handler\+0x[0-9a-f]+, el0t_64_sync' ;;
*) outermost='[a-z_0-9.]*system_?call' ;;
esac
if ! grep -q '^0*[1-9a-f]' /proc/kallsyms; then
	skip "the kernel's addresses are functions, the right ones" "the kernel hides them"
elif ((kernel < 0)); then
	skip "the kernel's addresses are functions, the right ones" "this kernel has no stack of its own at a tracepoint: error $kernel"
else
	like "$(map get stacks "$kernel")" "^$kernel -> \[ ([^,]+\+0x[0-9a-f]+, )*$outermost\+0x[0-9a-f]+ \]\$" \
		"the kernel's addresses are functions, the right ones"
fi
like "$(map get stacks "$user")" "^$user -> \[ 0x[0-9a-f]+(, 0x[0-9a-f]+)* \]\$" \
	"a program's addresses are addresses"

# The victim says where it calls from; the file's offset is that of the mapping around it.
ask_victim where
where=$ANSWER in_file=0
while read -r range _ offset _; do
	if ((where >= 0x${range%-*} && where < 0x${range#*-})); then in_file=$((where - 0x${range%-*} + 0x$offset)); fi
done <"/proc/$VICTIM_PID/maps"
# calls_from STACK START: an address in it is a few instructions into the function that begins there
calls_from() {
	local address most=64
	# a sanitizer's instructions come before
	if [ -n "${SANITIZED-}" ]; then most=256; fi
	while read -r address; do
		if ((address > $2 && address < $2 + most)); then return 0; fi
	done < <(sed 's/[0-9a-f]\{40\}+/ /g; s/.*->//' <<<"$1" | grep -o '0x[0-9a-f]*')
	return 1
}
succeeds "the function that called is among them" calls_from "$(map get stacks "$user")" "$where"
stack=$(map get build_ids "$(global build_id)")
if [[ $stack == *[0-9a-f]+0x* ]]; then
	succeeds "by its offset in the file, too" calls_from "$stack" "$in_file"
else
	succeeds "where files have no build id, by its address" calls_from "$stack" "$where"
fi

# Whose they are has to be said.
like "$(map get stacks "$user" --pid "$VICTIM_PID")" '[ ,]signal_itself\+0x[0-9a-f]+, ' \
	"with its process, a program's addresses are functions"
like "$(map get build_ids "$(global build_id)" --pid "$VICTIM_PID")" \
	'[ ,]signal_itself\+0x[0-9a-f]+, ' "and build ids"
is "$(map get stacks "$user" --pid $BASHPID | sed 's/+0x[0-9a-f]*//g' | grep -c signal_itself)" 0 \
	"they are not those of another process"
like "$(map dump stacks --pid "$VICTIM_PID")" "(^|"$'\n'")$user -> \[ [^]]*signal_itself\\+0x" "in all that is walked, too"
"$CLEAT" map watch "$(map_id stacks)" --pid "$VICTIM_PID" --interval 0.05 >"$TEST_TMP/watched" &
watcher=$!
# gone for some looks, and there for some
turn=0
changed() {
	if ((turn++ / 5 % 2)); then ask_victim signal; else map delete stacks "$user" >/dev/null 2>&1; fi
	file_has "$TEST_TMP/watched" '-> \[ .*signal_itself\+0x'
}
succeeds "and in what changes" wait_for changed
there() { ask_victim signal && map get stacks "$user" >/dev/null 2>&1; }
wait_for there
kill -TERM $watcher
wait $watcher
fails_with 1 "no key 'pid'|unknown key 'pid'" "other maps have no stacks" \
	cleat map get test.bss 0 --pid "$VICTIM_PID"
like "$(map get stacks --json "$user")" '"value":\["0x[0-9a-f]+"' "in JSON a list"
like "$(map dump stacks)" "$user -> \[ " "all can be walked"
like "$(map get build_ids "$(global build_id)")" \
	'([0-9a-f]{40}\+)?0x[0-9a-f]+' "build ids and offsets"
fails_with 1 "recorded by programs" "a stack cannot be set" map set stacks 1 0x00
succeeds "a stack is deleted" map delete stacks "$user"
fails_with 1 "no entry '$user'" "and gone" map get stacks "$user"
fails_with 1 "no entry" "there are no others" map get stacks 63000
stop_run
is $? 0 "ends well"

# In a unit it is the map's key.
of_process() { # NAME PID
	test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[map stacks]
		pid = $2
		[program on_kill]
		load = no
	END
}
succeeds "a unit says whose the stacks are" cleat check --load "$(of_process whose $$)"
fails_with 1 "nobodys.ini:4: .*no process has such a number" "refused: a process that cannot be" \
	cleat check "$(of_process nobodys 4294967296)"

# 21 frames of 8 bytes.
unit=$(test_unit flags <<END
[object]
path = test.bpf.o
[map stacks]
flags = stack_build_id
[program on_kill]
load = no
END
)
fails_with 1 "32 bytes for each frame: 168 bytes are no number of frames" \
	"frames with build ids need more room" cleat run "$unit"
done_testing
