/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the programs that maps of two types are tested with, for devmap_hash.
 */
#define TESTED_TYPE BPF_MAP_TYPE_DEVMAP_HASH
#define TESTED_KEY 700
#include "../../../tests/kernel/shared/devmaps.bpf.h"
