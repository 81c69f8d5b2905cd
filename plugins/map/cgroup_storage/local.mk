# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_storage plugin.
plugin_LTLIBRARIES += %D%/cgroup_storage.la
%C%_cgroup_storage_la_SOURCES = %D%/cgroup_storage.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/cgstorage.c plugins/common/cgstorage.h
%C%_cgroup_storage_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_cgroup_storage_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/cgroup_storage.plugin
man_scd            += %D%/cleat-cgroup_storage.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
