# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The laws of the house, each a script that a change can break.

policy_tests = %D%/core-types %D%/arrows %D%/length %D%/manners %D%/exports \
	%D%/files %D%/headers %D%/descriptors %D%/sources %D%/manual %D%/engine %D%/abi %D%/guides %D%/packaging %D%/verbs
TESTS += $(policy_tests)
EXTRA_DIST += $(policy_tests) %D%/lib.sh

check_PROGRAMS += %D%/describe
%C%_describe_SOURCES = %D%/describe.c
%C%_describe_LDFLAGS = $(AM_LDFLAGS) -Wl,--no-as-needed
%C%_describe_LDADD = libcleat.la
