# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lpm_trie plugin.
plugin_LTLIBRARIES += %D%/lpm_trie.la
%C%_lpm_trie_la_SOURCES = %D%/lpm_trie.c
%C%_lpm_trie_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lpm_trie_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/lpm_trie.plugin
man_scd            += %D%/cleat-lpm_trie.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
