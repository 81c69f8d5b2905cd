#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What a caller of the library says about its objects: where the verifier's log goes and how much of
# it there is, and the name that the maps of variables have in the kernel.
# Any kernel will do.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
requires_plugins
succeeds "the verifier's log in the caller's memory, objects by the caller's name" \
	"$TEST_BIN_DIR/loglevels" "$TEST_OBJ_DIR/ownlog.bpf.o"
done_testing
