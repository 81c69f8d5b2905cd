#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The netfilter plugin: pings are dropped at hooks of either family, fragments are
# put together on request, and priorities are what nft calls them.
. "$TEST_LIB"
requires_hook netfilter

new_netns
ping4() { answers "$NS_A" "$IP4_B"; }
ping6() { answers "$NS_A" "$IP6_B"; }
in_b() { in_ns "$NS_B" "$CLEAT" "$@"; }

# unit NAME VERDICT [KEY=VALUE...]
unit() {
	local name=$1 verdict=$2 line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		printf '[attach look]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
wait_for ping6 || bail "no IPv6"

IN_NS=$NS_B run_unit "$(unit drop 0 "hook = input")" || bail "attached" "$(<"$RUN_ERR")"
first=$RUN_PID
ok "attached to both families"
succeeds "IPv4 is dropped" silent ping4
succeeds "IPv6 is dropped" silent ping6
if [ "$(global ipv4)" -ge 1 ] && [ "$(global ipv6)" -ge 1 ]; then ok "and counted"; else not_ok "and counted"; fi
like "$(cleat list links)" 'family=ipv4 hook=input priority=0' "the link of IPv4 is described in keys"
like "$(cleat list links)" 'family=ipv6 hook=input priority=0' "that of IPv6, too"
fails_with 1 "another BPF program has priority 0 at ipv4 input already" "a priority that is taken" \
	in_b run "$(unit second 1 "hook = input")"
IN_NS=$NS_B run_unit "$(unit beside 1 "hook = input" "priority = filter - 1" "family = ipv4")" ||
	bail "beside"
ok "another one is not"
like "$(cleat list links)" 'family=ipv4 hook=input priority=-1' "priority by name"
stop_run
stop_run "$first"
is $? 0 "ends well"
succeeds "IPv4 passes again" ping4
succeeds "IPv6 passes again" ping6

IN_NS=$NS_B run_unit "$(unit one 0 "hook = prerouting" "family = ipv6" "priority = raw")" || bail one
succeeds "one family: IPv6 is dropped" silent ping6
succeeds "one family: IPv4 is not" ping4
stop_run
run_unit "$(unit out 0 "hook = output" "family = ipv4" "priority = srcnat+5" "netns = $NS_A")" ||
	bail "netns" "$(<"$RUN_ERR")"
succeeds "another namespace, and the way out" silent ping4
succeeds "where IPv6 passes" ping6
stop_run
is $? 0 "ends well"

if find_plugins; then
	# shellcheck disable=SC2016
	fails_with 1 "netfilter ipv4 input, priority 0: this kernel cannot replace the program of such a link" \
		"a program that is to be replaced" in_ns "$NS_B" bash -c 'sleep 1 | "$0" "$@"' \
		"$TEST_BIN_DIR/replaceloop" "$TEST_OBJ_DIR/test.bpf.o" look ipv4 hook=input family=ipv4
else
	skip "a program that is to be replaced" "$NO_PLUGINS"
fi

run_unit "$(unit hooks 1 "hook = input" "hook = forward" "family = ipv6" "netns = t1-*")" || bail "hooks"
is "$(cleat list links | grep -cE 'family=ipv6 hook=(input|forward)')" 4 \
	"several hooks in several namespaces"
stop_run

# --- who is there: in this namespace, where the kernel says so ---

listed() { in_ns "$1" "$CLEAT" list attached netfilter hook=input "${@:2}"; }
IN_NS=$NS_A run_unit "$(unit theirs 1 "hook = input" "family = ipv4" "priority = 7")" || bail theirs
theirs=$RUN_PID
IN_NS=$NS_B run_unit "$(unit late 1 "hook = input" "family = inet" "priority = 9")" || bail late
late=$RUN_PID
IN_NS=$NS_B run_unit "$(unit early 1 "hook = input" "family = ipv4" "priority = -9")" || bail early
if have_hook netfilter_hooks; then
	is "$(listed "$NS_B" | grep -o 'priority=[-0-9]*' | tr '\n' ' ')" "priority=-9 priority=9 priority=9 " \
		"those of a namespace, by priority"
	like "$(listed "$NS_A")" ' look +[1-9][0-9]* +family=ipv4 priority=7' "with their links"
	is "$(listed "$NS_A" "netns=$NS_B" family=ipv6 | grep -o 'family=.*')" "family=ipv6 priority=9" \
		"of another namespace, and of one family"
	is "$(listed "$NS_A" | grep -c look)" 1 "and of no other"
else
	skip "those of a namespace" "$HOOK_REASON"
	is "$(listed "$NS_A" family=ipv4 | grep -o 'priority=.*' | tr '\n' ' ')" \
		"priority=-9 netns=? priority=7 netns=? priority=9 netns=? " \
		"where the kernel does not say of which namespace, all are listed, and that is said"
fi
fails_with 1 "no network namespace 'nowhere'" "no such namespace" listed "$NS_A" netns=nowhere
stop_run
stop_run "$late"
stop_run "$theirs"

# --- fragments ---

big() { answers "$NS_A" "$IP4_B" -s 4000; }
IN_NS=$NS_B run_unit "$(unit pieces 1 "hook = prerouting" "family = ipv4" "priority = -390")" || bail pieces
succeeds "a ping in three pieces" big
is "$(global ipv4)" 3 "is seen three times"
stop_run
if IN_NS=$NS_B run_unit "$(unit whole 1 "hook = prerouting" "family = ipv4" "priority = -390" \
	"defrag = yes")"; then
	succeeds "defrag: the same ping" big
	is "$(global ipv4)" 1 "defrag: is seen once"
	like "$(cleat list links)" 'priority=-390 defrag=yes' "defrag: described"
	stop_run
elif grep -q 'fragments together' "$RUN_ERR"; then
	skip "defrag" "$(grep -o 'this kernel.*' "$RUN_ERR")"
else
	not_ok "defrag" "$(<"$RUN_ERR")"
fi

# --- what is wrong is said once ---

fails_with 1 "'filtr' is no priority.*did you mean 'filter'" "no such priority" \
	cleat check "$(unit bad 1 "hook = input" "priority = filtr")"
fails_with 1 "'filter 10' is no priority" "nearly a priority" \
	cleat check "$(unit bad 1 "hook = input" "priority = filter 10")"
fails_with 1 "'4294967296' is no priority" "too high a priority" \
	cleat check "$(unit bad 1 "hook = input" "priority = 4294967296")"
fails_with 1 "priority -500 is before fragments" "too early for defrag" \
	cleat check "$(unit bad 1 "hook = input" "priority = -500" "defrag = yes")"
fails_with 1 "'hook': 'ingress' is none of: prerouting" "no such hook" \
	cleat check "$(unit bad 1 "hook = ingress")"
fails_with 1 "'hook' is missing" "no hook" cleat check "$(unit bad 1)"
is "$(in_b run "$(unit bad 1 "hook = input" "netns = nowhere")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
done_testing
