# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The uprobe_multi plugin.
plugin_LTLIBRARIES += %D%/uprobe_multi.la
%C%_uprobe_multi_la_SOURCES = %D%/uprobe_multi.c \
	plugins/common/binary.c plugins/common/binary.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/probe.c plugins/common/probe.h \
	plugins/common/uprobes.c plugins/common/uprobes.h
%C%_uprobe_multi_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_uprobe_multi_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/uprobe_multi.plugin
man_scd          += %D%/cleat-uprobe_multi.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
