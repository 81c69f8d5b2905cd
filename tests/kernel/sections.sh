#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Of the section names that libbpf knows (sections.list) all are known here, too;
# each that this kernel is found to support, by 'cleat features', loads and is
# attached; and the three numbers are printed. What the kernel lacks is no defect. The
# links of all of them are said in their plugin's keys.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
# shellcheck source=tests/kernel/sections.inc
. "$(dirname "${BASH_SOURCE[0]}")/sections.inc"

# --- known, and loaded ----------------------------------------------------------------------

cleat verify --json "$object" >"$TEST_TMP/verdicts" 2>"$TEST_TMP/err"
verdict() { grep -F "\"program\":\"$1\"" "$TEST_TMP/verdicts"; }

# --- attached -------------------------------------------------------------------------------

# link_facts PROGRAM: of its links, or of the struct that has it, a line for each: id, and JSON
link_facts() {
	cleat list links --json | tr '{' '\n' | grep -E "\"name\":\"$1\"" |
		sed -nE 's/.*"id":([0-9]+).*/\1 &/p'
}

# described NAME: counts the links that say what they are; what does not is in 'silent'
links=0 silent=''
described() {
	local id facts plugin
	while read -r id facts; do
		links=$((links + 1))
		plugin=$(sed -nE 's/.*"plugin":"([^"]*)".*/\1/p' <<<"$facts")
		facts=$(sed -E 's/"(id|type|plugin|program|name|cookie)":("[^"]*"|[0-9]+)//g; s/[]},]//g' <<<"$facts")
		if [ -z "$plugin" ] || [ -z "$facts" ] ||
			! grep -q "^plugin  *$plugin\$" < <(cleat show link "$id") ||
			! grep -q "\"plugin\": *\"$plugin\"" < <(cleat show link --json "$id"); then
			silent+="$1 "
		fi
	done < <(link_facts "$1")
}

# attaches PROGRAM KEYS: an own unit has it attached, and leaves nothing
attaches() {
	local unit also=
	case $2 in
	-struct)
		unit=$(printf '[object]\npath = sections.bpf.o\n[map %s]\ncreate = yes\n' \
			"$([ "$1" = s113 ] && echo plain || echo sleepable)" | test_unit "$1")
		;;
	*)
		if [[ $2 = *target* ]]; then also=$'[program base]\nload = yes\nattach = no\n'; fi
		unit=$(printf '[object]\npath = sections.bpf.o\n%s[program %s]\nload = yes\n[attach %s]\n%s\n' \
			"$also" "$1" "$1" "$(keys_of "$2")" | test_unit "$1")
		;;
	esac
	IN_NS=$NS_B run_unit "$unit" || return 1
	case $2 in
	-struct) described "$([ "$1" = s113 ] && echo plain || echo sleepable)" ;;
	*) described "$1" ;;
	esac
	stop_run
}

known=0 loaded=0 attached=0 kernel=0 elsewhere=0 lacking=0 lines=0 absent="" nowhere=""
while IFS=$'\t' read -r program name keys; do
	case $program in "" | "#"*) continue ;; esac
	lines=$((lines + 1))
	verdict=$(verdict "$program")
	if [[ $verdict != *"no plugin for section"* && $verdict = *\"section\":\"* ]]; then
		known=$((known + 1))
	else
		not_ok "$name is known" "$verdict"
		continue
	fi
	answer=$(supported "$name")
	# which functions may sleep is another question, and older kernels have none for this one
	if [[ $verdict = *"is not sleepable"* ]]; then answer=no; fi
	[ "$answer" = yes ] && kernel=$((kernel + 1))
	if [[ $verdict = *\"loaded\":true* ]]; then
		loaded=$((loaded + 1))
	elif [[ $verdict = *"does not say which program it extends"* ]]; then
		skip "$name loads" "what it extends is said in a unit: the plugin's own test does"
		if [ "$answer" = yes ]; then kernel=$((kernel - 1)); fi
		continue
	elif [ "$answer" = yes ]; then
		not_ok "$name loads, as features says" "$verdict"
		continue
	else
		absent+="$name "
		continue
	fi
	case $keys in
	-struct) ;;
	-*) elsewhere=$((elsewhere + 1)) && continue ;;
	esac
	if attaches "$program" "$keys" >"$TEST_TMP/said" 2>&1; then
		attached=$((attached + 1))
	elif [ "$answer" != yes ]; then
		lacking=$((lacking + 1)) nowhere+="$name "
		skip "$name is attached" "$(head -n 1 "$RUN_ERR")"
	else
		not_ok "$name is attached" "$(cat "$TEST_TMP/said" "$RUN_ERR" 2>/dev/null)"
	fi
done <"$list"

diag "of $lines section names $known are known, $loaded loaded, $attached attached;" \
	"this kernel supports $kernel; of those loaded $elsewhere are called and never attached," \
	"and for $lacking it has nothing to attach to"
diag "this kernel has not: ${absent:-nothing}"
diag "it loads, and has nothing to attach to: ${nowhere:-nothing}"
is "$lines" 116 "the list has all of libbpf's names"
is "$known" "$lines" "all section names are known"
is $((loaded >= kernel)) 1 "all that this kernel supports are loaded: $loaded"
is $((attached + elsewhere + lacking)) "$loaded" "all that are loaded are attached, where the kernel can: $attached"
diag "$links of them have links"
if have_hook uprobe_info; then
	is "$silent" "" "each link is listed and shown with its plugin and keys, as text and JSON"
else
	skip "each link is listed and shown with its plugin and keys" \
		"this kernel does not say what all its links are attached to: not of $silent"
fi
if [ $links -gt 10 ]; then ok "there were links"; else not_ok "there were links" "$links"; fi
done_testing
