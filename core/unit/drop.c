// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * drop.c - the reverse of loading. Knows what of a handle is the kernel's and goes, and what is the
 * object's and stays; refuses to touch what others pinned.
 */
#include <sys/mman.h>

#include "unit/drop.h"

int drop_links(struct cleat_object *o)
{
	struct cleat *c = o->c;
	int err = 0, e;
	size_t i;

	for (i = c->links.n; i-- > 0;) {
		struct cleat_link *l = c->links.v[i];

		if (!l->program || l->program->object != o)
			continue;
		e = link_release(l, true);
		err = err ? err : e;
	}
	return err;
}

static void drop_map(struct cleat_map *m)
{
	const char *pin = m->params ? cleat_param(m->params, "pin") : NULL;

	if (m->memory)
		munmap(m->memory, m->memory_size);
	m->memory = NULL;
	m->memory_size = 0;
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	m->id = 0;
	m->frozen = false;
	if (m->pinned_here && pin)
		unlink(pin);
	m->pinned_here = false;
}

void drop_object(struct cleat_object *o)
{
	size_t i;

	for (i = 0; i < o->n_programs; i++)
		cleat_program_unload(&o->programs[i]);
	for (i = 0; i < o->n_maps; i++)
		drop_map(&o->maps[i]);
	if (o->btf_fd >= 0)
		close(o->btf_fd);
	o->btf_fd = -1;
	o->btf_tried = false;
	o->maps_created = false;
	o->slots_filled = false;
}
