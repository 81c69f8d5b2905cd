# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The user_ringbuf plugin.
plugin_LTLIBRARIES += %D%/user_ringbuf.la
%C%_user_ringbuf_la_SOURCES = %D%/user_ringbuf.c
%C%_user_ringbuf_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_user_ringbuf_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/user_ringbuf.plugin
man_scd            += %D%/cleat-user_ringbuf.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
