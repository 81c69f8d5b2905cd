# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The inode_storage plugin.
plugin_LTLIBRARIES += %D%/inode_storage.la
%C%_inode_storage_la_SOURCES = %D%/inode_storage.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/storage.c plugins/common/storage.h
%C%_inode_storage_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_inode_storage_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/inode_storage.plugin
man_scd            += %D%/cleat-inode_storage.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c %D%/test-plain.bpf.c
