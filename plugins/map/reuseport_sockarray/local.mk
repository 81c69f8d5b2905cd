# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The reuseport_sockarray plugin.
plugin_LTLIBRARIES += %D%/reuseport_sockarray.la
%C%_reuseport_sockarray_la_SOURCES = %D%/reuseport_sockarray.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/sockets.c plugins/common/sockets.h
%C%_reuseport_sockarray_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_reuseport_sockarray_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/reuseport_sockarray.plugin
man_scd            += %D%/cleat-reuseport_sockarray.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
