#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tracepoint plugin: by section name, by key, by pattern; the cookie; what
# is said when a tracepoint is not there, or tracefs is not.
. "$TEST_LIB"
requires_hook tracepoint
start_victim

unit=$(test_unit kill <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[program anywhere]
load = no
END
)
run_unit "$unit" || bail "attached by its section name"
ok "attached by its section name"
ask_victim signal
ask_victim signal
succeeds "each hit counts once" wait_for global_is hits 2
number=$(global number)
like "$number" '^[1-9][0-9]*$' "the record was read"
is "$(global cookies)" 0 "there is no cookie unless given"
if have_hook perf_info; then
	like "$(cleat list links)" 'tracepoint .*on_kill +event=syscalls/sys_enter_kill' \
		"the link is described in keys"
else
	skip "the link is described in keys" "$HOOK_REASON"
fi
stop_run
is $? 0 "ends well"

unit=$(test_unit keys <<END
[object]
path = test.bpf.o
[global only_pid]
value = $VICTIM_PID
[attach on_kill]
event = syscalls/sys_enter_getppid
cookie = 7
[attach on_kill again]
event = syscalls/sys_enter_kill
cookie = 0x10
[attach anywhere]
event = syscalls/sys_e*t_read
event = syscalls/sys_enter_read
END
)
if have_hook perf_link; then
	run_unit "$unit" || bail "attached by keys"
	ask_victim parent
	ask_victim signal
	succeeds "keys replace the section's event, and repeat" wait_for global_is hits 2
	is "$(global cookies)" 23 "each attachment has its cookie"
	before=$(global bare_hits)
	ask_victim read
	# The victim reads its commands, too: at least one enter and one exit more.
	succeeds "patterns and lists attach to each" \
		wait_for global_reaches bare_hits $((before + 2))
	stop_run
	is $? 0 "ends well"
else
	skip "attached by keys, with cookies" "$HOOK_REASON"
fi

wrong() { # NAME EVENT REGEX
	unit=$(test_unit "$1" <<-END
		[object]
		path = test.bpf.o
		[program anywhere]
		load = no
		[attach on_kill]
		event = $2
	END
	)
	fails_with 1 "$3" "refused: $2" cleat run "$unit"
}
wrong name syscalls/sys_enter_kil "no tracepoint 'syscalls/sys_enter_kil'.*did you mean 'syscalls/sys_enter_kill'"
wrong category syscall/sys_enter_kill "did you mean 'syscalls/sys_enter_kill'"
wrong colon syscalls:sys_enter_kill "colon.ini:6: .*is not CATEGORY/NAME.*write 'syscalls/sys_enter_kill'"
wrong parts syscalls/a/b "is not CATEGORY/NAME"
wrong up ../../id "is not CATEGORY/NAME"
wrong pattern 'nothing*/sys_enter_kill' "no tracepoint 'nothing"

unit=$(test_unit far <<END
[object]
path = test.bpf.o
[program on_kill]
load = no
[program anywhere]
load = no
[program too_far]
load = yes
END
)
fails_with 1 "permission denied.*reads past the end of its record: see .*/format" \
	"refused: a record that is too short" cleat run "$unit"

unit=$(test_unit unmounted <<END
[object]
path = test.bpf.o
[program anywhere]
load = no
END
)
# The mounts are ours alone.
awk '$3 == "tracefs" || $3 == "debugfs" { print $2 }' /proc/mounts | sort -r |
	while read -r dir; do umount -l "$dir"; done
fails_with 1 "tracefs is not mounted.*mount -t tracefs" "refused: tracefs is not mounted" \
	cleat run "$unit"
done_testing
