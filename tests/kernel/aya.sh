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
# What comes is no record of aya-log (log.sh has those): that it comes is told.
logged() { cleat --version >/dev/null; file_has "$RUN_ERR" "map 'AYA_LOGS' has bytes that are no log record"; }
if wait_for logged; then ok "bytes come through AYA_LOGS"; else not_ok "bytes come through AYA_LOGS"; diag_file "$RUN_ERR"; fi
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
