/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapdevice.c - maps in the memory of a network card, for the programs that it runs itself.
 *
 * Knows that the key names an interface, of the network namespace at the time when the map is made.
 * Which cards and types of maps there are is the kernel's to say.
 */
#include <net/if.h>

#include "live/context.h"

#define NAMES 64 /* of interfaces that one may have been meant to be */

static void no_interface(struct cleat_map *m, const char *name)
{
	struct if_nameindex *all = if_nameindex();
	const char *names[NAMES];
	size_t n = 0;

	for (; all && n < NAMES && all[n].if_index; n++)
		names[n] = all[n].if_name;
	report_error(m->c->report, ENODEV, "no network interface '%s'", name);
	report_nearest(m->c->report, name, names, n);
	if (all)
		if_freenameindex(all);
}

int map_device(struct cleat_map *m)
{
	const char *name = cleat_param(m->params, "device");

	if (!name)
		return 0;
	m->attr.ifindex = if_nametoindex(name);
	if (m->attr.ifindex)
		return 0;
	no_interface(m, name);
	return -ENODEV;
}
