#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# No leak and no wrong access in `check` and `inspect`, over the objects of all
# kernel tests. It knows valgrind, and which verbs read without touching.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_tool valgrind
if [ -n "${SANITIZED-}" ]; then skip_all "this build has the sanitizers, which see the same"; fi

export CLEAT_WRAP="valgrind --quiet --leak-check=full --show-leak-kinds=definite,possible
	--errors-for-leak-kinds=definite,possible --error-exitcode=99"

objects=$(find "${TEST_BIN_DIR%/kernel}" -name '*.bpf.o' | sort)
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

for o in $objects; do
	name=${o#"${TEST_BIN_DIR%/kernel}"/}
	printf '[object]\npath = %s\n' "$o" >"$TEST_TMP/unit.ini"
	# side by side: valgrind is slow, and these are many
	cleat inspect "$o" >"$TEST_TMP/inspected" 2>&1 &
	inspected=$! checked=0
	cleat check "$TEST_TMP/unit.ini" >"$TEST_TMP/checked" 2>&1 || checked=$?
	rc=0
	wait $inspected || rc=$?
	judge "inspect $name" $rc "$TEST_TMP/inspected"
	judge "check $name" $checked "$TEST_TMP/checked"
done
clean "plugins" cleat plugins
printf '[object]\npath = nothing.bpf.o\n[progam x]\n' >"$TEST_TMP/bad.ini"
clean "check of a bad unit" cleat check "$TEST_TMP/bad.ini"
head -c 300 "$o" >"$TEST_TMP/short.bpf.o"
clean "inspect of a cut object" cleat inspect "$TEST_TMP/short.bpf.o"
done_testing
