# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lsm plugin.
plugin_LTLIBRARIES += %D%/lsm.la
%C%_lsm_la_SOURCES = %D%/lsm.c \
	plugins/common/lsmhook.c plugins/common/lsmhook.h \
	plugins/common/linkinfo.c plugins/common/linkinfo.h
%C%_lsm_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lsm_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/lsm.plugin
man_scd += %D%/cleat-lsm.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
