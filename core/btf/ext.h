/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ext.h - .BTF.ext: where functions begin, which source line an instruction came from, and the
 * CO-RE relocation records. Byte offsets are as in the file; nothing is applied here.
 */
#ifndef BTF_EXT_H
#define BTF_EXT_H

#include "btf/btf.h"

struct btf_func_info {
	uint32_t insn_off; /* bytes from the start of the section */
	uint32_t type_id;  /* BTF_FUNC */
};

struct btf_line_info {
	uint32_t insn_off;
	uint32_t file_name_off;
	uint32_t line_off;
	uint32_t line_col; /* line << 10 | column */
};

struct btf_core_relo {
	uint32_t insn_off;
	uint32_t type_id;
	uint32_t access_str_off;
	uint32_t kind; /* 0 ... 12 */
};

/* One section's records, sorted by insn_off. */
struct btf_ext_section {
	const char *name; /* of the ELF section */
	struct btf_func_info *funcs;
	size_t n_funcs;
	struct btf_line_info *lines;
	size_t n_lines;
	struct btf_core_relo *relos;
	size_t n_relos;
};

struct btf_ext {
	struct btf_ext_section *sections;
	size_t n_sections;
};

/*
 * Parse. @swap when the file has the other byte order. Records larger than known are cut to what
 * we know. Damaged records of functions and lines are left out with a warning; what makes the
 * relocations unreadable is an error. Reports; returns 0 or -errno.
 */
int btf_ext_open(struct btf_ext **out, const struct btf *btf, const void *data, size_t size,
		 bool swap, struct report *r);
/*
 * Without reading them: may there be relocations? False only when a header that is sound says that
 * there are none.
 */
bool btf_ext_may_relocate(const void *data, size_t size, bool swap);
void btf_ext_free(struct btf_ext *ext);
const struct btf_ext_section *btf_ext_section(const struct btf_ext *ext, const char *name);

#endif
