#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The syslog plugin: entries of both RFCs, a daemon that comes and goes, and real ones.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint

send() { kill -0 "$$"; }
# entries NAME: a unit with the [output] from standard input; sets $unit
entries() {
	unit=$(
		{
			printf '[object]\npath = test.bpf.o\n[global only]\nvalue = %s\n' "$$"
			printf '[output events]\nformat = syslog\n'
			cat
		} | test_unit "$1"
	)
}

socket=$TEST_TMP/log
start_logd "$socket"
entries old <<END
socket = $socket
END
run_unit "$unit" || bail "to a daemon"
send
record="pid=$$ why=ASKED comm=bash inner=7"
if wait_for file_has "$LOG" "pid="; then ok "an entry came"; else not_ok "an entry came"; fi
like "$(head -n 1 "$LOG")" \
	"^<30>[A-Z][a-z]{2} [ 123][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} cleat\[$RUN_PID\]: old/events: $record\$" \
	"as RFC 3164 has it, daemon and info by default"
is "$(sed -n 2p "$LOG")" "--" "nothing is behind it"

# It goes and comes again: told once, counted, and told again.
kill "$LOGD_PID"
wait_for __gone "$LOGD_PID"
send
wait_for file_has "$RUN_ERR" "cannot send"
send
start_logd "$socket"
again() { send; file_has "$RUN_ERR" "records are written again"; }
if wait_for again; then ok "a daemon that was started anew is found"; else not_ok "a daemon that was started anew is found" "$(<"$RUN_ERR")"; fi
stop_run
is $? 0 "ends well"
is "$(grep -c "cannot send records to $socket: [Cc]onnection refused" "$RUN_ERR")" 1 "that it was away is told once"
like "$(<"$RUN_ERR")" "warning" "as a warning"
failed=$(sed -n 's/.* \([0-9]*\) not written.*/\1/p' "$RUN_ERR")
like "$failed" '^[2-9]' "what was not sent is in the totals"
like "$(<"$LOG")" "<28>.* old/events: $failed records could not be written" "and is an entry, as a warning"

entries modern <<END
socket   = $socket
rfc      = 5424
facility = local3
severity = notice
tag      = watcher
END
run_unit "$unit" || bail "the newer RFC"
send
wait_for file_has "$LOG" "modern"
stop_run
like "$(grep modern "$LOG" | head -n 1)" \
	"^<157>1 20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}Z [^ ]+ watcher $RUN_PID - - modern/events: $record\$" \
	"as RFC 5424 has it, with facility, severity and tag"

entries absent <<END
socket = $TEST_TMP/nobody
END
fails_with 1 "no log daemon at $TEST_TMP/nobody: [Nn]o such file" "a daemon that is not there" cleat run "$unit"
entries wrong <<'END'
facility = local8
END
fails_with 1 "did you mean 'local" "a facility that is none" cleat check "$unit"
entries wrong <<'END'
tag = two words
END
fails_with 1 "'two words' is no word" "a tag that is none" cleat check "$unit"
entries wrong <<'END'
socket = log
END
fails_with 1 "'log' is no absolute path" "a socket that is none" cleat check "$unit"
# --- real daemons, at /dev/log: in a /dev of this mount namespace --------------------------------

dev=$TEST_TMP/dev
mkdir "$dev"
mount -t tmpfs tmpfs "$dev"
for node in null zero full random urandom; do
	: >"$dev/$node"
	mount --bind "/dev/$node" "$dev/$node"
done
ln -s /proc/self/fd "$dev/fd"
mount --rbind "$dev" /dev || bail "a place of our own"

# takes_entries NAME COMMAND...: the daemon writes what comes to $TEST_TMP/NAME.log
takes_entries() {
	local name=$1 log=$TEST_TMP/$1.log pid rfc sender
	shift
	"$@" >"$TEST_TMP/$name.out" 2>&1 &
	pid=$!
	__pids+=("$pid")
	wait_for test -S /dev/log || bail "$name: $(<"$TEST_TMP/$name.out")"
	for rfc in 3164 5424; do
		entries "$name-$rfc" <<END
tag      = watcher
facility = local3
rfc      = $rfc
END
		run_unit "$unit" || bail "to $name"
		send
		if wait_for file_has "$log" "$name-$rfc/events: $record\$"; then ok "$name has an entry of RFC $rfc"; else not_ok "$name has an entry of RFC $rfc" "$(<"$log")"; fi
		if [ $rfc = 3164 ]; then sender=$RUN_PID; fi
		stop_run
	done
	like "$(grep -- "$name-3164" "$log")" " (local3[.]info )?watcher\[$sender\]: " "$name knows who sent it"
	kill "$pid"
	wait_for __gone "$pid"
	rm -f /dev/log
}
if busybox --list 2>/dev/null | grep -qx syslogd; then
	takes_entries busybox busybox syslogd -n -O "$TEST_TMP/busybox.log"
else
	skip "busybox has an entry of RFC 3164" "no busybox with a syslogd here"
fi
if command -v rsyslogd >/dev/null; then
	printf 'module(load="imuxsock")\n*.* %s\n' "$TEST_TMP/rsyslogd.log" >"$TEST_TMP/rsyslog.conf"
	takes_entries rsyslogd rsyslogd -n -i "$TEST_TMP/rsyslogd.pid" -f "$TEST_TMP/rsyslog.conf"
else
	skip "rsyslogd has an entry of RFC 3164" "no rsyslogd here"
fi
umount -R /dev "$dev"
done_testing
