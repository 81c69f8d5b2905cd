#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The devmap_hash plugin: interfaces by keys of any value.
. "$TEST_LIB"
key=700 indexed=no
# shellcheck source=tests/kernel/shared/devmaps.sh
. "${TEST_LIB%/*}/shared/devmaps.sh"
