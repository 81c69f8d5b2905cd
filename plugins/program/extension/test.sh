#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The extension plugin: a function of another program is replaced: of the same
# object, by id, by pin; the packets that it drops then.
. "$TEST_LIB"

# unit NAME PROGRAM|none [KEY=VALUE...]: the extension, with these keys in [program]
unit() {
	local name=$1 program=$2 p line
	shift 2
	{
		printf '[object]\npath = test.bpf.o\n'
		printf '[program gate]\nload = %s\n' "${gate-yes}"
		if [ "${gate-yes}" = yes ]; then printf '[attach gate]\ninterface = %s\n' "$IF_B"; fi
		for p in drop anything; do
			printf '[program %s]\n' $p
			if [ $p = "$program" ]; then
				echo 'load = yes'
				for line in "$@"; do echo "$line"; done
			else
				echo 'load = no'
			fi
		done
	} | test_unit "$name"
}

new_netns
fails_with 1 "one of these keys is missing: 'target', 'program'|does not say which program" "no target" \
	cleat check "$(unit bad drop)"
fails_with 1 "no program 'gato'.*did you mean 'gate'" "no such program" \
	cleat check "$(unit bad drop "target = gato")"
fails_with 1 "exclude each other" "two targets" \
	cleat check "$(unit bad drop "target = gate" "program = 7")"
fails_with 1 "cannot extend itself" "itself" cleat check "$(unit bad drop "target = drop")"
fails_with 1 "which function of program '7'.*function = NAME" "no function" \
	cleat check "$(unit bad anything "program = 7")"
fails_with 1 "neither an id nor a path" "neither id nor path" \
	cleat run "$(gate=no unit bad drop "program = gate")"

if ! have_hook extension; then
	is "$(IN_NS=$NS_B in_ns "$NS_B" "$CLEAT" run "$(unit bad drop "target = gate")" 2>&1 |
		grep -c 'error:')" 1 "refused: one message"
	skip "extensions" "$HOOK_REASON"
	done_testing
	exit
fi

ping_b() { answers "$NS_A" "$IP4_B"; }
denied() { silent ping_b; }
succeeds "packets pass" ping_b

# drops WHAT PROGRAM KEY=VALUE...
drops() {
	local what=$1 links
	shift
	if ! IN_NS=$NS_B run_unit "$(unit drops "$@")"; then
		not_ok "$what: attached" "$(<"$RUN_ERR")"
		return
	fi
	succeeds "$what: packets are dropped" denied
	succeeds "$what: by the program that was asked" global_reaches dropped 1
	links=$(cleat list links --json)
	like "$links" '"plugin":"extension"' "$what: it is listed"
	stop_run
	is $? 0 "$what: ends well"
	succeeds "$what: packets pass again" ping_b
}
drops "a function, by section" drop "target = gate"
drops "a function, by key" anything "target = gate" "function = decide"
drops "a whole program" anything "target = gate"

# --- a program that is there already ---

IN_NS=$NS_B run_unit "$(unit first none)" || bail "the program alone"
first=$RUN_PID
id=$(cleat list programs --json | sed -n 's/.*"id":\([0-9]*\),"name":"gate".*/\1/p' | tail -n 1)
gate=no
if IN_NS=$NS_B run_unit "$(unit second drop "program = $id")"; then
	succeeds "by id: packets are dropped" denied
	fails_with 1 "function 'decide' of program '$id' is replaced already" "a second is refused" \
		cleat run "$(unit third drop "program = $id")"
	stop_run
	is $? 0 "by id: ends well"
	succeeds "by id: packets pass again" ping_b
else
	not_ok "by id" "$(<"$RUN_ERR")"
fi
fails_with 1 "has no function 'decode'" "no such function" \
	cleat run "$(unit bad anything "program = $id" "function = decode")"
fails_with 1 "cannot open program '4000000000'" "no such id" \
	cleat run "$(unit bad drop "program = 4000000000")"
fails_with 1 "cannot open program '/sys/fs/bpf/none'" "no such pin" \
	cleat run "$(unit bad drop "program = /sys/fs/bpf/none")"
stop_run "$first"
done_testing
