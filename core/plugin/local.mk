# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# core/plugin: descriptors, the plugins behind them, and the keys they take.
libcleat_la_SOURCES += %D%/inner.h
libcleat_la_SOURCES += %D%/descriptor.c
libcleat_la_SOURCES += %D%/image.c
libcleat_la_SOURCES += %D%/index.c
libcleat_la_SOURCES += %D%/params.c %D%/params.h
libcleat_la_SOURCES += %D%/pattern.c
libcleat_la_SOURCES += %D%/plugin.c
libcleat_la_SOURCES += %D%/registry.c %D%/registry.h
libcleat_la_SOURCES += %D%/scan.c
libcleat_la_SOURCES += %D%/trust.c
