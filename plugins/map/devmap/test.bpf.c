/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the programs that maps of two types are tested with, for devmap.
 */
#define TESTED_TYPE BPF_MAP_TYPE_DEVMAP
#define TESTED_KEY 1
#include "../../../tests/kernel/shared/devmaps.bpf.h"
