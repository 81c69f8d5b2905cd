/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * kprobes.h - a program at many functions of the kernel, by a probe for each.
 */
#ifndef COMMON_KPROBES_H
#define COMMON_KPROBES_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "common/functions.h"

/*
 * What a pattern has found and cannot be probed is left out, with a warning, as long as something is left.
 * Returns 0 or -errno, without a diagnostic unless *said; *bad is the function that could not be probed.
 */
int kprobes_attach(struct cleat_attach *a, const struct functions *f, bool at_return,
		   const char *via, const struct function **bad, bool *said);

#endif
