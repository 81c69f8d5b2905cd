# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# none yet
EXTRA_DIST += %D%/run %D%/start.c %D%/peer-libbpf.c %D%/peer-loads.c %D%/loads %D%/maps %D%/types %D%/drain.c %D%/drain.bpf.c %D%/log %D%/log.bpf.c
