# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tracepoint plugin.
plugin_LTLIBRARIES += %D%/tracepoint.la
%C%_tracepoint_la_SOURCES = %D%/tracepoint.c plugins/common/linkinfo.c plugins/common/linkinfo.h
%C%_tracepoint_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_tracepoint_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA          += %D%/tracepoint.plugin
man_scd            += %D%/cleat-tracepoint.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
