# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What BPF programs include, and the example programs.

bpfincludedir = $(includedir)/cleat
bpfinclude_HEADERS = %D%/include/cleat/bpf.h %D%/include/cleat/helpers.h %D%/include/cleat/usdt.h

# bpf_sources += %D%/examples/NAME.bpf.c
bpf_sources += %D%/examples/who.bpf.c %D%/examples/blocklist.bpf.c %D%/examples/egress.bpf.c
