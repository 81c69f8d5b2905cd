#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The array_of_maps plugin: see what the script has in common with hash_of_maps.
. "$TEST_LIB"
# shellcheck source=tests/kernel/shared/mapofmaps.sh
. "${TEST_LIB%/*}/shared/mapofmaps.sh"
