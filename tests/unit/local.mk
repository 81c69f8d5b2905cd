# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Unit tests: cmocka programs, one per idea, in test-NAME.c. They are linked
# with the library's objects, so they reach what it does not export. Two lines
# each:
#
# unit_tests += %D%/test-text
# %C%_test_text_CPPFLAGS = $(TEST_CPPFLAGS)

unit_tests += %D%/test-value
%C%_test_value_SOURCES = %D%/test-value.c %D%/btf-make.h
%C%_test_value_CPPFLAGS = $(TEST_CPPFLAGS)
