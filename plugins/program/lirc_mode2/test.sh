#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lirc_mode2 plugin, as far as it goes without a receiver: what is wrong is
# said, and where the kernel has such programs, one loads.
. "$TEST_LIB"

unit() { # NAME [KEY=VALUE...]
	local name=$1 line
	shift
	{
		printf '[object]\npath = test.bpf.o\n[attach decode]\n'
		for line in "$@"; do echo "$line"; done
	} | test_unit "$name"
}

fails_with 1 "'device' is missing" "no device" cleat check "$(unit bad)"
fails_with 1 "unknown key 'devices'.*did you mean 'device'" "a wrong key" \
	cleat check "$(unit bad "devices = /dev/lirc0")"
if have_hook lirc_mode2; then
	fails_with 1 "no device '/dev/lirc77'" "no such device" \
		cleat run "$(unit bad "device = /dev/lirc77")"
	fails_with 1 "'/dev/null' is no infrared receiver" "no receiver" \
		cleat run "$(unit bad "device = /dev/null")"
	fails_with 1 "'$TEST_TMP/bad.ini' is no device" "no device at all" \
		cleat run "$(unit bad "device = $TEST_TMP/bad.ini")"
	succeeds "a program loads" cleat verify "$TEST_OBJ_DIR/test.bpf.o"
else
	fails_with 1 "this kernel has no programs of type 'lirc_mode2'" "refused: why" \
		cleat run "$(unit bad "device = /dev/null")"
	skip "programs of receivers" "$HOOK_REASON"
fi
done_testing
