#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The stack plugin: last in, first out.
. "$TEST_LIB"
next=3 order="4 3 2"
# shellcheck source=tests/kernel/shared/keyless.sh
. "${TEST_LIB%/*}/shared/keyless.sh"
