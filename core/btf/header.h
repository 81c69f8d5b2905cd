/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * header.h - BTF as text: a C header of some types or of all, and a list of every record. The text is
 * handed on in pieces, as it is made: a kernel's is several megabytes.
 */
#ifndef BTF_HEADER_H
#define BTF_HEADER_H

#include "btf/btf.h"

struct btf_writer {
	/* Takes a piece; returns 0, or what ends the whole. */
	int (*write)(void *user, const char *text, size_t n);
	void *user;
};

/*
 * A header that compiles, for BPF programs and others, of the types @ids and of all that they need. A
 * function or variable is declared as an extern of the kernel. @title says in its first line what they are
 * of. *bad is the type that an error is about, or 0. Returns 0, -EINVAL for what C cannot say, -E2BIG for
 * hostile types, -ENOMEM, or what the writer returned.
 */
int btf_header_of(const struct btf *b, const uint32_t *ids, size_t n, const char *title,
		  const struct btf_writer *w, uint32_t *bad);
/* The same of all types by name, and of the functions that programs may call. Of a split BTF its own. */
int btf_header_all(const struct btf *b, const char *title, const struct btf_writer *w, uint32_t *bad);
/* Every record as it is, one a line; as JSON, an object with the list "types". */
int btf_list(const struct btf *b, bool json, const struct btf_writer *w);

#endif
