# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cleat command. It sees the public headers and its own folder.

bin_PROGRAMS += %D%/cleat
%C%_cleat_SOURCES = %D%/cli.h %D%/main.c %D%/diag.c %D%/run.c %D%/stay.h %D%/stay.c %D%/keep.h %D%/keep.c \
	%D%/inspect.c %D%/verify.c %D%/guess.h %D%/guess.c %D%/list.c %D%/map.c %D%/watch.h %D%/watch.c %D%/plugins.c \
	%D%/apply.c %D%/attach.c %D%/dump.c %D%/find.h %D%/find.c %D%/pick.h %D%/pick.c %D%/link.c %D%/log.h %D%/log.c %D%/program.c %D%/features.c %D%/btf.c %D%/embed.c %D%/new.c \
	%D%/settings.h %D%/settings.c %D%/json.h %D%/json.c %D%/table.h %D%/table.c
%C%_cleat_SOURCES += %D%/crash.h %D%/crash.c
%C%_cleat_SOURCES += %D%/selftest.h %D%/selftest.c %D%/selftest-checks.c %D%/selftest-object.c
%C%_cleat_CPPFLAGS = $(AM_CPPFLAGS) $(DIR_CPPFLAGS) $(SMARTCOLS_CFLAGS)
%C%_cleat_LDADD = libcleat.la $(SMARTCOLS_LIBS)
