#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_reuseport plugin: datagrams to a shared port reach the socket that a
# program chooses, or none; connections move on when a socket is closed.
. "$TEST_LIB"

new_netns
start_talker "$NS_B"
talk udp "$IP4_B" 7777
a=$ANSWER
talk udp "$IP4_B" 7777
b=$ANSWER
talk udp "$IP4_B" 7778

# unit NAME OBJECT [KEY=VALUE...]
unit() {
	local name=$1 object=$2 line
	shift 2
	{
		printf '[object]\npath = %s.bpf.o\n' "$object"
		if [ -n "${VERDICT-}" ]; then printf '[global verdict]\nvalue = %s\n' "$VERDICT"; fi
		echo '[attach choose]'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
# Sends 16 datagrams, each from a port of its own, and sets GOT to what a and b received.
send_all() {
	local n fd
	for _ in {1..16}; do talk to "$IP4_B" 7777 x; done
	GOT=
	for fd in $a $b; do
		n=0
		while talk ready "$fd" && [ "$ANSWER" = 1 ]; do
			talk recv "$fd"
			n=$((n + 1))
		done
		GOT="$GOT $n"
	done
}

# chooses WHAT KEY=VALUE...
chooses() {
	local what=$1
	shift
	if ! run_unit "$(unit choose test "pid = $TALKER_PID" "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	talk map "$(map_id sockets)" 0 "$b"
	is "$ANSWER" 0 "$what: a socket in the map"
	send_all
	is "$GOT" " 0 16" "$what: it gets all"
	is "$(global packets)" 16 "$what: the program was asked"
	stop_run
	is $? 0 "$what: ends well"
	send_all
	if [ "$GOT" != " 0 16" ]; then ok "$what: undone"; else not_ok "$what: undone" "$GOT"; fi
}
chooses "port" "port = 7777"
chooses "descriptor" "fd = $a"

all_refused() {
	EVENTS=300
	for ((i = 0; i < EVENTS; i++)); do talk to "$IP4_B" 7777 x; done
	talk ready "$a"
	[ "$ANSWER" = 0 ] && talk ready "$b" && [ "$ANSWER" = 0 ]
}
replaces "replaced" choose packets all_refused -verdict=0 "pid=$TALKER_PID" port=7777

run_unit "$(VERDICT=0 unit refuse test "pid = $TALKER_PID" "port = 7777" "protocol = udp")" ||
	bail "attached to refuse"
send_all
is "$GOT" " 0 0" "datagrams are refused"
talk close "$a"
stop_run
is $? 0 "ends well, though the socket it was attached through has gone"
a=$b
send_all
is "$GOT" " 16 0" "and the program with it"

# --- a closed socket ---

talk tcp "$IP4_B" 7780
first=$ANSWER
talk tcp "$IP4_B" 7780
second=$ANSWER
if run_unit "$(unit migrate test-migrate "pid = $TALKER_PID" "port = 7780" "protocol = tcp")"; then
	talk map "$(map_id sockets)" 0 "$first"
	talk map "$(map_id sockets)" 1 "$second"
	talk connect "$IP4_B" 7780
	client=$ANSWER
	talk send "$client" hello
	talk ready "$second"
	is "$ANSWER" 0 "migrate: a connection waits at the first socket"
	talk close "$first"
	talk accept "$second"
	peer=$ANSWER
	talk recv "$peer"
	is "$ANSWER" hello "migrate: and is accepted at the second"
	id=$(cleat list maps | sed -n 's/^ *\([0-9]*\) .* \.\?[^ ]*bss .*/\1/p' | tail -n 1)
	like "$(cleat map dump --json "$id")" '"migrations":"?1' "migrate: the program was asked"
	stop_run
	is $? 0 "migrate: ends well"
elif grep -qE 'migrating_sk|invalid bpf_context access|Invalid argument|EINVAL' "$RUN_ERR"; then
	skip "migrate" "this kernel does not migrate connections"
else
	not_ok "migrate" "$(<"$RUN_ERR")"
fi

# --- what is wrong is said once ---

fails_with 1 "process $TALKER_PID has no socket at port 7799" "no such port" \
	cleat run "$(unit bad test "pid = $TALKER_PID" "port = 7799")"
fails_with 1 "process $TALKER_PID has no socket at port 7777" "no such protocol" \
	cleat run "$(unit bad test "pid = $TALKER_PID" "port = 7777" "protocol = tcp")"
fails_with 1 "process $TALKER_PID has no descriptor 4000" "no such descriptor" \
	cleat run "$(unit bad test "pid = $TALKER_PID" "fd = 4000")"
fails_with 1 "descriptor 0 of process $TALKER_PID is not a socket" "not a socket" \
	cleat run "$(unit bad test "pid = $TALKER_PID" "fd = 0")"
fails_with 1 "no process 4194305" "no such process" \
	cleat run "$(unit bad test "pid = 4194305" "port = 7777")"
fails_with 1 "'port' and 'fd' exclude each other" "two" \
	cleat check "$(unit bad test "port = 7777" "fd = 3")"
fails_with 1 "keys is missing: 'port', 'fd'" "none" cleat check "$(unit bad test "pid = 1")"
fails_with 1 "port is 1 to 65535" "no port" cleat check "$(unit bad test "port = 65536")"
is "$(cleat run "$(unit bad test "pid = 4194305" "port = 1")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"

# The kernel takes its time to free a group.
kill "$TALKER_PID"
no_sockets() { ! cleat list maps | grep -q ' sockets '; }
wait_for no_sockets
done_testing
