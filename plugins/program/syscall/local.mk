# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The syscall plugin.
plugin_LTLIBRARIES += %D%/syscall.la
%C%_syscall_la_SOURCES = %D%/syscall.c
%C%_syscall_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_syscall_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/syscall.plugin
man_scd += %D%/cleat-syscall.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
