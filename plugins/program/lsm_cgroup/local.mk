# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lsm_cgroup plugin.
plugin_LTLIBRARIES += %D%/lsm_cgroup.la
%C%_lsm_cgroup_la_SOURCES = %D%/lsm_cgroup.c \
	plugins/common/lsmhook.c plugins/common/lsmhook.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/cgroup.c plugins/common/cgroup.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_lsm_cgroup_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lsm_cgroup_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/lsm_cgroup.plugin
man_scd += %D%/cleat-lsm_cgroup.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
