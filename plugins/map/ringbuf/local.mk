# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The ringbuf plugin.
plugin_LTLIBRARIES += %D%/ringbuf.la
%C%_ringbuf_la_SOURCES = %D%/ringbuf.c
%C%_ringbuf_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_ringbuf_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA     += %D%/ringbuf.plugin
man_scd            += %D%/cleat-ringbuf.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
