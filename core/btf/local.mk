# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# core/btf: types: read, index, find, match, fix, print, encode. No system calls.
libcleat_la_SOURCES += %D%/btf.h %D%/inner.h
libcleat_la_SOURCES += %D%/btf.c
libcleat_la_SOURCES += %D%/build.c
libcleat_la_SOURCES += %D%/check.c
libcleat_la_SOURCES += %D%/filter.c %D%/filter.h
libcleat_la_SOURCES += %D%/find.c
libcleat_la_SOURCES += %D%/shape.c
libcleat_la_SOURCES += %D%/table.c
libcleat_la_SOURCES += %D%/walk.c
libcleat_la_SOURCES += %D%/argtags.c %D%/argtags.h
libcleat_la_SOURCES += %D%/ctxname.c %D%/ctxname.h
libcleat_la_SOURCES += %D%/ext.c %D%/ext.h
libcleat_la_SOURCES += %D%/dedup.c %D%/dedup.h
libcleat_la_SOURCES += %D%/fix.c %D%/fix.h
libcleat_la_SOURCES += %D%/layout.c
libcleat_la_SOURCES += %D%/merge.c
libcleat_la_SOURCES += %D%/prune.c %D%/prune.h
libcleat_la_SOURCES += %D%/match.c %D%/match.h
libcleat_la_SOURCES += %D%/sections.c
libcleat_la_SOURCES += %D%/rebase.c %D%/rebase.h
libcleat_la_SOURCES += %D%/value.h %D%/value-scalar.h %D%/value-word.h
libcleat_la_SOURCES += %D%/value.c %D%/value-scalar.c %D%/value-parse.c %D%/value-word.c %D%/value-sum.c
libcleat_la_SOURCES += %D%/decl.h %D%/decl-inner.h
libcleat_la_SOURCES += %D%/decl.c %D%/decl-layout.c %D%/decl-tags.c %D%/decl-types.c %D%/uapi-names.h
libcleat_la_SOURCES += %D%/header.h %D%/header.c %D%/listing.c
