# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_sysctl plugin.
plugin_LTLIBRARIES += %D%/cgroup_sysctl.la
%C%_cgroup_sysctl_la_SOURCES = %D%/cgroup_sysctl.c \
	plugins/common/cghook.c plugins/common/cghook.h \
	plugins/common/cgroup.c plugins/common/cgroup.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_cgroup_sysctl_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_cgroup_sysctl_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/cgroup_sysctl.plugin
man_scd += %D%/cleat-cgroup_sysctl.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
