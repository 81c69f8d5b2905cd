#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects of the shape that Aya's toolchain makes.
# Any kernel will do.
. "$TEST_LIB"
requires_hook raw_tracepoint

unit() { # NAME LINES
	test_unit "$1" <<-END
		[object]
		path = aya.bpf.o
		[attach sched_exec]
		event = sched_process_exec
		$2
	END
}
run_unit "$(unit logs "
[output logs]
map = AYA_LOGS
format = json")" || bail "the object is loaded: $(<"$RUN_ERR")"
# Each look is an execution.
logged() { cleat --version >/dev/null; file_has "$RUN_OUT" '4141414141414141'; }
if wait_for logged; then ok "records come through AYA_LOGS"; else not_ok "records come through AYA_LOGS"; diag_file "$RUN_OUT"; fi
like "$(map get COUNTS 0)" '0x0*10*$' "memset and memcpy of .text did their work"
is "$(find /sys/fs/bpf -type f ! -name '*.debug')" /sys/fs/bpf/COUNTS "pinned by name"
stop_run
is $? 0 "ends well"

run_unit "$(unit quiet "
[map COUNTS]
pin = no
[output logs]
map = AYA_LOGS
format = json
[global AYA_LOG_LEVEL]
value = 2")" || bail "with another log level: $(<"$RUN_ERR")"
worked() { map get COUNTS 0 >/dev/null 2>&1; }
succeeds "the program runs" wait_for worked
is "$(<"$RUN_OUT")" "" "and the log level, a constant, keeps it quiet"
stop_run
done_testing
