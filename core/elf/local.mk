# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# core/elf: ELF files and BPF instructions; no system calls but reading the file.
libcleat_la_SOURCES += %D%/debugfile.c %D%/debugfile.h
libcleat_la_SOURCES += %D%/disasm.c
libcleat_la_SOURCES += %D%/elf.c %D%/elf.h
libcleat_la_SOURCES += %D%/insn.c %D%/insn.h
libcleat_la_SOURCES += %D%/minidebug.c %D%/minidebug.h
libcleat_la_SOURCES += %D%/symbol.c %D%/symbol.h
