#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# apply where a program cannot be attached: another one takes its place, or it is left out, as the unit says; nothing of
# the first is left, a later change may bring it back, and where nothing else is left all is as it was.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"

requires_hook xdp_link cgroup_link

ROOT=/sys/fs/bpf/cleat
new_netns
new_cgroup

# chain VERSION [LINES]: the unit, with the alternatives in their order
chain() {
	printf '[object]\npath = applyelse.bpf.o\n[global version]\nvalue = %s\n[program newest]\nfallback = newer\n[program newer]\nfallback = oldest\n[attach newest]\ninterface = %s\n[attach newer]\ninterface = %s\n[attach oldest]\ncgroup = %s\n%s\n' \
		"$1" "$IF_A" "$IF_A" "$CGROUP" "${2-}" | test_unit chain
}
# also PROGRAM: it is to be attached where it cannot be, too
also() { printf '[attach %s taken]\ninterface = lo\n' "$1"; }
here() { in_ns "$NS_A" "$CLEAT" "$@"; }
ran() { here map get "$ROOT/${2-chain}/maps/ran" "$1" | sed 's/.*-> //'; }
knock() { in_ns "$NS_B" ping -c 1 -W 0.3 "$IP4_A" >/dev/null 2>&1; }
# counts PROGRAM: does it, as packets come
counts() {
	local before
	before=$(ran "$1" "${2-chain}")
	knock
	[ "$(ran "$1" "${2-chain}")" -gt "$before" ]
}
pinned() { (cd "$ROOT/${1-chain}" && find programs links -type f | sort | tr '\n' ' '); }
link_of() { here show link "$ROOT/chain/links/$1" --json | grep -o '"id":[0-9]*' | head -n 1; }
nothing_to_do() { here plan --quiet --exit-code "$unit" && here status --quiet "$unit"; }

hold=$(test_unit hold <<END
[object]
path = applyelse.bpf.o
[attach newest]
interface = lo
END
)
succeeds "an interface that is taken" here apply "$hold"

# --- another in its place --------------------------------------------------------
unit=$(chain 1 "$(also newest)")
like "$(here plan "$unit")" "program newest \\(or else 'newer'\\).*program newer \\(only without 'newest', or else 'oldest'\\).*program oldest \\(only without 'newer'\\)" \
	"plan names the alternatives"
like "$(here plan "$unit")" "link newer: .*\\(only without 'newest', or else 'oldest'\\)" "and those of a link"
here apply "$unit" >"$TEST_TMP/out" 2>&1
is $? 0 "apply, where the first cannot be attached" "$(<"$TEST_TMP/out")"
like "$(<"$TEST_TMP/out")" "chain.ini:[0-9]*: note: .*'lo' has an XDP program already" "the reason is a note"
is "$(pinned)" "links/newer programs/newer " "the second is there, and alone"
succeeds "it runs" wait_for counts 1
# While it was tried a packet may have come.
before=$(ran 0)
knock
is "$(ran 0)" "$before" "the first does not"
succeeds "there is nothing more to do" nothing_to_do

link=$(link_of newer)
unit=$(chain 2 "$(also newest)")
succeeds "another version" here apply "$unit"
is "$(pinned) $(link_of newer)" "links/newer programs/newer  $link" "the second again, at the same link"
succeeds "which runs" wait_for counts 1
succeeds "there is nothing to do" nothing_to_do

# --- the first comes back, and goes ----------------------------------------------
unit=$(chain 2)
succeeds "a unit whose first can be attached" here apply "$unit"
is "$(pinned) $(link_of newer)" "links/newer programs/newest  $link" "it has taken the link of the second"
succeeds "it runs" wait_for counts 0
succeeds "there is nothing to do" nothing_to_do

unit=$(chain 2 "$(also newest)")
succeeds "and one where it cannot, again" here apply "$unit"
is "$(pinned) $(link_of newer)" "links/newer programs/newer  $link" "the second has the link"
succeeds "it runs" wait_for counts 1
succeeds "there is nothing to do" nothing_to_do

unit=$(chain 2 "$(also newest)
$(also newer)")
succeeds "where neither can be attached" here apply "$unit"
is "$(pinned)" "links/oldest programs/oldest " "the third is there, and alone"
in_cgroup "$CGROUP" bash -c ': >/dev/udp/127.0.0.1/9'
is "$([ "$(ran 2)" -ge 1 ] && echo ran)" ran "it runs"
is "$(in_ns "$NS_A" ip link show "$IF_A" | grep -c xdp)" 0 "and nothing is where the others would be"
succeeds "there is nothing to do" nothing_to_do

# --- none ------------------------------------------------------------------------
unit=$(chain 3 "$(also newest)
$(also newer)
[attach oldest nowhere]
cgroup = $CGROUP/nowhere")
fails_with 1 "chain.ini:[0-9]+: error: " "where none can be" here apply "$unit"
is "$(pinned)" "links/oldest programs/oldest " "all is as it was"
in_cgroup "$CGROUP" bash -c ': >/dev/udp/127.0.0.1/9'
is "$([ "$(ran 2)" -ge 2 ] && echo ran)" ran "and runs"
succeeds "remove" here remove chain

# --- what may be left out --------------------------------------------------------
unit=$(test_unit maybe <<END
[object]
path = applyelse.bpf.o
[program newest]
required = no
[attach newest]
interface = $IF_A
$(also newest)
END
)
like "$(here plan "$unit")" "link newest: .*\\(or not at all\\)" "plan says what may be left out"
here apply "$unit" >"$TEST_TMP/out" 2>&1
is $? 0 "a program that need not be everywhere" "$(<"$TEST_TMP/out")"
like "$(<"$TEST_TMP/out")" "maybe.ini:[0-9]*: warning: .*'lo' has an XDP program already" "where it is not, is a warning"
is "$(pinned maybe)" "links/newest programs/newest " "it is where it can be"
succeeds "and runs" wait_for counts 0 maybe
succeeds "there is nothing to do" nothing_to_do
succeeds "remove" here remove --all
is "$(find "$ROOT" -mindepth 1 2>/dev/null)" "" "nothing is left"
done_testing
