# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The ksyscall plugin.
plugin_LTLIBRARIES += %D%/ksyscall.la
%C%_ksyscall_la_SOURCES = %D%/ksyscall.c \
	plugins/common/functions.c plugins/common/functions.h \
	plugins/common/kprobes.c plugins/common/kprobes.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/perffds.c plugins/common/perffds.h \
	plugins/common/fds.c plugins/common/fds.h \
	plugins/common/probe.c plugins/common/probe.h
%C%_ksyscall_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_ksyscall_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/ksyscall.plugin
man_scd          += %D%/cleat-ksyscall.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
