# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lwt plugin.
plugin_LTLIBRARIES += %D%/lwt.la
%C%_lwt_la_SOURCES = %D%/lwt.c \
	plugins/common/netlink.c plugins/common/netlink.h \
	plugins/common/route.c plugins/common/route.h \
	plugins/common/ifaces.c plugins/common/ifaces.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_lwt_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lwt_la_LIBADD  = $(PLUGIN_LIBADD) $(LIBMNL_LIBS)
dist_plugin_DATA += %D%/lwt.plugin
man_scd          += %D%/cleat-lwt.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
