# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The extension plugin.
plugin_LTLIBRARIES += %D%/extension.la
%C%_extension_la_SOURCES = %D%/extension.c \
	plugins/common/progref.c plugins/common/progref.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h
%C%_extension_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_extension_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/extension.plugin
man_scd += %D%/cleat-extension.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
