# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Unit tests: cmocka programs, one per idea, in test-NAME.c. They are linked
# with the library's objects, so they reach what it does not export. Two lines
# each:
#
# unit_tests += %D%/test-text
# %C%_test_text_CPPFLAGS = $(TEST_CPPFLAGS)
