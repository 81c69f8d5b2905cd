# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
libcleat_la_SOURCES += %D%/log.h %D%/site.c %D%/decode.c %D%/aya.c %D%/text.c
