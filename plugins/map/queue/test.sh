#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The queue plugin: first in, first out.
. "$TEST_LIB"
next=2 order="2 3 4"
# shellcheck source=tests/kernel/shared/keyless.sh
. "${TEST_LIB%/*}/shared/keyless.sh"
