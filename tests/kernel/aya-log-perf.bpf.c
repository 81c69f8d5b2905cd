// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * aya-log-perf.bpf.c - the same records as releases of aya-log up to 0.2 write them.
 */
#define AYA_PERF
#include "aya-log.bpf.c"
