# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The text plugin.
plugin_LTLIBRARIES += %D%/text.la
%C%_text_la_SOURCES = %D%/text.c plugins/common/lines.c plugins/common/lines.h \
	plugins/common/sink.c plugins/common/sink.h plugins/common/recordtext.c plugins/common/recordtext.h
%C%_text_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_text_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA    += %D%/text.plugin
man_scd             += %D%/cleat-text.7.scd
kernel_tests        += %D%/test.sh
test_bpf_sources    += %D%/test.bpf.c
