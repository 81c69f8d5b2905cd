#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# No leak and no wrong access in `check` and `inspect`, over the objects of all
# kernel tests. It knows valgrind, and which verbs read without touching.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_tool valgrind
if [ -n "${SANITIZED-}" ]; then skip_all "this build has the sanitizers, which see the same"; fi

export CLEAT_WRAP="valgrind --quiet --leak-check=full --show-leak-kinds=definite,possible
	--errors-for-leak-kinds=definite,possible --error-exitcode=99"

folder=${TEST_BIN_DIR%/kernel}
objects=$(find "$folder" -name '*.bpf.o' | sort)
if [ -z "$objects" ]; then skip_all "no BPF objects: built without clang"; fi

# judge WHAT STATUS OUT: whatever cleat's verdict, valgrind has its own status.
judge() {
	if [ "$2" -gt 2 ] || grep -q '^==[0-9]*==' "$3"; then
		not_ok "$1" "status $2"
		diag_file "$3"
	else
		ok "$1"
	fi
}

clean() { # DESCRIPTION COMMAND...
	local what=$1 rc=0
	shift
	"$@" >"$TEST_TMP/out" 2>&1 || rc=$?
	judge "$what" $rc "$TEST_TMP/out"
}

# Starting costs more than a dozen objects do, so they are looked at a dozen at a time, and one at a
# time where something is wrong.
unit_of() { echo "$TEST_TMP/$(tr / - <<<"${1#"$folder"/}").ini"; }

alone() { # OBJECT
	clean "inspect ${1#"$folder"/}" cleat inspect "$1"
	clean "check ${1#"$folder"/}" cleat check "$(unit_of "$1")"
}

together() { # OBJECT...
	local o units=() inspecting inspected=0 checked=0
	for o in "$@"; do
		printf '[object]\npath = %s\n' "$o" >"$(unit_of "$o")"
		units+=("$(unit_of "$o")")
	done
	cleat inspect "$@" >"$TEST_TMP/inspected" 2>&1 &
	inspecting=$!
	cleat check "${units[@]}" >"$TEST_TMP/checked" 2>&1 || checked=$?
	wait $inspecting || inspected=$?
	if [ $inspected -gt 2 ] || [ $checked -gt 2 ] || grep -q '^==[0-9]*==' "$TEST_TMP"/{inspected,checked}; then
		for o in "$@"; do alone "$o"; done
		return
	fi
	for o in "$@"; do
		ok "inspect ${o#"$folder"/}"
		ok "check ${o#"$folder"/}"
	done
}

xargs -n 12 <<<"$objects" >"$TEST_TMP/dozens"
while read -ra dozen; do together "${dozen[@]}"; done <"$TEST_TMP/dozens"
clean "plugins" cleat plugins
printf '[object]\npath = nothing.bpf.o\n[progam x]\n' >"$TEST_TMP/bad.ini"
clean "check of a bad unit" cleat check "$TEST_TMP/bad.ini"
head -c 300 "${objects%%$'\n'*}" >"$TEST_TMP/short.bpf.o"
clean "inspect of a cut object" cleat inspect "$TEST_TMP/short.bpf.o"
done_testing
