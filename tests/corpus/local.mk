# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Objects of others: `./dev corpus` compiles what it needs itself, since it needs libbpf.
EXTRA_DIST += %D%/run %D%/fetch %D%/judge.awk %D%/packages %D%/expected.tsv %D%/carve.c %D%/peer.c
