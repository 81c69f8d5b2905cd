# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The rhash plugin.
plugin_LTLIBRARIES += %D%/rhash.la
%C%_rhash_la_SOURCES = %D%/rhash.c plugins/common/mapcheck.c plugins/common/mapcheck.h
%C%_rhash_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_rhash_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/rhash.plugin
man_scd            += %D%/cleat-rhash.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
