# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The bloom_filter plugin.
plugin_LTLIBRARIES += %D%/bloom_filter.la
%C%_bloom_filter_la_SOURCES = %D%/bloom_filter.c \
	plugins/common/mapref.c plugins/common/mapref.h
%C%_bloom_filter_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_bloom_filter_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/bloom_filter.plugin
man_scd            += %D%/cleat-bloom_filter.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
