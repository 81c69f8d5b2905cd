# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# libcleat_la_SOURCES += %D%/foo.c %D%/foo.h
libcleat_la_SOURCES += %D%/mapdevice.c %D%/mappin.c
libcleat_la_SOURCES += %D%/replace.c
libcleat_la_SOURCES += %D%/loadlog.c %D%/refusal.c %D%/refusal.h
libcleat_la_SOURCES += %D%/verifier.c %D%/verifier.h %D%/verifier-hints.c \
	%D%/verifier-log.c %D%/verifier-log.h
libcleat_la_SOURCES += %D%/context.c %D%/context.h %D%/host.c %D%/target.c \
	%D%/object.c %D%/claim.c %D%/types.c %D%/load.c %D%/policy.c %D%/program.c %D%/map.c %D%/mapfind.c %D%/mapnew.c \
	%D%/mapkeys.c %D%/mapmake.c %D%/mapops.c %D%/maptext.c %D%/mapwalk.c \
	%D%/attach.c %D%/link.c %D%/reader.c %D%/reader.h %D%/wait.c %D%/facts.c %D%/kernel.c %D%/plugins.c
libcleat_la_SOURCES += %D%/objectbtf.c %D%/token.c %D%/attached.c
libcleat_la_SOURCES += %D%/userfunctions.c
libcleat_la_SOURCES += %D%/world.c %D%/world.h
libcleat_la_SOURCES += %D%/record.c %D%/writer.c
libcleat_la_SOURCES += %D%/btftext.c %D%/objecttypes.c
libcleat_la_SOURCES += %D%/log.c %D%/logreader.c
libcleat_la_SOURCES += %D%/linker.c %D%/exclusive.c
libcleat_la_SOURCES += %D%/testrun.c %D%/features.c %D%/code.c
libcleat_la_SOURCES += %D%/keyset.c %D%/keyset.h %D%/mapbatch.c %D%/entries.c %D%/entries.h %D%/mapload.c %D%/mapdump.c
