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
bpfinclude_HEADERS += %D%/include/cleat/log.h

# An example is NAME.bpf.c, its unit NAME.ini, and NAME.md, what it prints. All are installed, to be copied.
bpf_examples = %D%/examples/audit.bpf.c %D%/examples/biolat.bpf.c %D%/examples/blocklist.bpf.c \
	%D%/examples/calm.bpf.c %D%/examples/egress.bpf.c %D%/examples/execsnoop.bpf.c \
	%D%/examples/firewall.bpf.c %D%/examples/funclat.bpf.c %D%/examples/opensnoop.bpf.c \
	%D%/examples/ratelimit.bpf.c %D%/examples/shortcut.bpf.c %D%/examples/steer.bpf.c \
	%D%/examples/tasks.bpf.c %D%/examples/tcplife.bpf.c %D%/examples/usdtlat.bpf.c \
	%D%/examples/who.bpf.c
bpf_sources += $(bpf_examples)
dist_examples_DATA += $(bpf_examples) %D%/examples/histogram.h
dist_examples_DATA += %D%/examples/audit.ini %D%/examples/biolat.ini %D%/examples/calm.ini \
	%D%/examples/execsnoop.ini %D%/examples/firewall.ini %D%/examples/funclat.ini \
	%D%/examples/opensnoop.ini %D%/examples/ratelimit.ini %D%/examples/shortcut.ini \
	%D%/examples/steer.ini %D%/examples/tasks.ini %D%/examples/tcplife.ini %D%/examples/usdtlat.ini
dist_examples_DATA += %D%/examples/README.md %D%/examples/audit.md %D%/examples/biolat.md \
	%D%/examples/blocklist.md %D%/examples/calm.md %D%/examples/egress.md \
	%D%/examples/execsnoop.md %D%/examples/firewall.md %D%/examples/funclat.md \
	%D%/examples/opensnoop.md %D%/examples/ratelimit.md %D%/examples/shortcut.md \
	%D%/examples/steer.md %D%/examples/tasks.md %D%/examples/tcplife.md \
	%D%/examples/usdtlat.md %D%/examples/who.md
