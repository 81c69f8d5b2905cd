/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the programs that maps of two types are tested with, for queue.
 */
#define TESTED_TYPE BPF_MAP_TYPE_QUEUE
#include "../../../tests/kernel/shared/keyless.bpf.h"
