/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * value.h - values as text and JSON, and back, directed by BTF.
 *
 * Text form: numbers in decimal, bool true/false, enumerators by name (or the number; flags as
 * A|B when they add up), pointers 0x..., char arrays that hold text as "quoted", structs
 * { pid = 7, comm = "sh" }, arrays [ 1, 2 ]. Addresses are recognised by type name or size hints:
 * see btf_value_parse. What is printed can be parsed again.
 */
#ifndef BTF_VALUE_H
#define BTF_VALUE_H

#include "btf/btf.h"

enum btf_value_flags {
	BTF_VALUE_JSON = 1 << 0,
	BTF_VALUE_COMPACT = 1 << 1, /* text: one line (the default); unset INDENT */
	BTF_VALUE_INDENT = 1 << 2,  /* text: a member a line */
	BTF_VALUE_BARE = 1 << 3,    /* text, outermost struct: "pid=7 comm=sh" for event lines */
	BTF_VALUE_SWAP = 1 << 4,    /* the bytes are in the other byte order */
};

/*
 * Append the value of type @id in @data to @out. -EMSGSIZE when @size is smaller than the type
 * (what is there is printed), -EINVAL for a type without values.
 */
int btf_value_format(struct buf *out, const struct btf *b, uint32_t id, const void *data,
		     size_t size, unsigned int flags);

/*
 * Parse @text into @data (zeroed first) of exactly @size bytes. Takes what btf_value_format()
 * writes in text and JSON form, and: numbers in any base, sizes (4K), enumerators A|B, "strings"
 * (bare words for char arrays), dotted IPv4 for 4-byte and IPv6 for 16-byte byte arrays and for
 * __be32/u32 (network order for __be types and byte arrays), aa:bb:cc:dd:ee:ff for 6 bytes,
 * 0x hex bytes for any type. Missing members are zero. Errors say where in the text: "at 'foo'".
 */
int btf_value_parse(const struct btf *b, uint32_t id, const char *text, void *data, size_t size,
		    struct report *r);

#endif
