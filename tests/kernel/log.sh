#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Log records of <cleat/log.h>, and of Aya's: every type, level and target, through a ring and through perf
# buffers, all of them counted when there is no room; what is off is not loaded.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint xdp_link
packet=$(printf '00%.0s' {1..64})
new_netns

# --- what is off is not there ----------------------------------------------------

# instructions OBJECT PROGRAM [LEVEL]: as they were loaded
instructions() {
	cleat verify --json "$TEST_OBJ_DIR/$1" ${3+global "cleat_log_level=$3"} |
		sed -n "s/.*\"program\":\"$2\".*\"size\":\([0-9]*\),.*/\1/p"
}
without=$(instructions log-max.bpf.o counted)
is "$without" 2 "without log calls the program has two instructions"
is "$(instructions log.bpf.o counted 0)" "$without" "and no more when all of them are switched off at load"
off=$(instructions log.bpf.o counted 0) error=$(instructions log.bpf.o counted 1)
trace=$(instructions log.bpf.o counted 5)
if [ "$off" -lt "$error" ] && [ "$error" -lt "$trace" ]; then
	ok "each level takes instructions of its own: $off, $error, $trace"
else
	not_ok "each level takes instructions of its own" "off $off, error $error, trace $trace"
fi

# --- types -----------------------------------------------------------------------

# types NAME: a unit that gets more from standard input; sets $unit
types() {
	unit=$({
		printf '[object]\npath = log.bpf.o\n[global only]\nvalue = %s\n' "$$"
		for p in counted levels flood spoiled; do printf '[program %s]\nload = no\n' $p; done
		cat
	} | test_unit "$1")
}
wanted=$(cat <<'END'
nothing
-8 -16 -32 -1234567890123 200 65000
4000000000 18446744073709551615 2 7
abcd ABCD 0x1000 0x2000
true false A x
conn 192.0.2.1:443 -> 02:00:00:00:00:1f 02:00:00:00:00:1F took -1234567890123 ns
2001:db8::1 02000000001f 02000000001f
5 10000000000000000
bash literal [020000]
bash [020000]
ba...
(Bad address)
-ENOENT EACCES 0 1.500us 2.000s
END
)
said_all() {
	local got
	got=$(sed -n 's/^.*info  log: //p' "$RUN_OUT")
	is "$(head -n 13 <<<"$got")" "$wanted" "$1: every type and hint"
	like "$(sed -n 14p <<<"$got")" "^braces \{\} and $(date -u +%Y)-[0-9T:.-]+Z$" "$1: braces, and a time"
	is "$(sed -n 15p <<<"$got")" "1 2 3 4 5 6 7 8 9 10 11 12" "$1: twelve arguments"
}
types ring </dev/null
run_unit "$unit" || bail "a unit that says nothing of logs"
kill -0 $$
wait_for file_has "$RUN_OUT" "10 11 12"
stop_run
said_all ring
like "$(<"$RUN_ERR")" "log: $(wc -l <"$RUN_OUT") records, 0 lost" "ring: all of them counted"

types perf <<'END'
[map cleat_log]
create = no
END
run_unit "$unit" || bail "perf buffers"
kill -0 $$
wait_for file_has "$RUN_OUT" "10 11 12"
stop_run
said_all "perf buffers"
like "$(<"$RUN_ERR")" "log: $(wc -l <"$RUN_OUT") records, 0 lost" "perf buffers: all of them counted"

types json <<'END'
[log]
format = json
END
run_unit "$unit" || bail "json"
kill -0 $$
wait_for file_has "$RUN_OUT" "10,11,12"
stop_run
like "$(sed -n 6p "$RUN_OUT")" \
	'"record":\{"level":"info","target":"log","module":"log","file":"[^"]*log.bpf.c","line":[0-9]+,"time":"[0-9TZ:.-]+","text":"conn 192[^"]*","args":\[[0-9]+,[0-9]+,"02000000001f","02000000001f",-1234567890123\]\}' \
	"JSON: fields and typed arguments"

# --- levels and targets ----------------------------------------------------------

id_of() { cleat list programs --json | tr '{' '\n' | sed -n "s/.*\"id\": *\([0-9]*\).*\"name\": *\"$1\".*/\1/p" | tail -n 1; }
# start_packets PROGRAM [ARGUMENT...]: attached by a unit of its own, which gets more from standard input;
# sets ID. times N: the program, with a packet
start_packets() {
	local program=$1
	shift
	unit=$({
		printf '[object]\npath = %s\n[attach %s]\ninterface = %s\n' "$OBJECT" "$program" "$IF_B"
		for p in $OTHERS; do [ "$p" = "$program" ] || printf '[program %s]\nload = no\n' "$p"; done
		cat
	} | test_unit "p$((++serial))")
	IN_NS=$NS_B run_unit "$@" "$unit" || { not_ok "$program" "$(<"$RUN_ERR")"; return 1; }
	ID=$(id_of "$program")
}
times() { cleat program run "$ID" "data=$packet" "repeat=$1" >/dev/null; }
serial=0
OBJECT=log.bpf.o OTHERS="all_types counted levels flood spoiled"
said() { sed -n 's/^.*: //p' "$RUN_OUT" | tr '\n' ',' ; }

start_packets levels </dev/null && times 1
stop_run
is "$(said)" "error 0,warn 0,info 0," "by default up to info"
start_packets levels --log-level trace </dev/null && times 1
stop_run
is "$(said)" "error 0,warn 0,info 0,debug 0,trace 0," "--log-level"
start_packets levels <<<$'[log]\nlevel = warn' && times 1
stop_run
is "$(said)" "error 0,warn 0," "[log] level"
start_packets levels --log-level trace <<<$'[log]\ntarget = n*' && times 1
stop_run
is "$(said)" "debug 0,trace 0," "[log] target"
like "$(<"$RUN_ERR")" "5 records, 0 lost, 3 filtered out" "and what is left out is counted"
start_packets levels --log-level trace <<<$'[log]\ntarget = !noise\ncolor = always' && times 1
stop_run
like "$(head -n 1 "$RUN_OUT")" $'\x1b\\[31merror .*error 0\x1b\\[0m$' "in color"
is "$(wc -l <"$RUN_OUT")" 3 "all but one target"
fails_with 2 "'dbug' is no level: did you mean 'debug'" "a level that is none" cleat run --log-level dbug x
unit=$(test_unit none <<<$'[object]\npath = testrun.bpf.o\n[log]\nlevel = info')
fails_with 1 "none.ini:3: error: \[log\]: the object's programs log nothing" "[log] where nothing is logged" \
	cleat check "$unit"

# --- log daemons -----------------------------------------------------------------------

start_logd "$TEST_TMP/syslog"
start_packets levels --log-level trace <<<$'[log]\nformat = syslog\nsocket = '"$TEST_TMP/syslog" && times 1
stop_run
is "$(grep -o '^<[0-9]*>' "$LOG" | tr -d '\n')" "<27><28><30><31><31>" "syslog: the severity is the level's"
start_logd "$TEST_TMP/journal"
start_packets levels --log-level trace <<<$'[log]\nformat = journal\nsocket = '"$TEST_TMP/journal" && times 1
stop_run
is "$(grep '^PRIORITY=' "$LOG" | cut -d= -f2 | tr -d '\n')" "34677" "journal: likewise"
like "$(<"$LOG")" "CODE_FILE=[^ ]*log.bpf.c" "journal: the source file"
like "$(<"$LOG")" "CODE_LINE=[0-9]+" "journal: and line"
is "$(grep -c '^RECORD_TARGET=noise$' "$LOG")" 2 "journal: and the target"
kill "$LOGD_PID"

# --- no room, and no records ---------------------------------------------------------

# A reader that sleeps: the ring takes what it can, and the rest is counted.
records() { sed -n 's/.*log: \([0-9]*\) records.*/\1/p' "$RUN_ERR"; }
lost() { sed -n 's/.* records, \([0-9]*\) lost.*/\1/p' "$RUN_ERR"; }
flood() { # HOW
	kill -STOP "$RUN_PID"
	times 100000
	kill -CONT "$RUN_PID"
	wait_for file_has "$RUN_OUT" "lost"
	times 1000
	stop_run
	is "$(($(records) + $(lost)))" 101000 "$1: what was read and what was lost is all there was"
	if [ "$(lost)" -gt 50000 ]; then ok "$1: and much was lost"; else not_ok "$1: and much was lost" "$(lost)"; fi
	is "$(grep -c 'flood ' "$RUN_OUT")" "$(records)" "$1: each record that was read is printed"
	is "$(sed -n 's/.*flood \([0-9]*\) text.*/\1/p' "$RUN_OUT" | sort -cnu 2>&1)" "" "$1: in their order"
}
start_packets flood <<<$'[map cleat_log]\nmax-entries = 65536' && flood ring
start_packets flood <<<$'[map cleat_log]\ncreate = no\n[map cleat_log_perf]\npages = 4' && flood "perf buffers"

start_packets spoiled </dev/null && times 1
stop_run
is "$(said)" "before,behind," "what is no record is left out"
like "$(<"$RUN_ERR")" "warning: .*map 'cleat_log' has bytes that are no log record: its call is not in the object" \
	"and told of"
like "$(<"$RUN_ERR")" "5 records, 0 lost, 3 no log records" "and counted"
leaves_nothing "all of these"

# --- programs of others -------------------------------------------------------------

start_packets levels --log-level trace </dev/null || bail "a program to follow"
kill -STOP "$RUN_PID"
owner=$RUN_PID
for how in "$ID" levels ""; do
	# shellcheck disable=SC2086
	start_cleat log --target noise $how || { not_ok "cleat log $how" "$(<"$RUN_ERR")"; continue; }
	times 2
	wait_for file_has "$RUN_OUT" "trace 0.*trace 0"
	stop_run
	is "$(sed 's/^[0-9:.]* //' "$RUN_OUT" | tr '\n' ',')" \
		"debug noise: debug 0,trace noise: trace 0,debug noise: debug 0,trace noise: trace 0," \
		"cleat log $how"
done
start_cleat log --json --log-level error levels && times 1
wait_for file_has "$RUN_OUT" "error"
stop_run
like "$(<"$RUN_OUT")" '^\{"level":"error".*"args":\[0\]\}$' "cleat log --json --log-level"
fails_with 1 "no program 'nobody' in the kernel" "a program that there is not" cleat log nobody
kill -CONT "$owner"
stop_run "$owner"
fails_with 1 "no program in the kernel logs anything" "nobody logs" cleat log

# --- Aya's ------------------------------------------------------------------------------

OTHERS=fire
text="from 192.0.2.1 to 02:00:00:00:00:1f ff -5 text bash"
for OBJECT in aya-log-perf.bpf.o aya-log.bpf.o; do
	start_packets fire </dev/null && times 1
	stop_run
	is "$(sed 's/^[^:]*: //' "$RUN_OUT" | tr '\n' ',')" \
		"error fire: $text,info  fire: $text,trace fire: $text," "Aya: three records: $OBJECT"
	like "$(<"$RUN_ERR")" "no log record: it is too short" "Aya: what is none is told of: $OBJECT"
done
start_packets fire <<<$'[log]\nlevel = warn\nformat = json' && times 1
stop_run
is "$(wc -l <"$RUN_OUT")" 1 "Aya: [log] level"
like "$(<"$RUN_OUT")" '"level":"error","target":"fire","module":"fire::tcp","file":"src/main.rs","line":10,.*"args":\[3221225985,"02000000001f",255,-5,"text","6261736800000000"\]' \
	"Aya: fields"
done_testing
