# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The sched_act plugin.
plugin_LTLIBRARIES += %D%/sched_act.la
%C%_sched_act_la_SOURCES = %D%/sched_act.c %D%/action.c %D%/action.h \
	plugins/common/clsact.c plugins/common/clsact.h \
	plugins/common/ifaces.c plugins/common/ifaces.h \
	plugins/common/netlink.c plugins/common/netlink.h \
	plugins/common/progref.c plugins/common/progref.h
%C%_sched_act_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_sched_act_la_LIBADD = $(PLUGIN_LIBADD) $(LIBMNL_LIBS)
dist_plugin_DATA += %D%/sched_act.plugin
man_scd += %D%/cleat-sched_act.7.scd
kernel_tests += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
