/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ifaces.h - network interfaces by name, alternative name, number or glob, in the caller's network
 * namespace. Knows nothing of what is attached to them.
 */
#ifndef COMMON_IFACES_H
#define COMMON_IFACES_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/*
 * One target for each interface that the values of the repeatable key @key name, each once, with
 * its name in the key. One that is not there is reported with the nearest name.
 */
int ifaces_expand(struct cleat *c, const struct cleat_params *p, const char *key,
		  struct cleat_targets *out);

/* Number of the interface that @key names, or -errno after saying why. */
int ifaces_index(struct cleat *c, const struct cleat_params *p, const char *key);

/*
 * The interface as a fact: by its name, or by its number when it may be another namespace's
 * (@ours is false).
 */
void ifaces_fact(struct cleat_facts *out, uint32_t ifindex, bool ours);

#endif
