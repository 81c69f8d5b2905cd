# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_storage plugin.
plugin_LTLIBRARIES += %D%/sk_storage.la
%C%_sk_storage_la_SOURCES = %D%/sk_storage.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/storage.c plugins/common/storage.h
%C%_sk_storage_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sk_storage_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/sk_storage.plugin
man_scd            += %D%/cleat-sk_storage.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
