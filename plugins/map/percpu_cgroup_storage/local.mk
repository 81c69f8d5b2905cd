# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The percpu_cgroup_storage plugin.
plugin_LTLIBRARIES += %D%/percpu_cgroup_storage.la
%C%_percpu_cgroup_storage_la_SOURCES = %D%/percpu_cgroup_storage.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/cgstorage.c plugins/common/cgstorage.h
%C%_percpu_cgroup_storage_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_percpu_cgroup_storage_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/percpu_cgroup_storage.plugin
man_scd            += %D%/cleat-percpu_cgroup_storage.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
