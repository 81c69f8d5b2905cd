/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * value.h - values as text and JSON, and back, directed by BTF.
 *
 * Text form: numbers in decimal, bool true/false, enumerators by name (or the number; flags as
 * A|B when they add up), pointers 0x..., char arrays that hold text as "quoted", structs
 * { pid = 7, comm = "sh" }, arrays [ 1, 2 ]. Members of anonymous structs and unions are members
 * of the outer one; of a union all members are written. The last member of the outermost struct,
 * if it is an array without a length, has the rest of the data. What is printed can be parsed
 * again.
 *
 * JSON form: the same in strict JSON. Integers up to 64 bits are numbers; wider ones, pointers,
 * enumerators, addresses, nan and inf are strings.
 *
 * Char arrays are text if the bytes before the first NUL are UTF-8 (a character cut off at the end
 * is fine, and left out in JSON) without control characters other than those of white space, bell
 * and escape; what is behind the NUL is then not shown. Else they are arrays of numbers. Only the
 * type 'char' is text; 'unsigned char', '__u8' and 'signed char' are numbers.
 *
 * Addresses are recognised by type, and for lack of a type by size and member name:
 *   __be16, __be64, in_port_t     the number that the network byte order stands for
 *   __be32, in_addr_t, in_addr    192.0.2.1
 *   in6_addr                      2001:db8::1
 *   6 unsigned bytes              02:00:00:00:00:01
 *   16 unsigned bytes, 4 __be32   2001:db8::1 if the member's name has "addr", "ip6" or "ipv6"
 *   4 other 32-bit ints           2001:db8::1 if the name has "ip6", "ipv6" or "addr6"
 */
#ifndef BTF_VALUE_H
#define BTF_VALUE_H

#include "btf/btf.h"

enum btf_value_flags {
	BTF_VALUE_JSON = 1 << 0,
	BTF_VALUE_COMPACT = 1 << 1, /* one line (the default); unset INDENT */
	BTF_VALUE_INDENT = 1 << 2, /* a member a line, in both forms */
	BTF_VALUE_BARE = 1 << 3, /* text, outermost struct: "pid=7 comm=sh" for event lines */
	BTF_VALUE_SWAP = 1 << 4, /* the bytes are in the other byte order */
	BTF_VALUE_EXACT = 1 << 5, /* what stands behind the end of a text counts: then it is no text */
};

/*
 * Append the value of type @id in @data to @out. -EMSGSIZE when @size is smaller than the type
 * (what is there is printed: members that are not all there are left out, a lone number becomes
 * the 0x bytes that there are), -EINVAL for a type without values, -E2BIG for a type that has more
 * parts than anybody reads, -ENOMEM. JSON is valid in each case but the last.
 */
int btf_value_format(struct buf *out, const struct btf *b, uint32_t id, const void *data,
		     size_t size, unsigned int flags);

/*
 * Append the value of the @i-th member of struct @id, those of anonymous structs being the outer
 * one's, in text form; text is as it is, without quotes. *name is the member's. -ENOENT past the end;
 * else as btf_value_format(), -EMSGSIZE with nothing appended for a member that is not there at all.
 */
int btf_value_format_member(struct buf *out, const struct btf *b, uint32_t id, uint32_t i,
			    const void *data, size_t size, const char **name);

/*
 * Parse @text into @data (zeroed first) of exactly @size bytes. Takes what btf_value_format()
 * writes in text and JSON form, bare lines too, and: numbers in any base, sizes (4K), enumerators
 * A|B, yes/no and on/off for bool, "strings" (bare words for char arrays), paths of members
 * (outer.inner = 1), a struct of one member without its braces. Dotted IPv4 is taken for any
 * 4-byte int, array of bytes and in_addr, and is always those four bytes in network order, as
 * programs find them in packets; IPv6 the same for 16 bytes; aa:bb:cc:dd:ee:ff for 6. A plain
 * number for a __be type is in host order. 0x and all bytes in the order of memory does for any
 * struct or array. Missing members and elements are zero. Errors say where in the text: "at 'foo'".
 */
int btf_value_parse(const struct btf *b, uint32_t id, const char *text, void *data, size_t size,
		    struct report *r);

/*
 * Add @value to @sum, both of type @id and @size bytes, member by member. -EOPNOTSUPP when not all of it
 * is integers (addresses, text, bool and enumerators are none), -ERANGE when a sum does not fit,
 * -EMSGSIZE when @size is too small; @sum is then of no use.
 */
int btf_value_add(const struct btf *b, uint32_t id, void *sum, const void *value, size_t size);

#endif
