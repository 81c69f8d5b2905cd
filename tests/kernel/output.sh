#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# [output]: which records pass, what becomes of those that do not, files that are rotated, and places
# that take no records. Every record is accounted for.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint

# send [TIMES]: signals to ourselves, by the shell itself, in the process that is watched
send() {
	local i
	for ((i = 0; i < ${1-1}; i++)); do kill -0 "$$"; done
}

# events NAME EACH: a unit that gets the [output] from standard input; sets $unit
events() {
	unit=$(
		{
			printf '[object]\npath = output.bpf.o\n[global only]\nvalue = %s\n' "$$"
			printf '[global each]\nvalue = %s\n[output events]\n' "$2"
			cat
		} | test_unit "$1"
	)
}

# the sequence numbers in files of JSON, in order
numbers() { cat "$@" | sed -n 's/.*"seq":\([0-9]*\).*/\1/p' | sort -n | tr '\n' ' '; }
lines_are() { [ "$(wc -l <"$1")" = "$2" ]; }
# one number of the totals of a run
total() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$RUN_ERR" | tail -n 1; }

# --- filter, sample ------------------------------------------------------------

n=0
# passes FILTER NUMBERS: which of 9 records pass
passes() {
	events "filter$((++n))" 9 <<-END
		format = json
		filter = $1
	END
	run_unit --json "$unit" || { not_ok "filter: $1" "$(<"$RUN_ERR")"; return; }
	send
	stop_run
	is "$(numbers "$RUN_OUT")" "$2" "filter: $1"
	is "$(total filtered)" $((9 - $(wc -w <<<"$2"))) "and the others are counted as filtered"
}
passes "seq in (2, 5) or seq > 8" "2 5 9 "
passes 'action == BOTH and comm == "bash"' "3 6 9 "
passes "not (action & READ) and saddr in 10.0.0.4/30" "5 8 "
passes "who.low == 1 or who.uid == 1008 and who.high == 4095 and pid == $$" "2 9 "
passes "comm like b?sh and saddr == 10.0.0.8 and number == 0" "9 "
passes "pid != $$" ""

events wrong 1 <<'END'
filter = seq > 1 and comn == "bash"
END
fails_with 1 "wrong.ini:8: error: \[output events\]: at 'comn': 'event' has no such member.*did you mean 'comm'" \
	"a filter that is wrong is told with its line and place" cleat check "$unit"
events wrong2 1 <<'END'
filter = action == RAED
rate   = fast
sample = 0
END
said=$("$CLEAT" check "$unit" 2>&1)
like "$said" "wrong2.ini:8: .*at 'RAED': neither a number nor.*'action'" "an enumerator that is none"
like "$said" "did you mean 'READ'" "with the nearest"
like "$said" "wrong2.ini:9: .*'fast' is no rate" "a rate that is none"
like "$said" "wrong2.ini:10: .*every 0th record is none" "and a sample, all at once"

events sample 9 <<'END'
format = json
sample = 4
END
run_unit --json "$unit" || bail "a sample"
send 2
stop_run
is "$(numbers "$RUN_OUT")" "1 5 9 13 17 " "every fourth record"
is "$(total sampled)" 13 "and the others are counted as sampled"

# --- rate ----------------------------------------------------------------------

events rate 50 <<'END'
format = json
rate   = 10/1h
burst  = 20
report = 1s
END
run_unit --json "$unit" || bail "a rate"
send 2
if wait_for file_has "$RUN_OUT" '"limited":[1-9]'; then ok "records over the rate are told"; else not_ok "records over the rate are told"; fi
is "$(numbers "$RUN_OUT")" "$(seq -s ' ' 1 20) " "a burst passes, and no more"
send
told() { [ "$(grep -o '"limited":[0-9]*' "$RUN_OUT" | awk -F: '{ n += $2 } END { print n }')" = 130 ]; }
if wait_for told; then ok "and all are told, though no record comes"; else not_ok "and all are told, though no record comes" "$(tail -n 3 "$RUN_OUT")"; fi
stop_run
is "$(total limited)/$(total records)" 130/150 "the totals agree"
events ratetext 50 <<'END'
rate = 1/1h
END
run_unit "$unit" || bail "a rate, as text"
send
stop_run
like "$(<"$RUN_OUT")" "ratetext/events: 49 records over the rate left out" "told as text"
like "$(<"$RUN_ERR")" "events: 50 records, 0 lost, 49 over the rate" "and in the totals"

# --- rotation ------------------------------------------------------------------

log=$TEST_TMP/rotated
events rotate 8 <<END
format = json
to     = $log
mode   = 600
END
run_unit --json "$unit" || bail "to a file"
is "$(stat -c %a "$log")" 600 "the file has the mode that was asked for"
for i in 1 2 3 4 5 6; do
	send 25
	mv "$log" "$log.$i"
	send 10
	kill -s HUP "$RUN_PID"
	send 15
	new() { [ -e "$log" ]; }
	if ! wait_for new; then not_ok "a new file at SIGHUP"; break; fi
done
ok "six times moved away, six times made anew"
mv "$log" "$log.7" && mkdir "$log"
kill -s HUP "$RUN_PID"
if wait_for file_has "$RUN_ERR" "cannot open $log anew"; then ok "a file that cannot be made is told"; else not_ok "a file that cannot be made is told" "$(<"$RUN_ERR")"; fi
rmdir "$log"
kill -s HUP "$RUN_PID"
wait_for new
send 5
wait_for file_has "$log" seq
if kill -0 "$RUN_PID"; then ok "and the run goes on"; else not_ok "and the run goes on"; fi
stop_run
is $? 0 "ends well"
is "$(numbers "$log" "$log".?)" "$(seq -s ' ' 1 "$(total records)") " "no record is lost, none comes twice"
is "$(total records)" 2440 "of those that there were"
is "$(total failed)/$(total lost)" 0/0 "and none is counted as dropped"
events modes 1 <<'END'
to   = /tmp/x
mode = rw
END
fails_with 1 "'rw' is no octal number up to 0777" "a mode that is none" cleat check "$unit"

# --- places that take nothing --------------------------------------------------

small=$TEST_TMP/small
mkdir "$small"
mount -t tmpfs -o size=64k tmpfs "$small" || bail "a small disk"
events disk 60 <<END
format = json
to     = $small/log
report = 1s
END
run_unit --json "$unit" || bail "to a small disk"
tries=0
while ! file_has "$RUN_ERR" "cannot write"; do
	send
	if [ $((++tries)) -gt 500 ]; then break; fi
done
send 20
wait_for file_has "$RUN_ERR" "cannot write"
is "$(grep -c 'cannot write' "$RUN_ERR")" 1 "a full disk is told once"
like "$(<"$RUN_ERR")" "warning: .*cannot write records to $small/log: [Nn]o space left" "with the reason"
if kill -0 "$RUN_PID"; then ok "programs stay attached"; else not_ok "programs stay attached"; fi
mount -o remount,size=64m "$small"
again() { send; file_has "$RUN_ERR" "records are written again: [1-9]"; }
if wait_for again; then ok "and when there is room records are written again"; else not_ok "and when there is room records are written again"; fi
send 2
stop_run
is $? 0 "ends well"
records=$(total records) failed=$(total failed)
is "$(numbers "$small/log" | wc -w)" $((records - failed)) "what is not in the file is counted ($failed of $records)"
is "$(grep -o '"failed":[0-9]*' "$small/log" | awk -F: '{ n += $2 } END { print n }')" "$failed" "and told in the file"
is "$(grep -cv '^{"unit":"disk".*}$' "$small/log")" 0 "every line is whole"
umount "$small"

events strict 1 <<'END'
to       = /dev/full
on-error = stop
END
run_unit "$unit" || bail "a strict one"
send
if wait_for __gone "$RUN_PID"; then ok "on-error = stop ends the run"; else not_ok "on-error = stop ends the run"; fi
wait "$RUN_PID"
is $? 1 "as a failure"
is "$(grep -c 'cannot write' "$RUN_ERR")" 1 "told once"

events pipe 1 <<'END'
format = text
END
(timeout 60 "$CLEAT" run "$unit" 2>"$TEST_TMP/pipe.err"; echo $? >"$TEST_TMP/pipe.rc") | head -n 1 >"$TEST_TMP/pipe.out" &
reader=$!
wait_for file_has "$TEST_TMP/pipe.err" attached
send
first() { file_has "$TEST_TMP/pipe.out" seq=1; }
wait_for first
ended() { send; [ -s "$TEST_TMP/pipe.rc" ]; }
if wait_for ended; then ok "who reads went away: the run ends"; else not_ok "who reads went away: the run ends"; fi
wait "$reader"
is "$(<"$TEST_TMP/pipe.rc")" 1 "as a failure"
is "$(grep -ci 'cannot write records to stdout: broken pipe' "$TEST_TMP/pipe.err")" 1 "told once"
done_testing
