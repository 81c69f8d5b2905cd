# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The xdp plugin.
plugin_LTLIBRARIES += %D%/xdp.la
%C%_xdp_la_SOURCES = %D%/xdp.c %D%/device.c %D%/device.h %D%/component.c %D%/component.h \
	%D%/dispatcher.c %D%/dispatcher.h %D%/dispatchprog.c %D%/dispatchprog.h \
	plugins/common/ifaces.c plugins/common/ifaces.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h \
	plugins/common/netlink.c plugins/common/netlink.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_xdp_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_xdp_la_LIBADD  = $(PLUGIN_LIBADD) $(LIBMNL_LIBS)
dist_plugin_DATA   += %D%/xdp.plugin
man_scd            += %D%/cleat-xdp.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c %D%/test-frags.bpf.c
