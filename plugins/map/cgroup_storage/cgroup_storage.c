/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_storage.c - a value for each cgroup and program; superseded by cgrp_storage.
 * What keys are is in common/cgstorage.c.
 */
#include "common/cgstorage.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_CGROUP_STORAGE, .name = "cgroup_storage" },
};

static const struct cleat_map_plugin cgroup_storage = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "cgroup_storage",
			   "a value for each cgroup that a program is attached to"),
	CLEAT_TABLE(types, types),
	.check = cgstorage_check,
	.prepare = cgstorage_prepare,
	.erase = cgstorage_erase,
	.parse = cgstorage_parse,
	.format = cgstorage_format,
};
CLEAT_PLUGIN(cgroup_storage)
