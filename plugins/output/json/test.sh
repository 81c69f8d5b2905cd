#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The json plugin: each record is one object on one line, whatever bytes are in it.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint

send() {
	local i
	for ((i = 0; i < ${1-1}; i++)); do kill -0 "$$"; done
}
watched=$(printf '[object]\npath = test.bpf.o\n[global only]\nvalue = %s' "$$")

unit=$(test_unit plain <<END
$watched
[output signals]
format = json
END
)
run_unit "$unit" || bail "runs"
send
if wait_for file_has "$RUN_OUT" .; then ok "a record came"; else not_ok "a record came"; fi
is "$(<"$RUN_OUT")" \
	"{\"unit\":\"plain\",\"output\":\"signals\",\"record\":{\"pid\":$$,\"number\":0,\"comm\":\"bash\"}}" \
	"one object on one line"
# A name that has everything that must be escaped, then one that is no text at all.
printf 'a"\\\tb\303\244' >"/proc/$$/comm"
send
printf 'a\377' >"/proc/$$/comm"
send
three() { [ "$(wc -l <"$RUN_OUT")" = 3 ]; }
if wait_for three; then ok "records with strange names"; else not_ok "records with strange names"; fi
printf bash >"/proc/$$/comm"
like "$(sed -n 2p "$RUN_OUT")" '"comm":"a\\"\\\\\\tb' "quotes and control characters are escaped"
like "$(sed -n 3p "$RUN_OUT")" '"comm":\[97,' "what is no text is numbers"
if command -v python3 >/dev/null; then
	is "$(python3 -c 'import json, sys
print([json.loads(l)["record"]["pid"] for l in open(sys.argv[1], encoding="utf-8")])' "$RUN_OUT" 2>&1)" \
		"[$$, $$, $$]" "every line is JSON"
else
	skip "every line is JSON" "no python3 here"
fi
stop_run
is $? 0 "ends well"

log=$TEST_TMP/log
unit=$(test_unit file <<END
$watched
[map burst]
pages = 1
[output burst]
format = json
record = struct signal
to     = $log
time   = yes
cpu    = yes
END
)
run_unit "$unit" || bail "a perf buffer to a file"
send
if wait_for file_has "$log" .; then ok "a line in the file"; else not_ok "a line in the file"; fi
like "$(<"$log")" '^\{"unit":"file","output":"burst","time":"20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}Z","cpu":[0-9]+,"record":\{"pid"' \
	"with time and CPU"
kill -s STOP "$RUN_PID"
send 2000
kill -s CONT "$RUN_PID"
dropped() { send; file_has "$log" '"lost":[1-9][0-9]*\}'; }
if wait_for dropped; then ok "lost records are an object"; else not_ok "lost records are an object" "$(tail -n 3 "$log")"; fi
stop_run
done_testing
