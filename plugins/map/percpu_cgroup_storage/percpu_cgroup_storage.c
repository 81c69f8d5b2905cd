/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * percpu_cgroup_storage.c - a value for each cgroup, program and CPU; superseded by cgrp_storage.
 * What keys are is in common/cgstorage.c.
 */
#include "common/cgstorage.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE,
	  .flags = CLEAT_MAP_PER_CPU,
	  .name = "percpu_cgroup_storage" },
};

static const struct cleat_map_plugin percpu_cgroup_storage = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "percpu_cgroup_storage",
			   "a value for each cgroup and CPU"),
	CLEAT_TABLE(types, types),
	.check = cgstorage_check,
	.prepare = cgstorage_prepare,
	.erase = cgstorage_erase,
	.parse = cgstorage_parse,
	.format = cgstorage_format,
};
CLEAT_PLUGIN(percpu_cgroup_storage)
