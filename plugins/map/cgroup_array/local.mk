# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_array plugin.
plugin_LTLIBRARIES += %D%/cgroup_array.la
%C%_cgroup_array_la_SOURCES = %D%/cgroup_array.c \
	plugins/common/mapref.c plugins/common/mapref.h
%C%_cgroup_array_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_cgroup_array_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/cgroup_array.plugin
man_scd            += %D%/cleat-cgroup_array.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
