# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# core/base: what every folder of the library may use, and what needs nothing itself.
libcleat_la_SOURCES += %D%/base.h
libcleat_la_SOURCES += %D%/arena.c
libcleat_la_SOURCES += %D%/buf.c
libcleat_la_SOURCES += %D%/diag.c
libcleat_la_SOURCES += %D%/file.c %D%/file.h
libcleat_la_SOURCES += %D%/inifile.c %D%/inifile.h
libcleat_la_SOURCES += %D%/number.c
libcleat_la_SOURCES += %D%/report.c %D%/report.h
libcleat_la_SOURCES += %D%/text.c %D%/text.h
libcleat_la_SOURCES += %D%/vec.c %D%/vec.h
