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

if grep -q '^0*[1-9a-f]' /proc/kallsyms; then
	like "$(map get stacks "$kernel")" "^$kernel -> \[ [a-z_0-9.]+\+0x.*syscall" \
		"the kernel's addresses are functions"
else
	skip "the kernel's addresses are functions" "the kernel hides them"
fi
like "$(map get stacks "$user")" "^$user -> \[ 0x[0-9a-f]+(, 0x[0-9a-f]+)* \]\$" \
	"a program's addresses are addresses"
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
