# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The percpu_array plugin.
plugin_LTLIBRARIES += %D%/percpu_array.la
%C%_percpu_array_la_SOURCES = %D%/percpu_array.c plugins/common/mapcheck.c plugins/common/mapcheck.h
%C%_percpu_array_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_percpu_array_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/percpu_array.plugin
man_scd            += %D%/cleat-percpu_array.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
