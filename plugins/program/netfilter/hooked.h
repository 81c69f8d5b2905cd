/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooked.h - the BPF programs at a hook of one network namespace, as nfnetlink lists them.
 */
#ifndef NETFILTER_HOOKED_H
#define NETFILTER_HOOKED_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/*
 * Gives each program at @hook of @family (NFPROTO_...) in the calling thread's namespace to @each.
 * Returns 0; -EINTR when the list changed meanwhile, so that it is to be asked for again; -EOPNOTSUPP where the
 * kernel does not list its hooks; or another -errno.
 */
int hooked_programs(uint32_t family, uint32_t hook,
		    void (*each)(uint32_t program, int32_t priority, void *user), void *user);

#endif
