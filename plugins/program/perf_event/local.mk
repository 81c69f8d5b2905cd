# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The perf_event plugin.
plugin_LTLIBRARIES += %D%/perf_event.la
%C%_perf_event_la_SOURCES = %D%/perf_event.c plugins/common/linkinfo.c plugins/common/linkinfo.h
%C%_perf_event_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_perf_event_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/perf_event.plugin
man_scd            += %D%/cleat-perf_event.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
