# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The hash plugin.
plugin_LTLIBRARIES += %D%/hash.la
%C%_hash_la_SOURCES = %D%/hash.c plugins/common/mapcheck.c plugins/common/mapcheck.h
%C%_hash_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_hash_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/hash.plugin
man_scd            += %D%/cleat-hash.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
