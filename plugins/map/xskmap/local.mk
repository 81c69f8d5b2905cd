# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The xskmap plugin.
plugin_LTLIBRARIES += %D%/xskmap.la
%C%_xskmap_la_SOURCES = %D%/xskmap.c \
	plugins/common/mapref.c plugins/common/mapref.h
%C%_xskmap_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_xskmap_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/xskmap.plugin
man_scd            += %D%/cleat-xskmap.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
