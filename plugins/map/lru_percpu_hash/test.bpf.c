/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the program that maps of two types are tested with, for lru_percpu_hash.
 */
#define TESTED_TYPE BPF_MAP_TYPE_LRU_PERCPU_HASH
#include "../../../tests/kernel/shared/lru.bpf.h"
