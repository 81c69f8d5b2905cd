# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The array plugin.
plugin_LTLIBRARIES += %D%/array.la
%C%_array_la_SOURCES = %D%/array.c plugins/common/mapcheck.c plugins/common/mapcheck.h
%C%_array_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_array_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA     += %D%/array.plugin
man_scd            += %D%/cleat-array.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
