// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-twin.bpf.c - an object that loads beside link-alone.bpf.c, with everything called the same. */
#define TWIN 2
#include "link-alone.bpf.c"
