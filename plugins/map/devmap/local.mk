# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The devmap plugin.
plugin_LTLIBRARIES += %D%/devmap.la
%C%_devmap_la_SOURCES = %D%/devmap.c \
	plugins/common/mapref.c plugins/common/mapref.h \
	plugins/common/devmaps.c plugins/common/devmaps.h
%C%_devmap_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_devmap_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA   += %D%/devmap.plugin
man_scd            += %D%/cleat-devmap.7.scd
kernel_tests       += %D%/test.sh
test_bpf_sources   += %D%/test.bpf.c %D%/example.bpf.c
