# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The syslog plugin: entries to the local log daemon.
plugin_LTLIBRARIES += %D%/syslog.la
%C%_syslog_la_SOURCES = %D%/syslog.c plugins/common/logsocket.c plugins/common/logsocket.h \
	plugins/common/recordtext.c plugins/common/recordtext.h
%C%_syslog_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_syslog_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA    += %D%/syslog.plugin
man_scd             += %D%/cleat-syslog.7.scd
kernel_tests        += %D%/test.sh
test_bpf_sources    += %D%/test.bpf.c
