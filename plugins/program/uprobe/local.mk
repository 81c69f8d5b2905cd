# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The uprobe plugin.
plugin_LTLIBRARIES += %D%/uprobe.la
%C%_uprobe_la_SOURCES = %D%/uprobe.c \
	plugins/common/binary.c plugins/common/binary.h \
	plugins/common/probe.c plugins/common/probe.h \
	plugins/common/uprobes.c plugins/common/uprobes.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/perffds.c plugins/common/perffds.h \
	plugins/common/fds.c plugins/common/fds.h
%C%_uprobe_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_uprobe_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/uprobe.plugin
man_scd            += %D%/cleat-uprobe.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
