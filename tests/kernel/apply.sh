#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# plan, apply, status, remove: what units say is made, stays, is changed in place, found again when it was
# disturbed, put back when a change fails, and taken away.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

ROOT=/sys/fs/bpf/cleat
new_netns

# edge [LINES]: a unit with a program at our end of the wire, and LINES
edge() {
	printf '[object]\npath = apply.bpf.o\n[program sockets]\nload = no\n[attach door]\ninterface = %s\n%s\n' \
		"$IF_A" "${1-}" | test_unit edge
}
here() { in_ns "$NS_A" "$CLEAT" "$@"; }
knock() { in_ns "$NS_B" ping -c "${1-1}" -i 0.01 -W 0.3 "$IP4_A" >/dev/null 2>&1; }
link_id() { here list links --json | sed -n 's/.*"id":\([0-9]*\).*"name":"door".*/\1/p'; }
program_id() { here list links --json | sed -n 's/.*"program":\([0-9]*\).*"name":"door".*/\1/p'; }
entry() { here map get "$ROOT/edge/maps/seen" "$1" 2>/dev/null | sed 's/.*-> //'; }
made() { if [ -e "$ROOT" ]; then find "$ROOT"; fi; }
steps() { here plan --json "$@" | grep -o '"action":"[a-z]*","unit":"[a-z]*","kind":"[a-z]*","name":"[^"]*"' |
	sed 's/"[a-z]*":"\([^"]*\)"/\1/g; s/,/ /g'; }

# --- it is made, and stays -------------------------------------------------------

unit=$(edge '[map seen]
entry = 1 -> 0')
is "$(steps "$unit" | tr '\n' ';')" \
	"create edge map .rodata;create edge map .bss;create edge map seen;create edge program door;create edge link door;" \
	"plan: all of a new unit"
is "$(made)" "" "and nothing was made by planning"
is "$(here status --json "$unit" | grep -o '"state":"[a-z]*"')" '"state":"new"' "status: new"
succeeds "apply" here apply "$unit"
knock 2
is "$([ "$(entry 1)" -ge 2 ] && echo counted)" counted "the program runs after the command ended"
is "$(steps "$unit")" "" "a second plan has nothing to do"
succeeds "a second apply" here apply "$unit"
succeeds "status: applied" here status --quiet "$unit"

# --- changed in place ------------------------------------------------------------

link=$(link_id) program=$(program_id) before=$(entry 1)
unit=$(edge '[map seen]
entry = 1 -> 0
[global verdict]
value = 1')
succeeds "apply with another constant" here apply "$unit"
is "$(link_id)" "$link" "the link is the same"
is "$([ "$(program_id)" != "$program" ] && echo another)" another "its program is another"
if knock; then not_ok "packets are dropped now"; else ok "packets are dropped now"; fi
is "$([ "$(entry 1)" -ge "$before" ] && echo kept)" kept "the map kept its entry"

unit=$(edge '[map seen]
entry = 1 -> 0
max-entries = 64')
before=$(entry 1)
like "$(here plan "$unit")" "max-entries 16, flags 0 -> hash, key 4, value 8, max-entries 64.*its entries are copied" \
	"plan: a map that grows"
succeeds "apply with a map that grows" here apply "$unit"
is "$([ "$(entry 1)" -ge "$before" ] && echo copied)" copied "it has the entries of the old one"
if knock; then ok "packets pass again"; else not_ok "packets pass again"; fi

here map set "$ROOT/edge/maps/seen" 7 70
unit=$(edge '[map seen]
entry = 2 -> 20
max-entries = 64')
program=$(program_id)
is "$(steps "$unit")" "update edge entries seen" "plan: other entries alone"
succeeds "apply with other entries" here apply "$unit"
is "$(entry 1) $(entry 2) $(entry 7)" " 20 70" "what the unit had went, what it has came, the rest stays"
is "$(program_id)" "$program" "the program was not touched"

# --- disturbed from outside ------------------------------------------------------

rm "$ROOT/edge/links/door"
is "$(steps "$unit")" "create edge link door" "a link that is gone is seen"
fails_with 1 "" "status says so by its exit status" here status --quiet "$unit"
succeeds "and made again" here apply "$unit"
is "$(program_id)" "$program" "with the program that was there"
ip -n "$NS_A" link del "$IF_A"
fails_with 1 "edge.ini:6: error: .*no network interface '$IF_A'" "an interface that is gone" here apply "$unit"
ip -n "$NS_A" link add "$IF_A" type veth peer name "$IF_B" netns "$NS_B"
is "$(steps "$unit")" "create edge link door" "an interface that is back: its link is to be made"
succeeds "and is" here apply "$unit"
is "$(steps "$unit")" "" "and that was all"

# --- all or nothing --------------------------------------------------------------

ip -n "$NS_A" link set "$IF_A" up
second=$(printf '[object]\npath = apply.bpf.o\n[program sockets]\nload = no\n[attach door]\ninterface = lo\n' | test_unit second)
ln "$second" "$TEST_TMP/first.ini"
succeeds "an interface that is taken" here apply "$TEST_TMP/first.ini"
link=$(link_id) program=$(program_id) tree=$(find "$ROOT" | sort)
dump=$(here map dump "$ROOT/edge/maps/seen" | sort)
edge '[map seen]
entry = 3 -> 30
max-entries = 64
[global verdict]
value = 1' >/dev/null
fails_with 1 "second.ini:6: error: .*'lo' has an XDP program already" \
	"two units, and the second cannot be attached" here apply "$unit" "$second"
is "$(link_id) $(find "$ROOT" | sort)" "$link $tree" "links and pins are as before"
is "$(here map dump "$ROOT/edge/maps/seen" | sort)" "$dump" "the entries, too"
is "$(program_id)" "$program" "and the program"
edge '[map seen]
entry = 2 -> 20
max-entries = 64' >/dev/null
is "$(steps "$unit")" "" "the plan of what was there is empty again"

hash=$(here plan "$second" | sed -n 's/^plan //p')
fails_with 1 "the plan is another now" "a plan that is not the one that was seen" here apply --plan "$hash" "$unit"

succeeds "remove" here remove first

# --- taken away ------------------------------------------------------------------

fails_with 1 "unit 'edgy' is not applied.*did you mean 'edge'" "remove: a wrong name" here remove edgy
succeeds "remove" here remove edge
is "$(made)" "" "nothing is pinned any more"
is "$(link_id)" "" "and no link is left"
succeeds "remove --all, when there is nothing" here remove --all
is "$(made)" "" "leaves nothing, either"
fails_with 2 "which unit" "remove wants a name" here remove

done_testing
