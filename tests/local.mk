# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tests. `make check` runs tests/unit and tests/policy, without privilege;
# `make stage` installs everything together with the kernel tests into a
# directory that tests/kernel/run and tests/vm/run then work from.

LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_COMPILER = $(BASH_PROGRAM) $(top_srcdir)/tests/tap
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	CC='$(CC)'; export CC; BPF_CLANG='$(BPF_CLANG)'; export BPF_CLANG; \
	LC_ALL=C; export LC_ALL;

# A unit test is a name here and one line of flags in tests/unit/local.mk.
unit_tests =
TEST_CPPFLAGS = $(CORE_CPPFLAGS) $(DIR_CPPFLAGS) $(CMOCKA_CFLAGS)
LDADD = libcleat-core.la $(CMOCKA_LIBS)

include %D%/unit/local.mk
include %D%/kernel/local.mk
include %D%/policy/local.mk
include %D%/vm/local.mk
include %D%/fuzz/local.mk
include %D%/bench/local.mk
include %D%/corpus/local.mk
include %D%/install/local.mk
include %D%/faults/local.mk

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

# The tests without a policy: ./dev coverage counts what they reach.
check-unit: all
	@$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(unit_tests) tests/unit/cli'
.PHONY: check-unit

# STAGE/usr/local/... as installed, STAGE/cleat to run it, STAGE/tests with the
# scripts and their objects.
stage: all
	@test -n "$(STAGE)" || { echo 'usage: make stage STAGE=/an/empty/directory' >&2; exit 2; }
	@$(MAKE) $(AM_MAKEFLAGS) install DESTDIR='$(STAGE)' >'$(STAGE)/install.log' 2>&1 || \
		{ cat '$(STAGE)/install.log' >&2; exit 1; }
	@set -e; cd $(srcdir) && b='$(abs_top_builddir)' s='$(STAGE)/tests'; \
	for f in $(kernel_tests) $(kernel_test_data) $(man_scd); do \
		install -D -m 644 "$$f" "$$s/$${f#tests/}"; \
	done; \
	for f in tests/kernel/run; do install -D -m 755 $$f $$s/$${f#tests/}; done; \
	for f in $(kernel_test_programs) $(kernel_test_modules) $(stage_objects); do \
		install -D -m 755 "$$b/$$f" "$$s/$${f#tests/}"; \
	done
	@{ \
	echo '#!/bin/sh'; \
	echo '# Runs the cleat of this staged install.'; \
	echo 's=$${0%/*}'; \
	echo 'LD_LIBRARY_PATH=$$s$(libdir)$${LD_LIBRARY_PATH:+:$$LD_LIBRARY_PATH} \'; \
	echo 'CLEAT_PLUGIN_PATH=$${CLEAT_PLUGIN_PATH-$$s$(plugindir)} \'; \
	echo 'CLEAT_TEMPLATE_PATH=$${CLEAT_TEMPLATE_PATH-$$s$(templatedir)} \'; \
	echo 'exec $$CLEAT_WRAP "$$s$(bindir)/cleat" "$$@"'; \
	} >'$(STAGE)/cleat' && chmod 755 '$(STAGE)/cleat'
# another machine's command does not run here, and a stage that is moved reads the descriptors
	@'$(STAGE)/cleat' plugins --index '$(STAGE)$(plugindir)' >/dev/null 2>&1 || :
.PHONY: stage

EXTRA_DIST += %D%/all.sh %D%/archive.sh %D%/coverage %D%/lint %D%/lint-facts.h %D%/tap

stage_objects =
if HAVE_BPF_CLANG
stage_objects += $(test_bpf_objects)
endif
