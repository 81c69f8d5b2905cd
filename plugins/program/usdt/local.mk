# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The usdt plugin. It reads notes and symbols of binaries with libelf.
plugin_LTLIBRARIES += %D%/usdt.la
%C%_usdt_la_SOURCES = %D%/usdt.c \
	%D%/args.c %D%/args.h %D%/registers.c %D%/registers.h \
	%D%/notes.c %D%/notes.h %D%/process.c %D%/process.h %D%/specs.c %D%/specs.h \
	plugins/common/binary.c plugins/common/binary.h \
	plugins/common/probe.c plugins/common/probe.h \
	plugins/common/uprobes.c plugins/common/uprobes.h
%C%_usdt_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_usdt_la_LIBADD  = $(PLUGIN_LIBADD) $(LIBELF_LIBS)
dist_plugin_DATA += %D%/usdt.plugin
man_scd          += %D%/cleat-usdt.7.scd
kernel_tests     += %D%/test.sh
test_bpf_sources += %D%/test.bpf.c %D%/example.bpf.c
