#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lru_hash plugin: a table that forgets, one value for each key.
. "$TEST_LIB"
# shellcheck source=tests/kernel/shared/lru.sh
. "${TEST_LIB%/*}/shared/lru.sh"
