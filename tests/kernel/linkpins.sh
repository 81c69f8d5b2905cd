#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Pins of links: of each kind of program that this kernel attaches by a link, the link
# is pinned and outlives its process (pinlink.c), is shown by its path in its plugin's
# keys, and goes with its pin. What is attached without a link says that it cannot
# be pinned, and goes with its process.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/kernel/sections.inc
. "$(dirname "${BASH_SOURCE[0]}")/sections.inc"
requires_plugins
new_bpffs
cleat verify --json "$object" >"$TEST_TMP/verdicts" 2>/dev/null

# One for each way of attaching, as in repeat.sh; fentry.multi and its kin are many at once.
kinds='s001 s003 s004 s005 s010 s013 s019 s021 s025 s029 s030 s032 s036 s042 s044 s050 s054 s059 s061
s062 s070 s071 s072 s075 s076 s079 s081 s083 s085 s088 s092 s109 s110 s112 s113 s115 s116'
# Of these the link says itself what it is attached to, on kernels that have it at all.
always='s030 s042 s044 s061 s070 s076 s083 s085 s088 s092 s109 s110 s112 s113 s115 s116'
# And these have no link of the kernel's: netlink, or a socket's own.
never='s001 s003 s029 s072 s075'
one_of() { [[ " ${2//$'\n'/ } " = *" $1 "* ]]; }
pin=$BPFFS/link
pinned=0 refused=0

# stays WHAT PROGRAM PINS: what pinlink left behind
stays() {
	local what=$1 program=$2 n=$3 i bad='' plugin
	for ((i = 0; i < n; i++)); do
		if ! cleat show link --json "$pin$i" >"$TEST_TMP/shown" 2>&1; then
			bad+="link $i cannot be shown: $(<"$TEST_TMP/shown") "
			continue
		fi
		plugin=$(sed -nE 's/.*"plugin": ?"([^"]*)".*/\1/p' "$TEST_TMP/shown")
		if [ -z "$plugin" ] && { one_of "$program" "$always" || have_hook uprobe_info; }; then
			bad+="link $i is of no plugin: $(<"$TEST_TMP/shown") "
		fi
	done
	is "$bad" "" "$what: its process is gone, and $n pinned links are shown"
	rm "$pin"*
	wait_for no_link "$program" || true
	is "$(links_of "$program")" 0 "$what: the link goes with the pin"
}
links_of() { cleat list links --json | grep -oE "\"name\": ?\"$1\"" | wc -l; }
no_link() { [ "$(links_of "$1")" = 0 ]; }

while IFS=$'\t' read -r program name keys; do
	one_of "$program" "$kinds" || continue
	if ! grep -F "\"program\":\"$program\"" "$TEST_TMP/verdicts" | grep -q '"loaded":true' ||
		[ "$(supported "$name")" = no ]; then
		skip "$name" "this kernel has no such thing"
		continue
	fi
	params=()
	if [ "$keys" = -struct ]; then
		program=plain
	else
		while read -r line; do
			if [ -n "$line" ]; then params+=("${line/ = /=}"); fi
		done < <(keys_of "$keys")
	fi
	in_ns "$NS_B" "$TEST_BIN_DIR/pinlink" "$object" "$program" "$pin" ${params[@]+"${params[@]}"} \
		>"$TEST_TMP/pins" 2>"$TEST_TMP/said" </dev/null
	case $? in
	0)
		pinned=$((pinned + 1))
		one_of "$program" "$never" && not_ok "$name: has no link" "$(<"$TEST_TMP/pins")"
		stays "$name" "$program" "$(<"$TEST_TMP/pins")"
		;;
	3)
		refused=$((refused + 1))
		one_of "$program" "$always" && have_hook cgroup_link && not_ok "$name: can be pinned" "$(<"$TEST_TMP/said")"
		like "$(<"$TEST_TMP/said")" "error: .+: this form of attaching cannot be pinned.*hint: it lasts as long as" \
			"$name: why it cannot be pinned"
		is "$(grep -c 'error:' "$TEST_TMP/said")" 1 "$name: in one message"
		;;
	*)
		if [ "$(supported "$name")" = yes ]; then
			not_ok "$name: attached" "$(<"$TEST_TMP/said")"
		else
			skip "$name" "$(head -n 1 "$TEST_TMP/said")"
		fi
		;;
	esac
done <"$list"
diag "$pinned kinds of links were pinned, $refused kinds of attachments have none"
if [ $((pinned + refused)) -ge 10 ]; then ok "there were links"; else not_ok "there were links"; fi
done_testing
