# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tracing plugin.
plugin_LTLIBRARIES += %D%/tracing.la
%C%_tracing_la_SOURCES = %D%/tracing.c %D%/many.c %D%/many.h \
	plugins/common/functions.c plugins/common/functions.h \
	plugins/common/progref.c plugins/common/progref.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h
%C%_tracing_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_tracing_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/tracing.plugin
man_scd            += %D%/cleat-tracing.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
