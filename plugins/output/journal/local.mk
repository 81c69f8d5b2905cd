# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The journal plugin: the native protocol, no library.
plugin_LTLIBRARIES += %D%/journal.la
%C%_journal_la_SOURCES = %D%/journal.c plugins/common/logsocket.c plugins/common/logsocket.h \
	plugins/common/recordtext.c plugins/common/recordtext.h
%C%_journal_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_journal_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA    += %D%/journal.plugin
man_scd             += %D%/cleat-journal.7.scd
kernel_tests        += %D%/test.sh
test_bpf_sources    += %D%/test.bpf.c
