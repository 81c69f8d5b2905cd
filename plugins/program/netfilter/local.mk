# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The netfilter plugin.
plugin_LTLIBRARIES += %D%/netfilter.la
%C%_netfilter_la_SOURCES = %D%/netfilter.c %D%/hooked.c %D%/hooked.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/netlink.c plugins/common/netlink.h \
	plugins/common/netns.c plugins/common/netns.h
%C%_netfilter_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_netfilter_la_LIBADD  = $(PLUGIN_LIBADD) $(LIBMNL_LIBS) -lpthread
dist_plugin_DATA += %D%/netfilter.plugin
man_scd          += %D%/cleat-netfilter.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
