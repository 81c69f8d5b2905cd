/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_names.c - the names of kernel types that functions will ask for, so that one walk finds all.
 *
 * Knows who looks types up by name: CO-RE, typed kernel symbols, kernel functions. Refuses to look
 * anything up.
 */
#include "object/core.h"
#include "object/object.h"

int object_wanted_names(struct object *o, struct func *const *funcs, size_t n,
			struct strmap *core, struct strmap *kernel)
{
	uint32_t count = o->btf ? btf_count(o->btf) : 0;
	_free_ uint8_t *seen = calloc(count / 8 + 1, 1);
	size_t i, j;
	int err = seen ? 0 : -ENOMEM;

	for (i = 0; i < n && !err; i++) {
		const struct func *f = funcs[i];

		for (j = 0; j < f->n_relos && !err; j++) {
			uint32_t id = f->relos[j].type_id;
			const char *name;

			if (f->relos[j].kind == CORE_TYPE_ID_LOCAL || id >= count ||
			    seen[id / 8] & 1 << id % 8)
				continue;
			seen[id / 8] |= (uint8_t)(1 << id % 8);
			name = btf_name_of(o->btf, id);
			if (*name)
				err = strmap_set(core, name, NULL);
		}
		for (j = 0; j < f->n_refs && !err; j++) {
			const struct ref *ref = &f->refs[j];

			if (ref->kind != REF_KFUNC && ref->kind != REF_EXTERN)
				continue;
			/* typeless symbols are looked up by address, not in BTF */
			if (ref->ext->kind == EXTERN_KCONFIG || !ref->ext->btf_id)
				continue;
			err = strmap_set(kernel, ref->ext->name, NULL);
		}
	}
	return err;
}
