# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lwt_seg6local plugin.
plugin_LTLIBRARIES += %D%/lwt_seg6local.la
%C%_lwt_seg6local_la_SOURCES = %D%/lwt_seg6local.c \
	plugins/common/netlink.c plugins/common/netlink.h \
	plugins/common/route.c plugins/common/route.h \
	plugins/common/ifaces.c plugins/common/ifaces.h
%C%_lwt_seg6local_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lwt_seg6local_la_LIBADD  = $(PLUGIN_LIBADD) $(LIBMNL_LIBS)
dist_plugin_DATA += %D%/lwt_seg6local.plugin
man_scd          += %D%/cleat-lwt_seg6local.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
