/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * registers.h - where registers are in the kernel's struct pt_regs, by the names that assemblers use.
 */
#ifndef USDT_REGISTERS_H
#define USDT_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False when it is none, or none that the kernel keeps there. @machine: EM_... */
bool register_find(uint16_t machine, const char *name, size_t n, uint16_t *offset);
/* Is it one that always reads as 0. */
bool register_is_zero(uint16_t machine, const char *name, size_t n);
/* Is it the instruction pointer, which operands can be relative to (x86). */
bool register_is_pc(uint16_t machine, uint16_t offset);

#endif
