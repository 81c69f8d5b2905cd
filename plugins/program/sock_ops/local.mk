# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sock_ops plugin.
plugin_LTLIBRARIES += %D%/sock_ops.la
%C%_sock_ops_la_SOURCES = %D%/sock_ops.c \
	plugins/common/cghook.c plugins/common/cghook.h \
	plugins/common/cgroup.c plugins/common/cgroup.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_sock_ops_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sock_ops_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/sock_ops.plugin
man_scd += %D%/cleat-sock_ops.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
