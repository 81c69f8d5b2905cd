# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The json plugin.
plugin_LTLIBRARIES += %D%/json.la
%C%_json_la_SOURCES = %D%/json.c plugins/common/lines.c plugins/common/lines.h \
	plugins/common/sink.c plugins/common/sink.h plugins/common/recordtext.c plugins/common/recordtext.h
%C%_json_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_json_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA    += %D%/json.plugin
man_scd             += %D%/cleat-json.7.scd
kernel_tests        += %D%/test.sh
test_bpf_sources    += %D%/test.bpf.c
