// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * record.c - what is in a record, member by member: for outputs that keep fields apart.
 */
#include "btf/value.h"
#include "live/context.h"

CLEAT_API int cleat_record_member(const struct cleat_record *record, size_t i, const char **name,
				  struct cleat_text *out)
{
	const struct btf *b;
	uint32_t key, value;

	*name = NULL;
	if (!record->data || !record->type || i > UINT32_MAX)
		return -ENOENT;
	map_types(record->map, &b, &key, &value);
	return btf_value_format_member(&out->buf, b, record->type, (uint32_t)i, record->data,
				       record->bytes, name);
}
