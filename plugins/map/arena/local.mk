# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The arena plugin.
plugin_LTLIBRARIES += %D%/arena.la
%C%_arena_la_SOURCES = %D%/arena.c
%C%_arena_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_arena_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/arena.plugin
man_scd            += %D%/cleat-arena.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c %D%/test-vars.bpf.c
