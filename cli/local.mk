# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cleat command. It sees the public headers and its own folder.

bin_PROGRAMS += %D%/cleat
%C%_cleat_SOURCES = %D%/cli.h %D%/main.c %D%/diag.c %D%/run.c %D%/stay.h %D%/stay.c %D%/keep.h %D%/keep.c \
	%D%/census.h %D%/census.c %D%/top.c %D%/metrics.c %D%/serve.h %D%/serve.c %D%/graph.c \
	%D%/inspect.c %D%/verify.c %D%/guess.h %D%/guess.c %D%/list.c %D%/map.c %D%/watch.h %D%/watch.c %D%/plugins.c \
	%D%/apply.c %D%/attach.c %D%/dump.c %D%/find.h %D%/find.c %D%/pick.h %D%/pick.c %D%/link.c %D%/log.h %D%/log.c %D%/program.c %D%/features.c %D%/btf.c %D%/embed.c %D%/new.c \
	%D%/settings.h %D%/settings.c %D%/json.h %D%/json.c %D%/table.h %D%/table.c
%C%_cleat_SOURCES += %D%/crash.h %D%/crash.c
%C%_cleat_SOURCES += %D%/complete.h %D%/complete.c
%C%_cleat_SOURCES += %D%/selftest.h %D%/selftest.c %D%/selftest-checks.c %D%/selftest-object.c
# Of libmicrohttpd the header alone: it is opened when it is wanted.
%C%_cleat_CPPFLAGS = $(AM_CPPFLAGS) $(DIR_CPPFLAGS) $(SMARTCOLS_CFLAGS) $(MICROHTTPD_CFLAGS)
if BUILTIN_PLUGINS
# The whole library is in the program: plugins that are opened later may need any of its functions.
nodist_%C%_cleat_SOURCES = %D%/builtin-plugins.c
%C%_cleat_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
%C%_cleat_LDADD = %D%/builtin-plugins.a $(WHOLE_LIBRARY) $(CORE_LIBS) $(LIBMNL_LIBS) $(SMARTCOLS_LIBS)
%C%_cleat_DEPENDENCIES = %D%/builtin-plugins.a libcleat-core.la
CLEANFILES += %D%/builtin-plugins.c %D%/builtin-plugins.a

# What plugins share is there once, whoever has it in its list.
%D%/builtin-plugins.a: $(plugin_LTLIBRARIES)
	$(AM_V_AR)rm -f $@ && $(AR) crD $@ `find plugins -name '*.o' -path '*/.libs/*' | LC_ALL=C sort`
%D%/builtin-plugins.c: $(dist_plugin_DATA) build-aux/builtin-plugins
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cd $(srcdir) && $(SHELL) build-aux/builtin-plugins $(dist_plugin_DATA) \
		>$(abs_top_builddir)/$@.tmp && mv $(abs_top_builddir)/$@.tmp $(abs_top_builddir)/$@
else
%C%_cleat_LDADD = libcleat.la $(SMARTCOLS_LIBS)
endif
