# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The socket_filter plugin.
plugin_LTLIBRARIES += %D%/socket_filter.la
%C%_socket_filter_la_SOURCES = %D%/socket_filter.c \
	plugins/common/ifaces.c plugins/common/ifaces.h \
	plugins/common/theirs.c plugins/common/theirs.h \
	plugins/common/fds.c plugins/common/fds.h
%C%_socket_filter_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_socket_filter_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA             += %D%/socket_filter.plugin
man_scd                      += %D%/cleat-socket_filter.7.scd
kernel_tests                 += %D%/test.sh
test_bpf_sources             += %D%/test.bpf.c %D%/example.bpf.c
