/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooks-btf.h - types of the kernel for hooks.c.
 */
#ifndef HOOKS_BTF_H
#define HOOKS_BTF_H

#include <stdint.h>

/* The id of a kind and name in the kernel's BTF; 0 when there is none. */
uint32_t btf_find(uint32_t kind, const char *name);

#endif
