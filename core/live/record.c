// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * record.c - what is in a record, member by member: for outputs that keep fields apart.
 */
#include "btf/value.h"
#include "live/context.h"
#include "log/log.h"

static int log_member(const struct cleat_record *record, size_t i, const char **name,
		      struct buf *out)
{
	static const char *const names[] = { "level", "target", "module", "file", "line", "text" };
	struct cleat_log_entry e;

	if (i >= ARRAY_SIZE(names) || map_log_decode(record->map, record, &e))
		return -ENOENT;
	*name = names[i];
	if (i == 4)
		buf_put_u64(out, e.line);
	else
		buf_puts(out, i == 0   ? cleat_log_level_name(e.level)
			      : i == 1 ? e.target
			      : i == 2 ? e.module
			      : i == 3 ? e.file
				       : e.text);
	return out->failed ? -ENOMEM : 0;
}

CLEAT_API int cleat_record_severity(const struct cleat_record *record)
{
	/* of syslog(3): err, warning, info, debug */
	static const int severities[] = { -1, 3, 4, 6, 7, 7 };
	struct cleat_log_entry e;

	if (!record->data || !map_log(record->map) || map_log_decode(record->map, record, &e))
		return -1;
	return severities[e.level];
}

CLEAT_API int cleat_record_member(const struct cleat_record *record, size_t i, const char **name,
				  struct cleat_text *out)
{
	const struct btf *b;
	uint32_t key, value;

	*name = NULL;
	if (record->data && map_log(record->map))
		return log_member(record, i, name, &out->buf);
	if (!record->data || !record->type || i > UINT32_MAX)
		return -ENOENT;
	map_types(record->map, &b, &key, &value);
	return btf_value_format_member(&out->buf, b, record->type, (uint32_t)i, record->data,
				       record->bytes, name);
}
