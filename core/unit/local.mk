# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# core/unit: unit files, checked against their objects, and sessions of them.
libcleat_la_SOURCES += %D%/check.c
libcleat_la_SOURCES += %D%/check-program.c
libcleat_la_SOURCES += %D%/condition.c
libcleat_la_SOURCES += %D%/find.c
libcleat_la_SOURCES += %D%/order.c
libcleat_la_SOURCES += %D%/output.c
libcleat_la_SOURCES += %D%/parse.c
libcleat_la_SOURCES += %D%/rate.c %D%/rate.h
libcleat_la_SOURCES += %D%/refresh.c
libcleat_la_SOURCES += %D%/seed.c
libcleat_la_SOURCES += %D%/session.c
libcleat_la_SOURCES += %D%/watch.c
libcleat_la_SOURCES += %D%/share.c
libcleat_la_SOURCES += %D%/unit.c %D%/unit.h
