#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# XDP programs that share an interface under a dispatcher: they run in the order of their priorities, a result
# that is not in the chain ends it, units come and go one by one, and libxdp's own tool sees them, adds its own and
# takes away what is there.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

new_netns
ROOT=/sys/fs/bpf/cleat
PINS=/sys/fs/bpf/xdp

# unit NAME PROGRAM KEYS [LINES]: loads and attaches this program of the object alone
unit() {
	local other lines=''
	for other in early late plain trims pieces; do
		lines+="[program $other]"$'\n'"load = $([ "$other" = "$2" ] && echo yes || echo no)"$'\n'
	done
	printf '[object]\npath = dispatcher.bpf.o\n%s[attach %s]\ninterface = %s\n%b\n%b' \
		"$lines" "$2" "$IF_B" "$3" "${4-}" | test_unit "$1"
}
here() { in_ns "$NS_B" "$CLEAT" "$@"; }
ping_b() { answers "$NS_A" "$IP4_B"; }
# pings UNIT PROGRAM: how many it has counted
pings() { here map dump "$ROOT/$1/maps/%2ebss" | grep -o "$2_pings[^0-9]*[0-9]*" | grep -o '[0-9]*$'; }
# under: the programs of the dispatcher, each with its priority and chain, as cleat lists them
under() {
	here list attached xdp "interface=$IF_B" --json | grep -o '{[^{]*"program":[^}]*' |
		sed -n 's/.*"priority":\([0-9]*\),"chain_call":"\([^"]*\)".*/\1 \2/p' | tr '\n' ';'
}
folders() { if [ -d $PINS ]; then find $PINS -mindepth 1 -maxdepth 1 -type d | wc -l; else echo 0; fi; }
bare() { ! ip -n "$NS_B" -d link show dev "$IF_B" | grep -q 'prog/xdp\|xdpgeneric'; }

# --- what can be known before anything is loaded ---

refuses() { fails_with 1 "$1" "$2" here check "$(unit bad early "$3")"; }
refuses "bad.ini:[0-9]+: error: .*'chain-call': 'droop' is none of.*did you mean 'drop'" "a wrong result" 'chain-call = droop'
refuses "'none' excludes the others" "none, and more" 'chain-call = none\nchain-call = drop'
refuses "'priority' needs a dispatcher" "a priority, alone" 'dispatcher = no\npriority = 5'
refuses "'priority' is more than 4294967295" "a priority that is too large" 'priority = 4294967296'
refuses "no dispatcher in mode offload" "offload" 'priority = 5\nmode = offload\ndevice = lo'
refuses "for one device has no dispatcher" "a device" 'priority = 5\ndevice = lo'
refuses "attached by netlink, so that all can replace it" "by a link" 'priority = 5\nvia = link'

if ! have_hook extension; then
	said=$(here run "$(unit alone early 'dispatcher = yes')" 2>&1)
	is "$(grep -c 'error:' <<<"$said")" 1 "refused: one message"
	succeeds "and nothing is left" bare
	is "$(folders)" 0 "and nothing is pinned"
	skip "programs under a dispatcher" "$HOOK_REASON"
	done_testing
	exit
fi

# --- one program, as long as its process ---

if IN_NS=$NS_B run_unit "$(unit alone early 'dispatcher = yes' '[global early_action]\nvalue = 1\n')"; then
	like "$(<"$RUN_ERR")" "under a dispatcher, priority 10" "the object says its priority"
	succeeds "a program under a dispatcher drops" silent ping_b
	is "$(under)" "10 pass tx;" "it is listed, with what the object says"
	is "$(folders)" 1 "it is pinned as others expect it"
	stop_run
	is $? 0 "and ends well"
else
	not_ok "a program under a dispatcher" "$(<"$RUN_ERR")"
fi
succeeds "the interface is bare again" bare
is "$(folders)" 0 "no folder is left"
succeeds "and pings pass" ping_b

# --- two units, one interface ---

first=$(unit first early 'dispatcher = yes')
second=$(unit second late 'dispatcher = yes\npriority = 20')
succeeds "two units at one place are no conflict" here plan "$first" "$second"
like "$(here plan --json "$first")" '"way":"dispatcher"' "plan says the way"
succeeds "both are applied" here apply "$first" "$second"
is "$(under)" "10 pass tx;20 none;" "they are in the order of their priorities"
is "$(folders)" 1 "under one dispatcher"
ping_b >/dev/null
one=$(pings first early) two=$(pings second late)
if [ "${one:-0}" -ge 1 ] && [ "$one" = "$two" ]; then ok "both see packets"; else not_ok "both see packets" "$one $two"; fi
is "$(here plan --json "$first" "$second" | grep -c '"action"')" 0 "applied twice, nothing changes"
here apply "$first" "$second" >/dev/null 2>&1
is "$(under)" "10 pass tx;20 none;" "and nothing did"

# The first drops: that is not in its chain. Then it is.
first=$(unit first early 'dispatcher = yes' '[global early_action]\nvalue = 1\n')
succeeds "another program takes the first's place" here apply "$first" "$second"
is "$(under)" "10 pass tx;20 none;" "where it was"
two=$(pings second late)
succeeds "what the first drops" silent ping_b
is "$(pings second late)" "$two" "the second does not see"
first=$(unit first early 'dispatcher = yes\nchain-call = drop\nchain-call = pass' '[global early_action]\nvalue = 1\n')
succeeds "its chain is another" here apply "$first" "$second"
is "$(under)" "10 drop pass;20 none;" "as is listed"
succeeds "now the second decides" ping_b
two_now=$(pings second late)
if [ "$two_now" -gt "$two" ]; then ok "and it has seen it"; else not_ok "and it has seen it" "$two_now"; fi
second=$(unit second late 'dispatcher = yes\npriority = 5')
succeeds "the order is turned" here apply "$first" "$second"
is "$(under)" "5 none;10 drop pass;" "as is listed, too"
succeeds "the last one drops" ping_b

# --- one that has the interface alone is in the way, and is told how to let others in ---

fails_with 1 "only one can be there" "not everybody shares" \
	here plan "$(unit alone early 'dispatcher = no')" "$second"
fails_with 1 "'$IF_B' has an XDP program already: .*hint: 'dispatcher = yes' lets it run beside" \
	"who does not share is told" here run "$(unit third plain '')"
succeeds "a third, which changes packets" here apply "$first" "$second" "$(unit third trims 'dispatcher = yes')"
is "$(under)" "5 none;10 drop pass;50 pass;" "has what holds for all"
succeeds "is removed" here remove third
is "$(under)" "5 none;10 drop pass;" "and the others stay"
succeeds "all are removed" here remove first second
succeeds "nothing is at the interface" bare
is "$(folders)" 0 "nothing is pinned"

# --- from an interface alone to one that is shared, and back when that fails ---

first=$(unit first early 'dispatcher = no')
succeeds "alone" here apply "$first"
first=$(unit first early 'dispatcher = yes')
succeeds "one that was alone shares" here apply "$first" "$(unit another late 'dispatcher = yes')"
is "$(under)" "10 pass tx;90 none;" "and both are there"
here remove first another >/dev/null 2>&1

# --- packets in pieces ---

ip -n "$NS_A" link set dev "$IF_A" mtu 8000
ip -n "$NS_B" link set dev "$IF_B" mtu 8000
pieces=$(unit pieces pieces 'dispatcher = yes\nmode = native')
if grep -q bpf_xdp_get_buff_len /proc/kallsyms; then
	succeeds "a dispatcher of such programs takes large packets" here apply "$pieces"
	fails_with 1 "'$IF_B': its MTU of 8000 is too large for program 'early', .*hint: .*xdp.frags" \
		"a program that does not is refused" here apply "$pieces" "$(unit first early 'dispatcher = yes')"
	is "$(under)" "50 pass;" "and nothing has changed"
	is "$(folders)" 1 "nor is anything left of it"
	here remove pieces >/dev/null 2>&1
else
	skip "packets in pieces" "this kernel's packets of XDP are in one piece"
fi
ip -n "$NS_A" link set dev "$IF_A" mtu 1500
ip -n "$NS_B" link set dev "$IF_B" mtu 1500

# --- no more than ten ---

# many NUMBER: a unit with so many programs, the first one last
many() {
	local i
	{
		printf '[object]\npath = dispatcher-many.bpf.o\n'
		for i in 0 1 2 3 4 5 6 7 8 9 10; do
			printf '[program p%d]\nload = %s\n' "$i" "$([ "$i" -lt "$1" ] && echo yes || echo no)"
			if [ "$i" -lt "$1" ]; then
				printf '[attach p%d]\ninterface = %s\npriority = %d\n' "$i" "$IF_B" $((20 - i))
			fi
		done
	} | test_unit many
}
fails_with 1 "the dispatcher of '$IF_B' has 10 programs: it has room for no more" "eleven programs are refused" \
	here apply "$(many 11)"
succeeds "all of them" bare
is "$(folders)" 0 "without a trace"
succeeds "ten are not" here apply "$(many 10)"
is "$(under)" "$(for i in 11 12 13 14 15 16 17 18 19 20; do printf '%d pass;' $i; done)" "and are there in order"
here remove many >/dev/null 2>&1

# --- libxdp's own tool ---

loader() { in_ns "$NS_B" xdp-loader "$@"; }
# load NAME PRIORITY: one of libxdp's
load() { loader load -m native -n "$1" -P "$2" -A XDP_PASS "$IF_B" "$TEST_OBJ_DIR/dispatcher.bpf.o"; }
# listed: what xdp-loader lists, "PRIORITY NAME;"
listed() { loader status "$IF_B" 2>&1 | awk '$1 == "=>" { printf "%s %s;", $2, $3 }'; }
# id_of NAME: as xdp-loader lists it
id_of() { loader status "$IF_B" 2>&1 | awk -v name="$1" '$1 == "=>" && $3 == name { print $4 }'; }

if ! command -v xdp-loader >/dev/null; then
	skip "programs of others under one dispatcher" "there is no xdp-loader here"
	done_testing
	exit
elif ! load plain 30 >"$TEST_TMP/loader" 2>&1 || ! loader status "$IF_B" 2>&1 | grep -q '=>'; then
	loader unload -a "$IF_B" >/dev/null 2>&1
	skip "programs of others under one dispatcher" "xdp-loader makes none here: $(head -n 1 "$TEST_TMP/loader")"
	done_testing
	exit
fi
first=$(unit first early 'dispatcher = yes') second=$(unit second late 'priority = 40')
succeeds "cleat's programs join those of xdp-loader" here apply "$first" "$second"
is "$(under)" "10 pass tx;30 pass;40 none;" "cleat lists all"
is "$(listed)" "10 early;30 plain;40 late;" "so does xdp-loader"
ping_b >/dev/null
one=$(pings first early) two=$(pings second late)
if [ "${one:-0}" -ge 1 ] && [ "$one" = "$two" ]; then ok "all of them run"; else not_ok "all of them run" "$one $two"; fi
is "$(here plan --json "$first" "$second" | grep -c '"action"')" 0 "there is nothing to do for cleat"
like "$(here status "$first" 2>&1)" "plain" "cleat shows whom it shares the interface with"
succeeds "xdp-loader takes its own away" loader unload -i "$(id_of plain)" "$IF_B"
is "$(under)" "10 pass tx;40 none;" "and cleat's stay"
is "$(here plan --json "$first" "$second" | grep -c '"action"')" 0 "where cleat knows them"
succeeds "xdp-loader joins cleat's" load plain 5
is "$(listed)" "5 plain;10 early;40 late;" "and lists all"
is "$(under)" "5 pass;10 pass tx;40 none;" "so does cleat"
succeeds "cleat replaces one of its own there" \
	here apply "$(unit first early 'dispatcher = yes' '[global early_action]\nvalue = 1\n')" "$second"
succeeds "which drops" silent ping_b
is "$(listed)" "5 plain;10 early;40 late;" "in its place"
succeeds "cleat takes its own away" here remove first second
is "$(listed)" "5 plain;" "and leaves that of xdp-loader"
succeeds "which takes the last away" loader unload -a "$IF_B"
succeeds "the interface is bare" bare
is "$(folders)" 0 "and nothing is pinned"
here apply "$first" >/dev/null 2>&1
succeeds "xdp-loader takes cleat's away" loader unload -a "$IF_B"
like "$(here plan "$first")" "it is gone" "cleat sees that"
succeeds "and puts it there again" here apply "$first"
is "$(under)" "10 pass tx;" "as it was"
here remove first >/dev/null 2>&1
succeeds "at the end the interface is bare" bare
is "$(folders)" 0 "and nothing is pinned there"
done_testing
