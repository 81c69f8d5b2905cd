# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# libcleat_la_SOURCES += %D%/foo.c %D%/foo.h
# none yet
