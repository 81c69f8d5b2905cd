#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The text plugin: each record one line, where the unit says, and lost ones counted.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint

# send SIGNAL [TIMES]: to ourselves, by the shell itself, in the process that is watched
send() {
	local i
	for ((i = 0; i < ${2-1}; i++)); do kill -s "$1" "$$"; done
}
trap '' USR1
watched=$(printf '[object]\npath = test.bpf.o\n[global only]\nvalue = %s' "$$")

unit=$(test_unit plain <<END
$watched
[output signals]
END
)
run_unit "$unit" || bail "a unit with nothing but the map's name"
send 0
if wait_for file_has "$RUN_OUT" .; then ok "a record came"; else not_ok "a record came"; fi
is "$(<"$RUN_OUT")" "plain/signals: pid=$$ number=0 comm=bash" "text on standard output is the default"
send USR1 40
full() { [ "$(wc -l <"$RUN_OUT")" = 41 ]; }
if wait_for full; then ok "each record is one line"; else not_ok "each record is one line" "$(wc -l <"$RUN_OUT")"; fi
is "$(tail -n 1 "$RUN_OUT")" "plain/signals: pid=$$ number=10 comm=bash" "and not mixed up"
stop_run
is $? 0 "ends well"

log=$TEST_TMP/log
echo "here before" >"$log"
unit=$(test_unit file <<END
$watched
[output signals]
format = text
to     = $log
prefix = no
time   = yes
END
)
run_unit "$unit" || bail "to a file"
send 0
two() { [ "$(wc -l <"$log")" = 2 ]; }
if wait_for two; then ok "a line in the file"; else not_ok "a line in the file" "$(<"$log")"; fi
stop_run
is "$(head -n 1 "$log")" "here before" "a file is appended to"
like "$(sed -n 2p "$log")" "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}[+-][0-9]{4} pid=$$ number=0 comm=bash\$" \
	"with the time and without a prefix"
is "$(<"$RUN_OUT")" "" "and nothing on standard output"

# A reader that does not come along: the kernel counts what it drops.
unit=$(test_unit burst <<END
$watched
[map burst]
pages = 1
[output burst]
record = struct signal
END
)
run_unit "$unit" || bail "a perf buffer"
kill -s STOP "$RUN_PID"
send 0 2000
kill -s CONT "$RUN_PID"
dropped() { send 0; file_has "$RUN_OUT" 'burst/burst: [1-9][0-9]* records? lost'; }
if wait_for dropped; then ok "lost records are a line"; else not_ok "lost records are a line" "$(tail -n 3 "$RUN_OUT")"; fi
stop_run
like "$(<"$RUN_ERR")" "burst: [0-9]+ records, [1-9][0-9]* lost" "and are in the totals"

unit=$(test_unit nowhere <<END
$watched
[output signals]
to = stdour
END
)
fails_with 1 "'stdour' is neither stdout, stderr nor an absolute path.*did you mean 'stdout'" \
	"a destination that is none" cleat check "$unit"
unit=$(test_unit dir <<END
$watched
[output signals]
to = /nonexistent/log
END
)
fails_with 1 "cannot open /nonexistent/log to write records: [Nn]o such file" \
	"a file that cannot be opened" cleat run "$unit"
unit=$(test_unit full <<END
$watched
[output signals]
to = /dev/full
END
)
run_unit "$unit" || bail "to a full disk"
send 0
if wait_for file_has "$RUN_ERR" warning; then ok "a full disk is a warning"; else not_ok "a full disk is a warning"; fi
stop_run
is $? 0 "and does not end the run"
like "$(<"$RUN_ERR")" "cannot write records to /dev/full: [Nn]o space" "that says why"
done_testing
