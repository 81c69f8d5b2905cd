#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Bad input of every kind through the whole command: one clear message each, the
# right exit status, and nothing left in the kernel.
# shellcheck source=tests/kernel/lib.sh
. "$TEST_LIB"
skip_all "not written yet"
