# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
libcleat_la_SOURCES += %D%/upload.c
libcleat_la_SOURCES += %D%/core.h %D%/core_run.h
libcleat_la_SOURCES += %D%/core_error.c %D%/core_find.c %D%/core_names.c %D%/core_patch.c
libcleat_la_SOURCES += %D%/core_relo.c %D%/core_spec.c %D%/core_text.c %D%/core_value.c
libcleat_la_SOURCES += %D%/object.h %D%/target.h %D%/internal.h
libcleat_la_SOURCES += %D%/object.c %D%/funcs.c %D%/btfinfo.c %D%/extern.c %D%/kconfig-value.c
libcleat_la_SOURCES += %D%/merged.c %D%/vars.c %D%/resize.c %D%/dialect.c %D%/claim.c %D%/jumps.c %D%/mapdef.c %D%/legacy.c %D%/refs.c %D%/link.c %D%/gate.c %D%/dead.c %D%/resolve.c %D%/targets.c
