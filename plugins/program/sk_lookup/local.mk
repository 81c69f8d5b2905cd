# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_lookup plugin.
plugin_LTLIBRARIES += %D%/sk_lookup.la
%C%_sk_lookup_la_SOURCES = %D%/sk_lookup.c \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/netns.c plugins/common/netns.h
%C%_sk_lookup_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sk_lookup_la_LIBADD  = $(PLUGIN_LIBADD) -lpthread
dist_plugin_DATA += %D%/sk_lookup.plugin
man_scd          += %D%/cleat-sk_lookup.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
