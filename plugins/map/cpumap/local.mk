# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cpumap plugin.
plugin_LTLIBRARIES += %D%/cpumap.la
%C%_cpumap_la_SOURCES = %D%/cpumap.c \
	plugins/common/mapref.c plugins/common/mapref.h
%C%_cpumap_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_cpumap_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/cpumap.plugin
man_scd            += %D%/cleat-cpumap.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
