# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The flow_dissector plugin.
plugin_LTLIBRARIES += %D%/flow_dissector.la
%C%_flow_dissector_la_SOURCES = %D%/flow_dissector.c \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/netns.c plugins/common/netns.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_flow_dissector_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_flow_dissector_la_LIBADD  = $(PLUGIN_LIBADD) -lpthread
dist_plugin_DATA += %D%/flow_dissector.plugin
man_scd          += %D%/cleat-flow_dissector.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
