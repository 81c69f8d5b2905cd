#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_skb plugin: what arrives at a socket is cut into messages, dropped, and
# spliced into another connection, by links and without them.
. "$TEST_LIB"

new_netns
start_talker "$NS_B"

# unit NAME "PROGRAM HOOK_KEY..." [KEY=VALUE...]: these programs, with these keys
unit() {
	local name=$1 programs=$2 p line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n'
		for p in parse decide plain bare; do
			if [[ " $programs " != *" $p "* ]]; then printf '[program %s]\nload = no\n' $p; fi
		done
		for p in $programs; do
			echo "[attach $p]"
			for line in "$@"; do echo "$line"; done
		done
	} | test_unit "$name"
}

# Two connections: what arrives at IN comes from SEND; what leaves through the
# socket OTHER arrives at SPLICED. IN and OTHER are in the map.
connect_all() {
	talk pair
	SEND=${ANSWER% *} IN=${ANSWER#* }
	talk pair
	SPLICED=${ANSWER% *} OTHER=${ANSWER#* }
	talk map "$(map_id sockets)" 0 "$IN"
	is "$ANSWER" 0 "$1: a socket in the map"
	talk map "$(map_id sockets)" 1 "$OTHER"
}
close_all() {
	local fd
	for fd in $SEND $IN $SPLICED $OTHER; do talk close "$fd"; done
}

# splices WHAT MESSAGES LINKS PROGRAMS KEY=VALUE...
splices() {
	local what=$1 messages=$2 links=$3 programs=$4
	shift 4
	if ! run_unit "$(unit skb "$programs" "map = sockets" "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	connect_all "$what"
	talk send "$SEND" pass
	talk recv "$IN"
	is "$ANSWER" pass "$what: a message passes"
	talk send "$SEND" rest
	talk recv "$SPLICED"
	is "$ANSWER" rest "$what: one is spliced into the other connection"
	talk send "$SEND" xxxx
	succeeds "$what: one is seen" wait_for global_is messages 3
	talk ready "$IN"
	is "$ANSWER" 0 "$what: and dropped"
	talk send "$SEND" aaaabbbb
	succeeds "$what: what is one message" wait_for global_is messages $((3 + messages))
	is "$(cleat list links | grep -c 'map=sockets')" "$links" "$what: what is listed"
	close_all
	stop_run
	is $? 0 "$what: ends well"
	is "$(cleat list links | grep -c 'map=sockets')" 0 "$what: nothing is left"
}

have_hook sockmap_link
link=$? no_link=$HOOK_REASON
if have_hook sk_skb_verdict; then
	splices "parser and verdict, without links" 2 0 "parse decide" "via = attach"
	splices "verdict, without a link" 1 0 plain "via = attach"
	splices "a bare section" 1 0 bare "hook = verdict" "via = attach"
else
	# A kernel with sockmaps older than this hook (5.10) locks up under this traffic.
	skip "what the programs do" "$HOOK_REASON"
	run_unit "$(unit old "parse decide" "map = sockets")" || bail "attached" "$(<"$RUN_ERR")"
	ok "attached"
	stop_run
	is $? 0 "and detached"
fi
if [ $link = 0 ]; then
	splices "parser and verdict" 2 2 "parse decide"
	splices "verdict" 1 1 plain
	run_unit "$(unit link plain "map = sockets")" || bail "link"
	like "$(cleat list links)" 'sockmap .*plain +map=sockets map-id=[0-9]+ hook=verdict' \
		"the link is described in keys"
	stop_run
else
	skip "links" "$no_link"
	fails_with 1 "has no links to maps of sockets" "links where there are none" \
		cleat run "$(unit link "parse decide" "map = sockets" "via = link")"
fi

# --- replaced ---

# A socket keeps the program that the map had when it was put in.
all_dropped() {
	local send in
	EVENTS=100
	for ((i = 0; i < EVENTS; i++)); do
		talk pair
		read -r send in <<<"$ANSWER"
		talk map "$(map_id sockets)" 0 "$in"
		talk send "$send" xxxx
		talk ready "$in"
		[ "$ANSWER" = 0 ] || return 1
		talk close "$send"
		talk close "$in"
	done
}
if have_hook sk_skb_verdict; then
	replaces "without a link, replaced" plain messages all_dropped map=sockets via=attach
	if [ $link = 0 ]; then
		replaces "link, replaced" plain messages all_dropped map=sockets via=link
	fi
fi

# --- what is wrong is said once ---

fails_with 1 "no map 'socket'.*did you mean 'sockets'" "no such map" \
	cleat check "$(unit bad plain "map = socket")"
fails_with 1 "map 'no_sockets' holds no sockets" "a map of another type" \
	cleat check "$(unit bad plain "map = no_sockets")"
fails_with 1 "at which hook.*hint: write 'hook = verdict'" "no hook" \
	cleat check "$(unit bad bare "map = sockets")"
fails_with 1 "hook verdict, but the section is for stream-parser" "two hooks" \
	cleat check "$(unit bad parse "map = sockets" "hook = verdict")"
fails_with 1 "'map' is missing" "no map" cleat check "$(unit bad plain)"
is "$(cleat run "$(unit bad plain "map = no_sockets")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
