# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
libcleat_la_SOURCES += %D%/linker.h %D%/inner.h
libcleat_la_SOURCES += %D%/linker.c %D%/section.c %D%/symbol.c %D%/agree.c %D%/reloc.c
libcleat_la_SOURCES += %D%/types.c %D%/datasec.c %D%/ext.c %D%/image.c
