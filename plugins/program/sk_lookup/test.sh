#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_lookup plugin: connections and datagrams to one port reach a socket that
# listens on another; and are refused where the program says so.
. "$TEST_LIB"

new_netns
start_talker "$NS_B"
talk tcp "$IP4_B" 8888
server=$ANSWER
talk udp "$IP4_B" 8889
udp=$ANSWER

# unit NAME [KEY=VALUE...]
unit() {
	local name=$1 line
	shift
	{
		printf '[object]\npath = test.bpf.o\n[attach steer]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
connects() { talk connect "$1" "$2"; [[ $ANSWER =~ ^[0-9]+$ ]]; }

talk connect "$IP4_B" 7777
is "$ANSWER" "-ECONNREFUSED" "nobody listens on port 7777"
run_unit "$(unit steer "netns = $NS_B")" || bail "attached" "$(<"$RUN_ERR")"
first=$RUN_PID
ok "attached to another namespace, by name"
talk connect "$IP4_B" 7777
is "$ANSWER $(global lookups)" "-ECONNREFUSED 1" "without a socket it is refused, by the program"
talk map "$(map_id server)" 0 "$server"
is "$ANSWER" 0 "a socket in the map"
succeeds "a connection to 7777" connects "$IP4_B" 7777
client=$ANSWER
talk accept "$server"
peer=$ANSWER
talk send "$peer" hello
talk recv "$client"
is "$ANSWER" hello "reaches who listens on 8888"
talk map "$(map_id server)" 0 "$udp"
talk to "$IP4_B" 7777 datagram
talk recv "$udp"
is "$ANSWER" datagram "so does a datagram"
succeeds "other ports are as ever" connects "$IP4_B" 8888
if [ "$(global lookups)" -ge 3 ]; then ok "counted"; else not_ok "counted"; fi
like "$(cleat list links)" "netns .*steer +netns=$NS_B" "the link is described in keys"
run_unit "$(unit twice "netns = /run/netns/$NS_B")" || bail "a second one"
ok "a second one, by path"
stop_run
is $? 0 "that ends well"
stop_run "$first"
is $? 0 "so does the first"
talk connect "$IP4_B" 7777
is "$ANSWER" "-ECONNREFUSED" "and nobody listens on port 7777 again"

IN_NS=$NS_B run_unit "$(unit self "netns = self")" || bail "attached to its own"
talk connect "$IP4_B" 7777
is "$(global lookups)" 1 "self: the namespace that cleat runs in"
stop_run
run_unit "$(unit pid "netns = pid:$TALKER_PID")" || bail "attached to a process's"
talk connect "$IP4_B" 7777
is "$(global lookups)" 1 "pid:N: that of a process"
stop_run

# --- replaced ---

talk tcp "$IP4_B" 7777
listener=$ANSWER
all_refused() {
	EVENTS=300
	for ((i = 0; i < EVENTS; i++)); do
		talk connect "$IP4_B" 7777
		[ "$ANSWER" = "-ECONNREFUSED" ] || return 1
	done
}
replaces "replaced" steer lookups all_refused "netns=$NS_B"
talk close "$listener"

# --- several ---

run_unit "$(unit several "netns = t1-*" "netns = $NS_B")" || bail "several" "$(<"$RUN_ERR")"
links=$(cleat list links --json)
is "$(grep -o "\"netns\":\"t1-[ab]\"" <<<"$links" | sort | xargs)" "netns:t1-a netns:t1-b" \
	"a glob attaches to all that match, each once"
stop_run
fails_with 1 "no network namespace matches 'web\*'" "a glob that matches nothing" \
	cleat run "$(unit several "netns = web*")"

# --- the namespace goes first ---

ip netns add gone
run_unit "$(unit gone "netns = gone")" || bail "attached to one that goes"
ip netns del gone
is_detached() { [[ $(cleat list links) =~ detached ]]; }
succeeds "a namespace that is gone" wait_for is_detached
stop_run
is $? 0 "and it ends well"

# --- what is wrong is said once ---

fails_with 1 "steer.ini:4: error: .*no network namespace '${NS_B%?}x'.*did you mean '$NS_B'" \
	"no such namespace" cleat run "$(unit steer "netns = ${NS_B%?}x")"
fails_with 1 "'/dev/null' is no network namespace" "no namespace" \
	cleat run "$(unit steer "netns = /dev/null")"
fails_with 1 "'/proc/self/ns/mnt' is no network namespace" "a namespace of another kind" \
	cleat run "$(unit steer "netns = /proc/self/ns/mnt")"
fails_with 1 "no process 4194305" "no such process" cleat run "$(unit steer "netns = pid:4194305")"
fails_with 1 "'me' is no process id" "no process id" cleat run "$(unit steer "netns = pid:me")"
fails_with 1 "'netns' is missing" "no namespace at all" cleat check "$(unit steer)"
is "$(cleat run "$(unit steer "netns = nowhere")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
