# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The lirc_mode2 plugin.
plugin_LTLIBRARIES += %D%/lirc_mode2.la
%C%_lirc_mode2_la_SOURCES = %D%/lirc_mode2.c \
	plugins/common/progref.c plugins/common/progref.h
%C%_lirc_mode2_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_lirc_mode2_la_LIBADD = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/lirc_mode2.plugin
man_scd += %D%/cleat-lirc_mode2.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
