# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# libcleat. It knows the folders of the library, in the order in which they may
# use each other; each folder lists its own files.

lib_LTLIBRARIES += libcleat.la
libcleat_la_SOURCES =
libcleat_la_CPPFLAGS = $(CORE_CPPFLAGS) $(DIR_CPPFLAGS)
libcleat_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info 0:0:0 \
	-Wl,--version-script=$(top_srcdir)/%D%/libcleat.map
libcleat_la_LIBADD = $(CORE_LIBS)
EXTRA_libcleat_la_DEPENDENCIES = %D%/libcleat.map
EXTRA_DIST += %D%/libcleat.map

# The same objects as an archive: unit tests reach what the library hides.
noinst_LTLIBRARIES += libcleat-core.la
libcleat_core_la_SOURCES =
libcleat_core_la_LIBADD = $(libcleat_la_OBJECTS) $(CORE_LIBS)
libcleat_core_la_DEPENDENCIES = $(libcleat_la_OBJECTS)

include %D%/base/local.mk
include %D%/kernel/local.mk
include %D%/elf/local.mk
include %D%/btf/local.mk
include %D%/log/local.mk
include %D%/object/local.mk
include %D%/linker/local.mk
include %D%/plugin/local.mk
include %D%/live/local.mk
include %D%/unit/local.mk
include %D%/state/local.mk
