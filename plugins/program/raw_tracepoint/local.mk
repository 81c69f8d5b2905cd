# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The raw_tracepoint plugin.
plugin_LTLIBRARIES += %D%/raw_tracepoint.la
%C%_raw_tracepoint_la_SOURCES = %D%/raw_tracepoint.c plugins/common/linkinfo.c plugins/common/linkinfo.h
%C%_raw_tracepoint_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_raw_tracepoint_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/raw_tracepoint.plugin
man_scd            += %D%/cleat-raw_tracepoint.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
