// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probe-btf.c - the smallest BTF that shows whether a kernel knows a kind.
 *
 * Knows the wire format, and what btf_parse() in the kernel demands of each kind. Does not read BTF
 * and shares no code with those who do: these blobs are constants with a header before them.
 */
#include "kernel/bpf.h"
#include "kernel/probe-internal.h"

#define INFO(kind, flag, vlen) ((uint32_t)(flag) << 31 | (uint32_t)(kind) << 24 | (vlen))

enum { INT = 1, PTR, ARRAY, STRUCT, VAR = 14, DATASEC, FLOAT, DECL_TAG, TYPE_TAG, ENUM64 };
enum { FUNC = 12, FUNC_PROTO = 13 };

/*
 * All strings of all blobs, each with an offset by name. "." and "?" first matter in section names:
 * the kernel allows the former since 5.2 and the latter since 6.12.
 */
static const char strings[] = "\0int\0x\0.data\0?.data\0arg:ctx\0tag\0main\0task_struct\0"
			      "arg:trusted\0arg:nullable\0arg:arena\0arg:untrusted";
enum {
	S_INT = 1, S_X = 5, S_DATA = 7, S_QMARK = 13, S_CTX = 20, S_TAG = 28, S_MAIN = 32,
	S_TASK = 37, S_TRUSTED = 49, S_NULLABLE = 61, S_ARENA = 74, S_UNTRUSTED = 84,
};
_Static_assert(sizeof(strings) == S_UNTRUSTED + sizeof("arg:untrusted"), "offsets of the strings");

/* [1] int, with which every blob begins */
#define TYPE_INT S_INT, INFO(INT, 0, 0), 4, (1u << 24 | 32)

static const uint32_t btf_int[] = { TYPE_INT };
static const uint32_t btf_func[] = {
	TYPE_INT,
	0, INFO(FUNC_PROTO, 0, 1), 0, S_X, 1,		/* [2] void (int x) */
	S_X, INFO(FUNC, 0, 0), 2,			/* [3] static */
};
static const uint32_t btf_global_func[] = {
	TYPE_INT,
	0, INFO(FUNC_PROTO, 0, 1), 0, S_X, 1,		/* [2] void (int x) */
	S_X, INFO(FUNC, 0, 1), 2,			/* [3] the linkage is in vlen */
};
static const uint32_t btf_datasec[] = {
	TYPE_INT,
	S_X, INFO(VAR, 0, 0), 1, 0,			/* [2] static int x */
	S_DATA, INFO(DATASEC, 0, 1), 4, 2, 0, 4,	/* [3] .data */
};
static const uint32_t btf_qmark[] = {
	TYPE_INT,
	S_X, INFO(VAR, 0, 0), 1, 0,			/* [2] static int x */
	S_QMARK, INFO(DATASEC, 0, 1), 4, 2, 0, 4,	/* [3] ?.data */
};
static const uint32_t btf_float[] = {
	S_X, INFO(FLOAT, 0, 0), 4,			/* [1] */
};
static const uint32_t btf_decl_tag[] = {
	TYPE_INT,
	S_X, INFO(VAR, 0, 0), 1, 0,			/* [2] static int x */
	S_TAG, INFO(DECL_TAG, 0, 0), 2, UINT32_MAX,	/* [3] of x itself */
};
static const uint32_t btf_type_tag[] = {
	TYPE_INT,
	S_TAG, INFO(TYPE_TAG, 0, 0), 1,			/* [2] */
	0, INFO(PTR, 0, 0), 2,				/* [3] int __tag * */
};
static const uint32_t btf_attribute[] = {
	TYPE_INT,
	S_TAG, INFO(TYPE_TAG, 1, 0), 1,			/* [2] the flag says: no tag, an attribute */
	0, INFO(PTR, 0, 0), 2,				/* [3] */
};
static const uint32_t btf_enum64[] = {
	S_X, INFO(ENUM64, 0, 1), 8, S_TAG, 0, 1,	/* [1] { tag = 1ull << 32 } */
};
/* For a program of two functions, the second with a context that only the tag tells. */
static const uint32_t btf_arg_ctx[] = {
	TYPE_INT,
	0, INFO(PTR, 0, 0), 0,				/* [2] void * */
	0, INFO(FUNC_PROTO, 0, 1), 1, S_X, 2,		/* [3] int (void *x) */
	S_MAIN, INFO(FUNC, 0, 1), 3,			/* [4] */
	S_TAG, INFO(FUNC, 0, 1), 3,			/* [5] */
	S_CTX, INFO(DECL_TAG, 0, 0), 5, 0,		/* [6] of the first argument of [5] */
};

/* The same for pointers to something: the second function's type stands apart. */
#define ARG_FUNCS                                                                        \
	TYPE_INT,                                                                        \
	0, INFO(PTR, 0, 0), 0,				/* [2] void * */                 \
	0, INFO(FUNC_PROTO, 0, 1), 1, S_X, 2,		/* [3] int (void *x) */          \
	S_MAIN, INFO(FUNC, 0, 1), 3,			/* [4] */                        \
	S_TAG, INFO(FUNC, 0, 1), 6,			/* [5] */                        \
	0, INFO(FUNC_PROTO, 0, 1), 1, S_X, 7		/* [6] int ([7] x) */

static const uint32_t btf_arg_trusted[] = {
	ARG_FUNCS,
	0, INFO(PTR, 0, 0), 8,				/* [7] struct task_struct * */
	S_TASK, INFO(STRUCT, 0, 0), 0,			/* [8] */
	S_TRUSTED, INFO(DECL_TAG, 0, 0), 5, 0,		/* [9] */
	S_NULLABLE, INFO(DECL_TAG, 0, 0), 5, 0,		/* [10] */
};
static const uint32_t btf_arg_arena[] = {
	ARG_FUNCS,
	0, INFO(PTR, 0, 0), 1,				/* [7] int * */
	S_ARENA, INFO(DECL_TAG, 0, 0), 5, 0,		/* [8] */
};
static const uint32_t btf_arg_untrusted[] = {
	ARG_FUNCS,
	0, INFO(PTR, 0, 0), 1,				/* [7] int * */
	S_UNTRUSTED, INFO(DECL_TAG, 0, 0), 5, 0,	/* [8] */
};

static const struct {
	const uint32_t *types;
	size_t size;
} blobs[] = {
	[BLOB_INT] = { btf_int, sizeof(btf_int) },
	[BLOB_FUNC] = { btf_func, sizeof(btf_func) },
	[BLOB_GLOBAL_FUNC] = { btf_global_func, sizeof(btf_global_func) },
	[BLOB_DATASEC] = { btf_datasec, sizeof(btf_datasec) },
	[BLOB_QMARK] = { btf_qmark, sizeof(btf_qmark) },
	[BLOB_FLOAT] = { btf_float, sizeof(btf_float) },
	[BLOB_DECL_TAG] = { btf_decl_tag, sizeof(btf_decl_tag) },
	[BLOB_TYPE_TAG] = { btf_type_tag, sizeof(btf_type_tag) },
	[BLOB_ATTRIBUTE] = { btf_attribute, sizeof(btf_attribute) },
	[BLOB_ENUM64] = { btf_enum64, sizeof(btf_enum64) },
	[BLOB_ARG_CTX] = { btf_arg_ctx, sizeof(btf_arg_ctx) },
	[BLOB_ARG_TRUSTED] = { btf_arg_trusted, sizeof(btf_arg_trusted) },
	[BLOB_ARG_ARENA] = { btf_arg_arena, sizeof(btf_arg_arena) },
	[BLOB_ARG_UNTRUSTED] = { btf_arg_untrusted, sizeof(btf_arg_untrusted) },
};

struct header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t type_off;
	uint32_t type_len;
	uint32_t str_off;
	uint32_t str_len;
};

int probe_load_btf(enum probe_blob blob)
{
	uint8_t bytes[sizeof(struct header) + 256 + sizeof(strings)];
	size_t size = blobs[blob].size;
	struct header h = {
		.magic = 0xeb9f,
		.version = 1,
		.hdr_len = sizeof(h),
		.type_len = (uint32_t)size,
		.str_off = (uint32_t)size,
		.str_len = sizeof(strings),
	};

	if (sizeof(h) + size + sizeof(strings) > sizeof(bytes))
		return -E2BIG;
	memcpy(bytes, &h, sizeof(h));
	memcpy(bytes + sizeof(h), blobs[blob].types, size);
	memcpy(bytes + sizeof(h) + size, strings, sizeof(strings));
	return sys_btf_load(bytes, sizeof(h) + size + sizeof(strings), -1);
}
