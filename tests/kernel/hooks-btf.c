// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * hooks-btf.c - looks up a name in the kernel's types for hooks.c, with no code of cleat's.
 */
#include "hooks-btf.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

uint32_t btf_find(uint32_t kind, const char *name)
{
	static const uint8_t extra[32] = {
		[BTF_KIND_INT] = 4, [BTF_KIND_ARRAY] = 12, [BTF_KIND_VAR] = 4, [BTF_KIND_DECL_TAG] = 4,
	};
	static const uint8_t each[32] = {
		[BTF_KIND_STRUCT] = 12, [BTF_KIND_UNION] = 12,	    [BTF_KIND_ENUM] = 8,
		[BTF_KIND_DATASEC] = 12, [BTF_KIND_FUNC_PROTO] = 8, [BTF_KIND_ENUM64] = 12,
	};
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	uint32_t id = 1, found = 0;
	struct btf_header h;
	struct stat st;
	uint8_t *data;
	ssize_t n;
	size_t off, have = 0;

	if (fd < 0 || fstat(fd, &st) || !(data = malloc((size_t)st.st_size))) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while ((n = read(fd, data + have, (size_t)st.st_size - have)) > 0)
		have += (size_t)n;
	close(fd);
	if (have < sizeof(h))
		goto out;
	memcpy(&h, data, sizeof(h));
	off = h.hdr_len + h.type_off;
	for (; off + sizeof(struct btf_type) <= h.hdr_len + h.type_off + h.type_len; id++) {
		struct btf_type t;
		uint32_t k;

		memcpy(&t, data + off, sizeof(t));
		k = BTF_INFO_KIND(t.info);
		if (k == kind && !strcmp((char *)data + h.hdr_len + h.str_off + t.name_off, name)) {
			found = id;
			break;
		}
		off += sizeof(t) + extra[k] + (size_t)each[k] * BTF_INFO_VLEN(t.info);
	}
out:
	free(data);
	return found;
}
