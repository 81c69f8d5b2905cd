# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cgroup_skb plugin.
plugin_LTLIBRARIES += %D%/cgroup_skb.la
%C%_cgroup_skb_la_SOURCES = %D%/cgroup_skb.c \
	plugins/common/cgroup.c plugins/common/cgroup.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_cgroup_skb_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_cgroup_skb_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA          += %D%/cgroup_skb.plugin
man_scd                   += %D%/cleat-cgroup_skb.7.scd
kernel_tests              += %D%/test.sh
test_bpf_sources          += %D%/test.bpf.c %D%/example.bpf.c
