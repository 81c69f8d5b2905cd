#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_skb plugin: a program denies what the processes of a cgroup send, or
# counts what they receive; by link and by the older ways; several cgroups;
# what does not go together.
. "$TEST_LIB"

new_netns
new_cgroup
cg=$CGROUP
root=$(cgroup2_mount)
ping_in() { in_cgroup "$1" nsenter --net="/run/netns/$NS_A" ping -c 1 -W "$PING_WAIT" "$IP4_B"; }
ping_cg() { ping_in "$cg"; }
denied() { silent ping_in "${1-$cg}"; }

# unit NAME PROGRAM VERDICT [KEY=VALUE...]
unit() {
	local name=$1 program=$2 verdict=$3 p line
	shift 3
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		for p in sending receiving either; do
			if [ $p != "$program" ]; then printf '[program %s]\nload = no\n' $p; fi
		done
		echo "[attach $program]"
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}
at_least() { [ "$(global "$1")" -ge "$2" ]; }

succeeds "the cgroup may ping" ping_cg

# denies WHAT PROGRAM LINK KEY=VALUE...
denies() {
	local what=$1 program=$2 wanted=$3 links
	shift 3
	if ! run_unit "$(unit deny "$program" 0 "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	succeeds "$what: denied" denied
	succeeds "$what: other cgroups are not concerned" answers "$NS_A" "$IP4_B"
	links=$(cleat list links --json)
	if [ "$wanted" = none ]; then
		is "$(grep -c "$cg\"" <<<"$links")" 0 "$what: it is no link"
	else
		like "$links" "\"cgroup\":\"$cg\",\"direction\":\"$wanted\"" "$what: what is listed"
	fi
	stop_run
	is $? 0 "$what: ends well"
	succeeds "$what: allowed again" ping_cg
}

have_hook cgroup_link
link=$?
if [ $link = 0 ]; then
	denies "link, egress" sending egress "cgroup = $cg"
	denies "link, ingress" receiving ingress "cgroup = $cg" "mode = link"
	denies "direction by key" either egress "cgroup = $cg" "direction = egress"
else
	skip "links" "$HOOK_REASON"
	denies "auto" sending none "cgroup = $cg"
fi
denies "relative path" sending "$(if [ $link = 0 ]; then echo egress; else echo none; fi)" \
	"cgroup = ${cg#"$root"/}"
for mode in multi override exclusive; do
	denies "$mode" sending none "cgroup = $cg" "mode = $mode"
done

if run_unit "$(unit count receiving 1 "cgroup = $cg")"; then
	ping_cg >/dev/null
	succeeds "what is received is counted" wait_for at_least received 1
	stop_run
fi

ping_often() {
	in_cgroup "$cg" nsenter --net="/run/netns/$NS_A" \
		ping -q -c "$EVENTS" -i 0.01 -W "$PING_WAIT" "$IP4_B" >/dev/null 2>&1
}
all_denied() { EVENTS=100; silent ping_often; }
for mode in link multi override exclusive; do
	if [ $mode != link ] || [ $link = 0 ]; then
		replaces "$mode, replaced" sending sent all_denied -verdict=0 "cgroup=$cg" mode=$mode
	fi
done

# --- several ---

mkdir "$cg/one" "$cg/two" "$cg/other"
if run_unit "$(unit several sending 0 "cgroup = $cg/[ot]*o*" "cgroup = $cg/one/")"; then
	succeeds "globs: one is denied" denied "$cg/one"
	succeeds "globs: two as well" denied "$cg/two"
	succeeds "globs: the cgroup above is not" ping_cg
	stop_run
else
	not_ok "globs" "$(<"$RUN_ERR")"
fi
if run_unit "$(unit below sending 0 "cgroup = $cg")"; then
	succeeds "cgroups below are denied, too" denied "$cg/one"
	stop_run
fi
fails_with 1 "below.ini:.*: error: .*no cgroup '$cg/tow'.*did you mean 'two'" "no such cgroup" \
	cleat run "$(unit below sending 0 "cgroup = $cg/tow")"
fails_with 1 "no cgroup '$cg/x\\*' or like it" "a glob that matches nothing" \
	cleat run "$(unit below sending 0 "cgroup = $cg/x*")"
fails_with 1 "'/tmp' is not a cgroup of version 2" "no cgroup at all" \
	cleat run "$(unit below sending 0 "cgroup = /tmp")"

# --- what does not go together ---

for mode in override exclusive; do
	run_unit "$(unit first sending 1 "cgroup = $cg" "mode = $mode")" || bail "$mode"
	first=$RUN_PID
	fails_with 1 "program [0-9]+ in cgroup '$cg' was attached in mode $mode and does not share" \
		"$mode: another is refused" cleat run "$(unit second sending 0 "cgroup = $cg")"
	if [ $mode = exclusive ]; then
		fails_with 1 "in cgroup '$cg' was attached in mode exclusive" \
			"exclusive: below as well" cleat run "$(unit second sending 0 "cgroup = $cg/one")"
	else
		run_unit "$(unit second sending 0 "cgroup = $cg/one" "mode = override")" || bail below
		succeeds "override: one below decides for itself" denied "$cg/one"
		stop_run
	fi
	stop_run "$first"
done
# In these modes the second takes the place of the first: which must not take it away, then.
run_unit "$(unit first sending 1 "cgroup = $cg" "mode = override")" || bail first
first=$RUN_PID
run_unit "$(unit second sending 0 "cgroup = $cg" "mode = override")" || bail second
stop_run "$first"
is $? 0 "the first ends well"
succeeds "and leaves the second alone" denied
stop_run

# --- order ---

have_hook cgroup_order
order=$?
if [ $order = 0 ]; then
	run_unit "$(unit first sending 1 "cgroup = $cg")" || bail first
	first=$RUN_PID
	like "$(cleat list links --json)" "\"cgroup\":\"$cg\"" "listed"
	if run_unit "$(unit second sending 1 "cgroup = $cg" "before = all")"; then
		ok "before = all"
		stop_run
	else
		not_ok "before = all" "$(<"$RUN_ERR")"
	fi
	fails_with 1 "third.ini:.*: '4000000000' is not attached at $cg" "before what is not there" \
		cleat run "$(unit third sending 1 "cgroup = $cg" "before = 4000000000")"
	fails_with 1 "it is not revision 7777" "a revision that has passed" \
		cleat run "$(unit third sending 1 "cgroup = $cg" "expected-revision = 7777")"
	stop_run "$first"
else
	skip "order" "$HOOK_REASON"
fi

# --- what is wrong is said once ---

fails_with 1 "in which direction.*hint: write 'direction = " "no direction" \
	cleat check "$(unit bad either 0 "cgroup = $cg")"
fails_with 1 "direction ingress, but the section is 'cgroup_skb/egress'" "two directions" \
	cleat check "$(unit bad sending 0 "cgroup = $cg" "direction = ingress")"
fails_with 1 "'cgroup' is missing" "no cgroup" cleat check "$(unit bad sending 0)"
fails_with 1 "'mode': 'single' is none of: auto, link, multi" "a wrong mode" \
	cleat check "$(unit bad sending 0 "cgroup = $cg" "mode = single")"
fails_with 1 "'before' needs a link, not 'mode = multi'" "order without a link" \
	cleat check "$(unit bad sending 0 "cgroup = $cg" "mode = multi" "before = all")"
is "$(cleat run "$(unit bad sending 0 "cgroup = $cg/nothing")" 2>&1 | grep -c error:)" 1 \
	"one message for one mistake"
rmdir "$cg/one" "$cg/two" "$cg/other"
done_testing
