# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The kprobe plugin.
plugin_LTLIBRARIES += %D%/kprobe.la
%C%_kprobe_la_SOURCES = %D%/kprobe.c plugins/common/probe.c plugins/common/probe.h \
	plugins/common/functions.c plugins/common/functions.h \
	plugins/common/kprobes.c plugins/common/kprobes.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/perffds.c plugins/common/perffds.h \
	plugins/common/fds.c plugins/common/fds.h
%C%_kprobe_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_kprobe_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/kprobe.plugin
man_scd            += %D%/cleat-kprobe.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
