#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The journal plugin: fields as the native protocol has them, entries that are too long for a datagram,
# a journal that comes and goes, and systemd's own.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint

send() { kill -0 "$$"; }
# entries NAME OUTPUT: a unit with the [output] from standard input; sets $unit
entries() {
	unit=$(
		{
			printf '[object]\npath = test.bpf.o\n[global only]\nvalue = %s\n' "$$"
			printf '[output %s]\nformat = journal\n' "$2"
			cat
		} | test_unit "$1"
	)
}

socket=$TEST_TMP/journal
start_logd "$socket"
entries plain events <<END
socket   = $socket
severity = notice
tag      = watcher
END
run_unit "$unit" || bail "to the journal"
send
if wait_for file_has "$LOG" RECORD_INNER; then ok "an entry came"; else not_ok "an entry came"; fi
is "$(sed '/^--/,$d' "$LOG")" "MESSAGE=plain/events: pid=$$ why=ASKED comm=bash inner=7
PRIORITY=5
SYSLOG_IDENTIFIER=watcher
CLEAT_UNIT=plain
CLEAT_OUTPUT=events
RECORD_PID=$$
RECORD_WHY=ASKED
RECORD_COMM=bash
RECORD_INNER=7" "a field for each member"

# A name of two lines: the program makes it so.
: >"$LOG"
trap '' USR1
kill -s USR1 "$$"
wait_for file_has "$LOG" RECORD_INNER
is "$(grep -a -A2 '^RECORD_COMM$' "$LOG" | tail -n +2 | tr '\000' '.' | od -An -c | tr -d ' \n')" \
	'004.......b\nsh\n' "a value of two lines has its length before it"
like "$(head -n 1 "$LOG")" 'comm="b\\nsh" inner=7$' "and is one line in the message"

kill "$LOGD_PID"
wait_for __gone "$LOGD_PID"
send
wait_for file_has "$RUN_ERR" "cannot send"
start_logd "$socket"
again() { send; file_has "$RUN_ERR" "records are written again"; }
if wait_for again; then ok "a journal that was started anew is found"; else not_ok "a journal that was started anew is found" "$(<"$RUN_ERR")"; fi
stop_run
is $? 0 "ends well"
is "$(grep -c "cannot send records" "$RUN_ERR")" 1 "that it was away is told once"
failed=$(sed -n 's/.* \([0-9]*\) not written.*/\1/p' "$RUN_ERR")
like "$(<"$LOG")" "CLEAT_FAILED=$failed" "what was not sent is counted in a field"

: >"$LOG"
entries long larges <<END
socket = $socket
fields = BPF_
END
run_unit "$unit" || bail "long entries"
send
wait_for file_has "$LOG" BPF_DATA
stop_run
like "$(head -n 1 "$LOG")" '^memfd [0-9a-f]*f$' "an entry that is too long is a sealed file"
is "$(grep -c '^BPF_DATA=\[ 255, 0, 0,.* 0 \]$' "$LOG")" 1 "with all that it says"
is "$(grep -c "^BPF_PID=$$\$" "$LOG")" 1 "and its other fields"

entries limit events <<END
socket = $socket
rate   = 1/h
END
run_unit "$unit" || bail "a rate"
for _ in 1 2 3 4; do send; done
stop_run
wait_for file_has "$LOG" "CLEAT_LIMITED"
is "$(grep -o '^CLEAT_LIMITED=.*' "$LOG" | awk -F= '{ n += $2 } END { print n }')" 3 "records over the rate are counted in a field"

entries absent events <<END
socket = $TEST_TMP/nobody
END
fails_with 1 "no log daemon at $TEST_TMP/nobody: [Nn]o such file" "a journal that is not there" cleat run "$unit"
entries wrong events <<'END'
fields = _PID
END
fails_with 1 "'_PID' is no beginning of a field" "fields that are the journal's own" cleat check "$unit"
# --- systemd's own, at the default socket, in a place of its own: it reads no kernel log and no audit ---

journald=/lib/systemd/systemd-journald
real=systemd-journald
# private DIRECTORY: an empty one of this mount namespace; *made* has those that were not there
made=()
private() {
	if [ ! -d "$1" ]; then mkdir "$1" && made=("$1" "${made[@]}"); fi
	mount -t tmpfs tmpfs "$1" || bail "a place of our own"
}
# in_journal FIELD=VALUE...: an entry that has all of these
in_journal() { journalctl -D /run/log/journal --no-pager -o json "$@" 2>/dev/null | grep . >"$TEST_TMP/found"; }

if [ -x "$journald" ] && command -v journalctl >/dev/null && [ -s /etc/machine-id ]; then
	private /run/systemd
	private /run/log
	mkdir /run/systemd/journald.conf.d
	printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=\nForwardToWall=no\nForwardToConsole=no\n' \
		>/run/systemd/journald.conf.d/test.conf
	unshare --net "$journald" 2>"$TEST_TMP/journald" &
	real_pid=$!
	__pids+=("$real_pid")
	wait_for test -S /run/systemd/journal/socket || bail "$real" "$(<"$TEST_TMP/journald")"
	entries real events <<'END'
tag      = watcher
severity = notice
END
	run_unit "$unit" || bail "to the journal itself"
	send
	if wait_for in_journal CLEAT_UNIT=real RECORD_INNER=7; then ok "$real takes an entry at its socket"; else not_ok "$real takes an entry at its socket"; fi
	like "$(<"$TEST_TMP/found")" "\"MESSAGE\":\"real/events: pid=$$ why=ASKED comm=bash inner=7\"" "the message"
	succeeds "found by each field, and by the process that sent it" in_journal RECORD_PID=$$ \
		RECORD_WHY=ASKED PRIORITY=5 SYSLOG_IDENTIFIER=watcher "_PID=$RUN_PID"
	fails_with 1 "" "and by no other" in_journal RECORD_PID=1
	kill -s USR1 "$$"
	succeeds "a value of two lines comes whole" wait_for in_journal "RECORD_COMM=b
sh"
	stop_run
	entries reallong larges <<'END'
fields = BPF_
END
	run_unit "$unit" || bail "long entries to the journal itself"
	send
	succeeds "one that is too long for a datagram comes, too" wait_for in_journal CLEAT_UNIT=reallong BPF_PID=$$
	stop_run
	kill "$real_pid"
	wait_for __gone "$real_pid"
	umount /run/log /run/systemd
	if [ ${#made[@]} -gt 0 ]; then rmdir "${made[@]}"; fi
else
	skip "$real takes an entry at its socket" "no systemd-journald, journalctl or machine id here"
fi
done_testing
