#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_msg plugin: what a socket sends passes, is refused, or arrives at a
# socket of another connection, by a link and without one.
. "$TEST_LIB"

new_netns
start_talker "$NS_B"

# unit NAME [KEY=VALUE...]
unit() {
	local name=$1 line
	shift
	{
		printf '[object]\npath = test.bpf.o\n[attach decide]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

# judges WHAT LINKS KEY=VALUE...
judges() {
	local what=$1 links=$2 send in other peer fd
	shift 2
	if ! run_unit "$(unit msg "map = sockets" "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	talk pair
	send=${ANSWER% *} in=${ANSWER#* }
	talk pair
	other=${ANSWER% *} peer=${ANSWER#* }
	talk map "$(map_id sockets)" 0 "$send"
	is "$ANSWER" 0 "$what: a socket in the map"
	talk map "$(map_id sockets)" 1 "$other"
	talk send "$send" pass
	talk recv "$in"
	is "$ANSWER" pass "$what: a message passes"
	talk send "$send" rest
	talk recv "$other"
	is "$ANSWER" rest "$what: one arrives in the other connection"
	talk send "$send" xxxx
	is "$ANSWER" "-EACCES" "$what: one is refused"
	is "$(global messages) $(global bytes)" "3 12" "$what: all are counted"
	is "$(cleat list links | grep -c 'map=sockets')" "$links" "$what: what is listed"
	for fd in $send $in $other $peer; do talk close "$fd"; done
	stop_run
	is $? 0 "$what: ends well"
	is "$(cleat list links | grep -c 'map=sockets')" 0 "$what: nothing is left"
}

judges "without a link" 0 "via = attach"
if have_hook sockmap_link; then
	judges "link" 1
	run_unit "$(unit link "map = sockets" "via = link")" || bail "link"
	like "$(cleat list links)" 'sockmap .*decide +map=sockets map-id=[0-9]+' \
		"the link is described in keys"
	like "$(cleat list attached sk_msg "map=$(map_id sockets)")" 'decide +[1-9][0-9]*' "who is at a map, and by which link"
	stop_run
	run_unit "$(unit two "map = sockets" "map = others")" || bail "two maps"
	is "$(cleat list links | grep -cE 'sockmap .*decide +map=(sockets|others)')" 2 "two maps"
	stop_run
else
	skip "links" "$HOOK_REASON"
	judges "auto, where there are no links" 0
	fails_with 1 "has no links to maps of sockets" "links where there are none" \
		cleat run "$(unit link "map = sockets" "via = link")"
fi

# --- taken away from a map that stays ---

succeeds "a map of its own" cleat map create sockmap name=stays pin=/sys/fs/bpf/stays key-size=4 value-size=8 max-entries=2
if run_unit "$(unit stays "map = sockets" "via = attach" "[map sockets]" "pin = /sys/fs/bpf/stays")"; then
	at_it() { cleat list attached sk_msg map=/sys/fs/bpf/stays 2>&1; }
	if [[ $(at_it) == *"this kernel does not tell"* ]]; then
		skip "a program is at it" "kernels before 5.18 do not tell"
		stop_run
	else
		is "$(at_it | grep -c decide)" 1 "a program is at it"
		stop_run
		is "$(at_it | grep -c decide)" 0 "and no longer, when its run has ended"
	fi
else
	not_ok "a program is at it" "$(<"$RUN_ERR")"
fi
rm -f /sys/fs/bpf/stays

# --- replaced ---

# A socket keeps the program that the map had when it was put in.
all_refused() {
	local send in
	EVENTS=100
	for ((i = 0; i < EVENTS; i++)); do
		talk pair
		read -r send in <<<"$ANSWER"
		talk map "$(map_id sockets)" 0 "$send"
		talk send "$send" xxxx
		[ "$ANSWER" = "-EACCES" ] || return 1
		talk close "$send"
		talk close "$in"
	done
}
replaces "without a link, replaced" decide messages all_refused map=sockets via=attach
if have_hook sockmap_link; then
	replaces "link, replaced" decide messages all_refused map=sockets via=link
fi

# --- what is wrong is said once ---

fails_with 1 "no map 'socket'.*did you mean 'sockets'" "no such map" \
	cleat check "$(unit bad "map = socket")"
fails_with 1 "map 'no_sockets' holds no sockets" "a map of another type" \
	cleat check "$(unit bad "map = no_sockets")"
fails_with 1 "map 'no_sockets' holds no sockets" "the second of two" \
	cleat check "$(unit bad "map = sockets" "map = no_sockets")"
fails_with 1 "'map' is missing" "no map" cleat check "$(unit bad)"
is "$(cleat run "$(unit bad "map = no_sockets")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
