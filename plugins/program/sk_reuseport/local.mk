# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sk_reuseport plugin.
plugin_LTLIBRARIES += %D%/sk_reuseport.la
%C%_sk_reuseport_la_SOURCES = %D%/sk_reuseport.c \
	plugins/common/theirs.c plugins/common/theirs.h \
	plugins/common/fds.c plugins/common/fds.h
%C%_sk_reuseport_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sk_reuseport_la_LIBADD  = $(PLUGIN_LIBADD)
dist_plugin_DATA += %D%/sk_reuseport.plugin
man_scd          += %D%/cleat-sk_reuseport.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
test_bpf_sources += %D%/test-migrate.bpf.c
