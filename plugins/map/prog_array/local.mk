# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The prog_array plugin.
plugin_LTLIBRARIES += %D%/prog_array.la
%C%_prog_array_la_SOURCES = %D%/prog_array.c
%C%_prog_array_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_prog_array_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/prog_array.plugin
man_scd            += %D%/cleat-prog_array.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
