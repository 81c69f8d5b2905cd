# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The task_storage plugin.
plugin_LTLIBRARIES += %D%/task_storage.la
%C%_task_storage_la_SOURCES = %D%/task_storage.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/storage.c plugins/common/storage.h
%C%_task_storage_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_task_storage_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/task_storage.plugin
man_scd            += %D%/cleat-task_storage.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
