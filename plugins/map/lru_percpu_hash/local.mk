# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lru_percpu_hash plugin.
plugin_LTLIBRARIES += %D%/lru_percpu_hash.la
%C%_lru_percpu_hash_la_SOURCES = %D%/lru_percpu_hash.c plugins/common/mapcheck.c plugins/common/mapcheck.h
%C%_lru_percpu_hash_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lru_percpu_hash_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/lru_percpu_hash.plugin
man_scd            += %D%/cleat-lru_percpu_hash.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
