#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# cleat attach: what a unit would say, on the command line. Programs run while it does, or as long as
# their pins are there; and what cannot be done leaves nothing behind.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_hook tracepoint xdp_link
object=$TEST_OBJ_DIR/attach.bpf.o
new_netns
new_bpffs

# --- until it is interrupted ------------------------------------------------------------------

if start_cleat attach "$object" kills global "only=$$"; then
	ok "a program is attached"
	like "$(<"$RUN_ERR")" "^attached kills: tracepoint syscalls/sys_enter_kill(, without a link)?$" "and that is said"
	kill -0 $$
	kill -0 $$
	succeeds "what it logs is printed" wait_for file_has "$RUN_OUT" "info  attach: 2 kills"
	stop_run
	is $? 0 "it ends well when interrupted"
	is "$(wc -l <"$RUN_ERR")" 1 "and says nothing more"
else
	not_ok "a program is attached" "$(<"$RUN_ERR")"
fi
leaves_nothing "nothing is left of it"

start_cleat attach --json "$object" global "only=$$"
is "$(sed -E 's/"id":[0-9]+/"id":N/; s/"id":null/"id":N/' "$RUN_OUT")" \
	"{\"object\":\"$object\",\"links\":[{\"program\":\"kills\",\"what\":\"$(
		sed -nE 's/.*"what":"([^"]*)".*/\1/p' "$RUN_OUT")\",\"id\":N,\"pin\":null}]}" \
	"all programs whose sections say where, as JSON"
kill -0 $$
succeeds "and records as JSON" wait_for file_has "$RUN_OUT" '"message": ?"1 kills"|"1 kills"'
stop_run

start_cleat attach --log-level off --quiet "$object" kills global "only=$$"
kill -0 $$
stop_run -s TERM
is "$(cat "$RUN_OUT" "$RUN_ERR")" "" "--log-level off and --quiet: not a word"

IN_NS=$NS_B start_cleat attach "$object" drop "interface=$IF_B" mode=generic
succeeds "keys as in [attach]: packets are dropped" silent answers "$NS_A" "$IP4_B"
stop_run
succeeds "and answered when it has gone" answers "$NS_A" "$IP4_B"

# --- pinned -----------------------------------------------------------------------------------

pin=$BPFFS/here/drop
succeeds "--pin ends at once" in_ns "$NS_B" "$CLEAT" attach --pin "$BPFFS/here" "$object" drop "interface=$IF_B"
like "$(<"$TEST_TMP/.out")" "attached drop: xdp on $IF_B, .*, pinned at $pin\$" "and says where the pin is"
succeeds "the program stays" silent answers "$NS_A" "$IP4_B"
like "$(in_ns "$NS_B" "$CLEAT" show link "$pin")" "interface +$IF_B" "its link can be shown"
fails_with 1 "error: .*cannot pin .*file exists" "a pin that is there is not replaced" \
	in_ns "$NS_A" "$CLEAT" attach --pin "$BPFFS/here" "$object" drop "interface=$IF_A"
succeeds "and stays as it was" silent answers "$NS_A" "$IP4_B"
rm -r "$BPFFS/here"
succeeds "without the pin it goes" wait_for answers "$NS_A" "$IP4_B"

fails_with 1 "error: .*cannot be pinned.*hint: " "what has no link cannot be pinned" \
	in_ns "$NS_B" "$CLEAT" attach --pin "$BPFFS/there" "$object" drop "interface=$IF_B" via=netlink
if [ -e "$BPFFS/there" ]; then not_ok "nor is a directory left"; else ok "nor is a directory left"; fi
succeeds "and is not attached" answers "$NS_A" "$IP4_B"

# --- what cannot be done ------------------------------------------------------------------------

# refused STATUS REGEX WHAT ARGUMENTS...: one message
refused() {
	local status=$1 regex=$2 what=$3
	shift 3
	fails_with "$status" "$regex" "$what" in_ns "$NS_B" "$CLEAT" attach "$@"
	is "$(grep -cE '(error|^cleat): ' "$TEST_TMP/.out")" 1 "$what: one message"
}
refused 1 "no program 'dorp'.*did you mean 'drop'" "a program that is not there" "$object" dorp
refused 2 "has several programs: which one" "keys and no program" "$object" "interface=$IF_B"
refused 1 "unknown key 'interfaec'.*did you mean 'interface'" "an unknown key" "$object" drop "interfaec=$IF_B"
refused 1 "'interface'" "a key that is missing" "$object" drop
refused 1 "no network interface 'eht0'" "a target that is not there" "$object" drop interface=eht0
refused 1 "no map 'nubmers'.*did you mean 'numbers'" "a map that is not there" "$object" kills map nubmers max-entries=8
refused 1 "nothing to attach: no section name says where" "nowhere to attach to" "$TEST_OBJ_DIR/apply.bpf.o"
refused 1 "not_a_bpffs" "pins elsewhere" --pin "$TEST_TMP/not_a_bpffs" "$object" drop "interface=$IF_B"
succeeds "nothing is attached" answers "$NS_A" "$IP4_B"
leaves_nothing "nothing is left"
done_testing
