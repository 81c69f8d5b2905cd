/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * drop.h - take an object out of the kernel again, and keep what its file and its unit say.
 */
#ifndef UNIT_DROP_H
#define UNIT_DROP_H

#include "live/context.h"

/* Detach all links of the object's that are not pinned, the last first. Returns the first error. */
int drop_links(struct cleat_object *o);
/* Close its programs and maps, unpin maps that were pinned on the way: it can be loaded again. */
void drop_object(struct cleat_object *o);

#endif
