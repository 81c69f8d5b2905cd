# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sockhash plugin.
plugin_LTLIBRARIES += %D%/sockhash.la
%C%_sockhash_la_SOURCES = %D%/sockhash.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/sockets.c plugins/common/sockets.h
%C%_sockhash_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sockhash_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/sockhash.plugin
man_scd            += %D%/cleat-sockhash.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
