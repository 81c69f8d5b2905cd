# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# The cleat command. It sees the public headers and its own folder.

bin_PROGRAMS += %D%/cleat
%C%_cleat_SOURCES = %D%/cli.h %D%/main.c %D%/run.c
%C%_cleat_CPPFLAGS = $(AM_CPPFLAGS) $(DIR_CPPFLAGS) $(SMARTCOLS_CFLAGS) \
	$(JSONC_CFLAGS) $(SYSTEMD_CFLAGS)
%C%_cleat_LDADD = libcleat.la $(SMARTCOLS_LIBS) $(JSONC_LIBS) $(SYSTEMD_LIBS)
