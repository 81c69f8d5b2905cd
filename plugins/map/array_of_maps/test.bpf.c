/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - the program that maps of two types are tested with, for array_of_maps.
 */
#define TESTED_TYPE BPF_MAP_TYPE_ARRAY_OF_MAPS
#include "../../../tests/kernel/shared/mapofmaps.bpf.h"
