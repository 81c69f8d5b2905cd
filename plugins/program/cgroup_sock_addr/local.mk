# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_sock_addr plugin.
plugin_LTLIBRARIES += %D%/cgroup_sock_addr.la
%C%_cgroup_sock_addr_la_SOURCES = %D%/cgroup_sock_addr.c \
	plugins/common/cghook.c plugins/common/cghook.h \
	plugins/common/cgroup.c plugins/common/cgroup.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_cgroup_sock_addr_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_cgroup_sock_addr_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/cgroup_sock_addr.plugin
man_scd += %D%/cleat-cgroup_sock_addr.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c %D%/test-unix.bpf.c
