# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What the running kernel takes and tells: system calls, facts, probes.
libcleat_la_SOURCES += %D%/bpf.c %D%/bpf.h
libcleat_la_SOURCES += %D%/machine.c %D%/machine.h
libcleat_la_SOURCES += %D%/perf.c %D%/perf.h
libcleat_la_SOURCES += %D%/names.c %D%/names.h
libcleat_la_SOURCES += %D%/ksyms.c %D%/kconfig.c %D%/facts.h
libcleat_la_SOURCES += %D%/probe.c %D%/probe-btf.c %D%/probe-type.c \
	%D%/probe-attach.c %D%/probe-helper.c
libcleat_la_SOURCES += %D%/probe.h %D%/probe-internal.h
