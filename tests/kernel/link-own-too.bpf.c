// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-own-too.bpf.c - link-own.bpf.c again, with other numbers. */
#define OWN 2
#include "link-own.bpf.c"
