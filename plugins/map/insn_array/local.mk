# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The insn_array plugin.
plugin_LTLIBRARIES += %D%/insn_array.la
%C%_insn_array_la_SOURCES = %D%/insn_array.c
%C%_insn_array_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_insn_array_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/insn_array.plugin
man_scd += %D%/cleat-insn_array.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
