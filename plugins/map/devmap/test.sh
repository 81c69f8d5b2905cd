#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The devmap plugin: interfaces by number of the entry.
. "$TEST_LIB"
key=1 indexed=yes
# shellcheck source=tests/kernel/shared/devmaps.sh
. "${TEST_LIB%/*}/shared/devmaps.sh"
