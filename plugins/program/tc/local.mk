# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The tc plugin.
plugin_LTLIBRARIES += %D%/tc.la
%C%_tc_la_SOURCES = %D%/tc.c \
	plugins/common/clsact.c plugins/common/clsact.h \
	plugins/common/ifaces.c plugins/common/ifaces.h \
	plugins/common/netlink.c plugins/common/netlink.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_tc_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_tc_la_LIBADD  = $(PLUGIN_LIBADD) $(LIBMNL_LIBS)
dist_plugin_DATA  += %D%/tc.plugin
man_scd           += %D%/cleat-tc.7.scd
kernel_tests      += %D%/test.sh
test_bpf_sources  += %D%/test.bpf.c %D%/example.bpf.c
