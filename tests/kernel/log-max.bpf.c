// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * log-max.bpf.c - log.bpf.c with all of its records left out by the compiler.
 */
#define CLEAT_LOG_MAX 0
#include "log.bpf.c"
