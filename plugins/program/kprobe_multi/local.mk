# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The kprobe_multi plugin.
plugin_LTLIBRARIES += %D%/kprobe_multi.la
%C%_kprobe_multi_la_SOURCES = %D%/kprobe_multi.c \
	plugins/common/functions.c plugins/common/functions.h \
	plugins/common/kprobes.c plugins/common/kprobes.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/probe.c plugins/common/probe.h
%C%_kprobe_multi_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_kprobe_multi_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/kprobe_multi.plugin
man_scd          += %D%/cleat-kprobe_multi.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
