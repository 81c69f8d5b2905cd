# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Kernel tests that belong to no single plugin, and what all of them use. A
# script is one line, its BPF objects another:
#
# kernel_tests += %D%/run.sh
# test_bpf_sources += %D%/run.bpf.c

kernel_test_programs = %D%/bpf-ids %D%/hooks %D%/sockets %D%/victim
noinst_PROGRAMS += $(kernel_test_programs)
%C%_bpf_ids_SOURCES = %D%/bpf-ids.c
%C%_bpf_ids_LDADD =
%C%_hooks_SOURCES = %D%/hooks.c
%C%_hooks_LDADD =
%C%_sockets_SOURCES = %D%/sockets.c
%C%_sockets_LDADD =
%C%_victim_SOURCES = %D%/victim.c
%C%_victim_CFLAGS = $(AM_CFLAGS) -pthread
%C%_victim_LDFLAGS = $(AM_LDFLAGS) -pthread -rdynamic \
	-Wl,--version-script=$(srcdir)/%D%/victim.map
%C%_victim_LDADD =

kernel_tests += %D%/harness.sh %D%/valgrind.sh
kernel_tests += %D%/cli.sh
test_bpf_sources += %D%/cli.bpf.c
kernel_tests += %D%/unit.sh
test_bpf_sources += %D%/unit.bpf.c
kernel_test_data += %D%/lib.sh
EXTRA_DIST += %D%/run %D%/README.md %D%/victim.map $(kernel_tests) $(kernel_test_data)
