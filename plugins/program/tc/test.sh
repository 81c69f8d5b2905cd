#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tc plugin: programs count and drop pings on a veth pair, coming in and
# going out, by tcx and by clsact; order and priority; a clsact discipline goes
# with what made it, and stays when it is somebody else's.
. "$TEST_LIB"
requires_tool tc

new_netns
ping_b() { answers "$NS_A" "$IP4_B"; }
ping_a() { answers "$NS_B" "$IP4_A"; }
in_b() { in_ns "$NS_B" "$CLEAT" "$@"; }
clsact() { in_ns "$NS_B" tc qdisc show dev "$1" | grep -c clsact; }

# unit NAME PROGRAM VERDICT [KEY=VALUE...]: one program of the object
unit() {
	local name=$1 program=$2 verdict=$3 p line
	shift 3
	{
		printf '[object]\npath = test.bpf.o\n[global verdict]\nvalue = %s\n' "$verdict"
		for p in in out either sort; do
			if [ $p != "$program" ]; then printf '[program %s]\nload = no\n' $p; fi
		done
		echo "[attach $program]"
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

have_hook tcx
tcx=$?

# drops WHAT PROGRAM CONDITION LINK_REGEX KEY=VALUE...
drops() {
	local what=$1 program=$2 condition=$3 wanted=$4 links
	shift 4
	if ! IN_NS=$NS_B run_unit "$(unit drop "$program" 2 "interface = $IF_B" "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	succeeds "$what: pings are dropped" silent "$condition"
	if [ "$(global pings)" -ge 1 ]; then ok "$what: and counted"; else not_ok "$what: and counted"; fi
	links=$(in_b list links --json)
	if [ "$wanted" = none ]; then
		is "$(grep -c "\"interface\":\"$IF_B\"" <<<"$links")" 0 "$what: it is no link"
	else
		like "$links" "$wanted" "$what: what is listed"
	fi
	stop_run
	is $? 0 "$what: ends well"
	succeeds "$what: pings pass again" "$condition"
	is "$(clsact "$IF_B")" 0 "$what: no discipline is left"
}

if [ $tcx = 0 ]; then
	drops "tcx, ingress" in ping_b "\"interface\":\"$IF_B\",\"direction\":\"ingress\""
	drops "tcx, egress" out ping_a "\"interface\":\"$IF_B\",\"direction\":\"egress\"" "via = tcx"
	drops "tcx, direction by key" either ping_a "\"direction\":\"egress\"" "direction = egress"
else
	skip "tcx" "$HOOK_REASON"
	fails_with 1 "no tcx links.*hint: 'via = clsact'" "tcx where there is none" \
		in_b run "$(unit no in 2 "interface = $IF_B" "via = tcx")"
	drops "without tcx" in ping_b none
fi
drops "clsact, ingress" in ping_b none "via = clsact"
drops "clsact, egress" out ping_a none "via = clsact"
drops "clsact, by its keys" either ping_b none "priority = 7" "handle = 3" \
	"direction = ingress"

all_dropped() { hundred_lost "$NS_A" "$IP4_B" >/dev/null; }
if [ $tcx = 0 ]; then
	IN_NS=$NS_B replaces "tcx" in pings all_dropped -verdict=2 "interface=$IF_B" via=tcx
fi
IN_NS=$NS_B replaces "clsact" in pings all_dropped -verdict=2 "interface=$IF_B" via=clsact

# --- clsact ---

IN_NS=$NS_B run_unit "$(unit first in 2 "interface = $IF_B" "priority = 7" "handle = 3")" || bail first
first=$RUN_PID
like "$(in_ns "$NS_B" tc filter show dev "$IF_B" ingress)" "pref 7 .*handle 0x3 in direct-action" \
	"priority and handle"
fails_with 1 "priority 7 at $IF_B, ingress already" "a priority that is taken" \
	in_b run "$(unit second in 2 "interface = $IF_B" "priority = 7" "handle = 3")"
IN_NS=$NS_B run_unit "$(unit second out -1 "interface = $IF_B" "via = clsact")" || bail second
stop_run "$first"
is "$(clsact "$IF_B")" 1 "a discipline that another uses stays"
stop_run
in_ns "$NS_B" tc qdisc del dev "$IF_B" clsact
in_ns "$NS_B" tc qdisc add dev "$IF_B" clsact
IN_NS=$NS_B run_unit "$(unit first in 2 "interface = $IF_B" "via = clsact")" || bail first
stop_run
is "$(clsact "$IF_B")" 1 "so does one that was there before"
is "$(in_ns "$NS_B" tc filter show dev "$IF_B" ingress)" "" "but empty"
in_ns "$NS_B" tc qdisc del dev "$IF_B" clsact

# --- order ---

if [ $tcx = 0 ]; then
	IN_NS=$NS_B run_unit "$(unit first in 2 "interface = $IF_B")" || bail first
	first=$RUN_PID
	# others may have such links elsewhere
	id=$(in_b list links --json | grep "\"interface\":\"$IF_B\"" |
		grep -oE '"type":"tcx","program":[0-9]+' | grep -oE '[0-9]+$')
	IN_NS=$NS_B run_unit "$(unit pass in 0 "interface = $IF_B" "before = $id")" || bail before
	succeeds "before = ID: it passes what the other would drop" ping_b
	stop_run
	IN_NS=$NS_B run_unit "$(unit pass in 0 "interface = $IF_B" "before = all")" || bail before
	succeeds "before = all" ping_b
	stop_run
	IN_NS=$NS_B run_unit "$(unit pass in 0 "interface = $IF_B" "after = $id")" || bail after
	succeeds "after = ID: too late" silent ping_b
	stop_run
	fails_with 1 "has changed: it is not revision 7777" "a revision that has passed" \
		in_b run "$(unit pass in 0 "interface = $IF_B" "expected-revision = 7777")"
	fails_with 1 "before\.ini:.*: '$((id + 100000))' is not attached at $IF_B, ingress" \
		"before a program that is not there" \
		in_b run "$(unit before in 0 "interface = $IF_B" "before = $((id + 100000))")"
	fails_with 1 "cannot open '/sys/fs/bpf/nothing'" "before a pin that is not there" \
		in_b run "$(unit before in 0 "interface = $IF_B" "before = /sys/fs/bpf/nothing")"
	stop_run "$first"
fi

# --- a discipline with classes ---

pings_in() { in_ns "$NS_B" tc -s class show dev "$IF_B" | awk -v c="$1" '/^class/ { on = $3 == c } on && /Sent/ { print $4; exit }'; }
if in_ns "$NS_B" tc qdisc add dev "$IF_B" root handle 1: htb default 1 2>"$TEST_TMP/err"; then
	in_ns "$NS_B" tc class add dev "$IF_B" parent 1: classid 1:1 htb rate 1gbit
	in_ns "$NS_B" tc class add dev "$IF_B" parent 1: classid 1:a htb rate 1gbit
	IN_NS=$NS_B run_unit "$(unit sort sort -1 "interface = $IF_B" "parent = 1:" "classid = 1:a" \
		"direct-action = no" "priority = 5")" || bail "parent: $(<"$RUN_ERR")"
	like "$(cat "$RUN_OUT" "$RUN_ERR")" "tc on $IF_B, parent 1:, by a filter, priority 5" "what is said"
	succeeds "parent: pings pass" ping_a
	is "$(pings_in 1:a)" 1 "and go into the class"
	is "$(clsact "$IF_B")" 0 "no other discipline is made"
	like "$(in_b list attached tc "interface=$IF_B" parent=1: --json)" \
		'"parent":"1:","direct_action":false,"classid":"1:a","priority":5' "it is listed there"
	is "$(in_b list attached tc "interface=$IF_B" --json)" "[]" "and nowhere else"
	stop_run
	is $? 0 "ends well"
	succeeds "without it pings pass" ping_a
	is "$(pings_in 1:a)" 1 "and go where they went before"
	IN_NS=$NS_B run_unit "$(unit drop either 2 "interface = $IF_B" "parent = 1:")" || bail "parent: $(<"$RUN_ERR")"
	succeeds "parent, direct action: pings are dropped" silent ping_a
	in_ns "$NS_B" tc qdisc del dev "$IF_B" root
	stop_run
	is $? 0 "ends well when the discipline is gone"
	# a filter that is changed loses what it is not told again
	all_lost() {
		EVENTS=100
		in_ns "$NS_B" tc filter show dev "$IF_B" parent 1: | grep -q 'flowid 1:b' || return 1
		! in_ns "$NS_B" ping -q -c $EVENTS -i 0.01 -W 1 "$IP4_A" >/dev/null
	}
	in_ns "$NS_B" tc qdisc add dev "$IF_B" root handle 1: htb default 1
	IN_NS=$NS_B replaces "parent" either pings all_lost -verdict=2 "interface=$IF_B" parent=1: classid=1:b
	in_ns "$NS_B" tc qdisc del dev "$IF_B" root
else
	skip "a discipline with classes" "no htb: $(head -n 1 "$TEST_TMP/err")"
fi
fails_with 1 "cannot attach to $IF_B, parent 7: by a filter: " "no such discipline" \
	in_b run "$(unit bad either 0 "interface = $IF_B" "parent = 7:")"
fails_with 1 "'seven' is not MAJOR:MINOR.*hint: numbers in hex" "no class" \
	in_b check "$(unit bad either 0 "interface = lo" "parent = seven")"
fails_with 1 "'classid' goes with 'parent'" "a class of nothing" \
	in_b check "$(unit bad either 0 "interface = lo" "direction = egress" "classid = 1:1")"
fails_with 1 "'parent' is another place than tcx" "two places" \
	in_b check "$(unit bad either 0 "interface = lo" "parent = 1:" "via = tcx")"
fails_with 1 "what comes in passes no queueing discipline" "the other way" \
	in_b check "$(unit bad in 0 "interface = lo" "parent = 1:")"

# --- globs ---

ip -n "$NS_B" link add vc0 type veth peer name vc1
IN_NS=$NS_B run_unit "$(unit globs in 2 "interface = v*" "via = clsact")" || bail globs
is "$(clsact "$IF_B")$(clsact vc0)$(clsact vc1)$(clsact lo)" 1110 "a glob attaches to all that match"
stop_run
is "$(clsact "$IF_B")$(clsact vc0)$(clsact vc1)$(clsact lo)" 0000 "and leaves none"

# --- what is wrong is said once ---

fails_with 1 "no network interface '${IF_B%?}x'.*did you mean '$IF_B'" "no such interface" \
	in_b run "$(unit bad in 0 "interface = ${IF_B%?}x")"
fails_with 1 "in which direction.*hint: write 'direction = " "no direction" \
	in_b check "$(unit bad either 0 "interface = lo")"
fails_with 1 "direction egress, but the section is 'tcx/ingress'" "two directions" \
	in_b check "$(unit bad in 0 "interface = lo" "direction = egress")"
fails_with 1 "'priority' is for 'via = clsact'" "a key of the other way" \
	in_b check "$(unit bad in 0 "interface = lo" "priority = 1" "via = tcx")"
fails_with 1 "'before' is for tcx: filters have 'priority'" "and the other way round" \
	in_b check "$(unit bad in 0 "interface = lo" "before = 1" "via = clsact")"
fails_with 1 "'first' is no id of a program" "before what" \
	in_b check "$(unit bad in 0 "interface = lo" "before = first")"
fails_with 1 "'via': 'tc' is none of: auto, tcx, clsact" "a wrong way" \
	in_b check "$(unit bad in 0 "interface = lo" "via = tc")"
fails_with 1 "'interface' is missing" "no interface" in_b check "$(unit bad in 0)"
is "$(in_b run "$(unit bad in 0 "interface = vv1")" 2>&1 | grep -c error:)" 1 "one message for one mistake"
done_testing
