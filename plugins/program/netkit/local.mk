# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The netkit plugin.
plugin_LTLIBRARIES += %D%/netkit.la
%C%_netkit_la_SOURCES = %D%/netkit.c \
	plugins/common/ifaces.c plugins/common/ifaces.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_netkit_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_netkit_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/netkit.plugin
man_scd += %D%/cleat-netkit.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
