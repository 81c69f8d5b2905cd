# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The iter plugin.
plugin_LTLIBRARIES += %D%/iter.la
%C%_iter_la_SOURCES = %D%/iter.c
%C%_iter_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_iter_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/iter.plugin
man_scd            += %D%/cleat-iter.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
