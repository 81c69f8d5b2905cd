# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The stack_trace plugin.
plugin_LTLIBRARIES += %D%/stack_trace.la
%C%_stack_trace_la_SOURCES = %D%/stack_trace.c \
	plugins/common/mapref.c plugins/common/mapref.h
%C%_stack_trace_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_stack_trace_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/stack_trace.plugin
man_scd            += %D%/cleat-stack_trace.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
