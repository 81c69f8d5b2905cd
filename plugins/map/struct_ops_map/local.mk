# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The struct_ops_map plugin.
plugin_LTLIBRARIES += %D%/struct_ops_map.la
%C%_struct_ops_map_la_SOURCES = %D%/struct_ops_map.c
%C%_struct_ops_map_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_struct_ops_map_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/struct_ops_map.plugin
man_scd += %D%/cleat-struct_ops_map.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
