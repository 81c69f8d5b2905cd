# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_skb plugin.
plugin_LTLIBRARIES += %D%/sk_skb.la
%C%_sk_skb_la_SOURCES = %D%/sk_skb.c \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/progref.c plugins/common/progref.h \
	plugins/common/sockmap.c plugins/common/sockmap.h
%C%_sk_skb_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sk_skb_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/sk_skb.plugin
man_scd          += %D%/cleat-sk_skb.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
