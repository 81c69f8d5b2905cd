# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The perf_event_array plugin.
plugin_LTLIBRARIES += %D%/perf_event_array.la
%C%_perf_event_array_la_SOURCES = %D%/perf_event_array.c %D%/cpus.c %D%/cpus.h
%C%_perf_event_array_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_perf_event_array_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/perf_event_array.plugin
man_scd            += %D%/cleat-perf_event_array.7.scd
kernel_tests       += %D%/test.sh %D%/test-cpus.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
