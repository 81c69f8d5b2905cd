/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * objectbtf.c - the object's own types in the kernel.
 *
 * Knows that they are sent as they are first, and only after a refusal with what this kernel does
 * not know replaced (btf/fix.h), or not at all. CO-RE never sees what was replaced.
 */
#include "btf/fix.h"
#include "kernel/bpf.h"
#include "live/context.h"

static unsigned int btf_features(struct prober *p)
{
	static const struct {
		enum probe_feature probe;
		unsigned int feature;
	} table[] = {
		{ PROBE_BTF_FUNC, BTF_CAN_FUNC },
		{ PROBE_BTF_GLOBAL_FUNC, BTF_CAN_GLOBAL_FUNC },
		{ PROBE_BTF_DATASEC, BTF_CAN_DATASEC },
		{ PROBE_BTF_FLOAT, BTF_CAN_FLOAT },
		{ PROBE_BTF_DECL_TAG, BTF_CAN_DECL_TAG },
		{ PROBE_BTF_TYPE_TAG, BTF_CAN_TYPE_TAG },
		{ PROBE_BTF_ENUM64, BTF_CAN_ENUM64 },
		{ PROBE_BTF_QMARK, BTF_CAN_QMARK },
	};
	unsigned int features = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (probe(p, table[i].probe) != PROBE_NO)
			features |= table[i].feature;
	return features;
}

/* Optimistic: as it is, then with what this kernel does not know replaced, then not at all. */
static int load_btf(struct cleat_object *o)
{
	const struct btf *own = o->spec->btf;
	struct btf *lesser;
	const void *bytes;
	size_t size;
	int fd;

	bytes = btf_bytes(own, &size);
	fd = bytes ? sys_btf_load(bytes, size, NULL, 0, 0) : -ENOMEM;
	if (fd >= 0 || fd == -EPERM)
		return fd;
	if (btf_downgrade(&lesser, own, btf_features(o->c->prober)))
		return fd;
	bytes = btf_bytes(lesser, &size);
	fd = bytes ? sys_btf_load(bytes, size, NULL, 0, 0) : -ENOMEM;
	btf_free(lesser);
	return fd;
}

int object_btf_fd(struct cleat_object *o)
{
	if (o->btf_tried || !o->spec->btf)
		return o->btf_fd;
	o->btf_tried = true;
	o->btf_fd = load_btf(o);
	if (o->btf_fd < 0 && o->btf_fd != -EPERM)
		report_note(o->c->report, "this kernel does not take the BTF of %s: going on without",
			    o->path);
	return o->btf_fd;
}
