# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sockmap plugin.
plugin_LTLIBRARIES += %D%/sockmap.la
%C%_sockmap_la_SOURCES = %D%/sockmap.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/sockets.c plugins/common/sockets.h
%C%_sockmap_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sockmap_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/sockmap.plugin
man_scd            += %D%/cleat-sockmap.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
