# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Faults: what is made to fail, in turn, and what a busy system does by itself. The scripts are kernel
# tests: tests/kernel/run runs them.
kernel_test_programs += %D%/inject
%C%_inject_SOURCES = %D%/inject.c %D%/faults.h
%C%_inject_LDADD =
# to preload by inject
noinst_LTLIBRARIES += %D%/preload.la
%C%_preload_la_SOURCES = %D%/preload.c %D%/faults.h
# no sanitizer: it comes before them
%C%_preload_la_CFLAGS = $(BASE_CFLAGS) $(WARN_CFLAGS)
%C%_preload_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
%C%_preload_la_LIBADD = -ldl
kernel_test_modules += %D%/.libs/preload.so
kernel_tests += %D%/applykill.sh %D%/faults.sh %D%/hostile.sh %D%/soak.sh %D%/system.sh
kernel_test_data += %D%/lib.sh
test_bpf_sources += %D%/events.bpf.c
