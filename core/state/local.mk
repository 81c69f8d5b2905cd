# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# core/state: what units want, what was applied, and the way from one to the other.
libcleat_la_SOURCES += %D%/apply.c
libcleat_la_SOURCES += %D%/blob.c
libcleat_la_SOURCES += %D%/conflict.c
libcleat_la_SOURCES += %D%/foreign.c
libcleat_la_SOURCES += %D%/guard.c
libcleat_la_SOURCES += %D%/keys.c
libcleat_la_SOURCES += %D%/look.c
libcleat_la_SOURCES += %D%/loose.c
libcleat_la_SOURCES += %D%/plan.c
libcleat_la_SOURCES += %D%/privilege.c
libcleat_la_SOURCES += %D%/record.c
libcleat_la_SOURCES += %D%/seeds.c
libcleat_la_SOURCES += %D%/settle.c
libcleat_la_SOURCES += %D%/shown.c
libcleat_la_SOURCES += %D%/stage.c
libcleat_la_SOURCES += %D%/swap.c
libcleat_la_SOURCES += %D%/switch.c
libcleat_la_SOURCES += %D%/tree.c %D%/state.h
libcleat_la_SOURCES += %D%/variables.c
libcleat_la_SOURCES += %D%/wanted.c
