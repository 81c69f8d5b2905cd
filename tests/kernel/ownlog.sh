#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What a caller of the library says about its objects: where the verifier's log goes and how much of
# it there is, and the name that the maps of variables have in the kernel.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
plugins=$(dirname "$(find "${TEST_BIN_DIR%/tests/*}" -name array.plugin | head -n 1)")
succeeds "the verifier's log in the caller's memory, objects by the caller's name" \
	env CLEAT_PLUGIN_PATH="$plugins" "$TEST_BIN_DIR/loglevels" "$TEST_OBJ_DIR/ownlog.bpf.o"
done_testing
