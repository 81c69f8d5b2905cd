/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * filter.h - a condition on the members of a struct, compiled once and asked for each value.
 *
 *   filter = test | filter "and" filter | filter "or" filter | "not" filter | "(" filter ")"
 *   test   = MEMBER                       not zero, not empty
 *          | MEMBER OP VALUE              == != < <= > >=, and & (any of these bits)
 *          | MEMBER "in" "(" VALUE, ... ")" | MEMBER "in" VALUE
 *          | MEMBER "like" GLOB           arrays of char only
 *
 * '&&', '||' and '!' are 'and', 'or' and 'not'; 'not' binds tightest, 'or' least. A MEMBER is a name or
 * a path, "outer.inner[2].name". A VALUE is what btf_value_parse() takes for its type: a number, an
 * enumerator (A|B), an address, "text"; what has white space or ( ) , = ! < > & in it stands in
 * quotes. After 'in', an address may be a prefix: 10.0.0.0/8.
 */
#ifndef BTF_FILTER_H
#define BTF_FILTER_H

#include "btf/btf.h"

struct btf_filter;

/*
 * Compile @text for values of type @id, a struct or union; @b is not needed afterwards. Errors say
 * where in the text: "at 'foo'". Returns 0 or -errno.
 */
int btf_filter_new(struct btf_filter **out, const struct btf *b, uint32_t id, const char *text,
		   struct report *r);
void btf_filter_free(struct btf_filter *f);
/*
 * Does it hold for the value in @data. A test of a member that is not all there, because @size is
 * smaller than the type, does not hold. One thread at a time.
 */
bool btf_filter_match(struct btf_filter *f, const void *data, size_t size);

#endif
