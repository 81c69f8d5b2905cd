# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The queue plugin.
plugin_LTLIBRARIES += %D%/queue.la
%C%_queue_la_SOURCES = %D%/queue.c \
	plugins/common/mapref.c plugins/common/mapref.h
%C%_queue_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_queue_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/queue.plugin
man_scd            += %D%/cleat-queue.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
