# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What BPF programs include, and the example programs.

bpfincludedir = $(includedir)/cleat
bpfinclude_HEADERS = %D%/include/cleat/bpf.h %D%/include/cleat/usdt.h
bpfpartsdir = $(includedir)/cleat/bpf
bpfparts_HEADERS = %D%/include/cleat/bpf/arena.h %D%/include/cleat/bpf/atomic.h \
	%D%/include/cleat/bpf/call.h %D%/include/cleat/bpf/core.h %D%/include/cleat/bpf/dynptr.h \
	%D%/include/cleat/bpf/endian.h %D%/include/cleat/bpf/helpers.h %D%/include/cleat/bpf/iter.h \
	%D%/include/cleat/bpf/kernel.h %D%/include/cleat/bpf/kfuncs.h %D%/include/cleat/bpf/libbpf.h \
	%D%/include/cleat/bpf/lock.h %D%/include/cleat/bpf/map.h %D%/include/cleat/bpf/packet.h \
	%D%/include/cleat/bpf/print.h %D%/include/cleat/bpf/regs.h %D%/include/cleat/bpf/section.h \
	%D%/include/cleat/bpf/tracing.h %D%/include/cleat/bpf/types.h

# bpf_sources += %D%/examples/NAME.bpf.c
bpf_sources += %D%/examples/who.bpf.c %D%/examples/blocklist.bpf.c %D%/examples/egress.bpf.c
