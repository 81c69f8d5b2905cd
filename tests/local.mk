# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tests. make check runs tests/unit and tests/policy, without privilege;
# tests/kernel is run by tests/kernel/run from a staged install.
