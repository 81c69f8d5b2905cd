/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stack_trace.c - call stacks that programs recorded with bpf_get_stackid(), by their numbers.
 *
 * Addresses of the kernel are shown as functions. Whose those of user space are a stack does not say:
 * they are functions when the key "pid" tells.
 */
#include "common/mapref.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* kernel.perf_event_max_stack, unless somebody raised it. */
#define FRAMES 127
/* Where the kernel's half of the addresses begins. */
#define KERNEL_HALF (UINT64_C(1) << 63)

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_STACK_TRACE, .flags = CLEAT_MAP_NO_BTF, .name = "stack_trace" },
};

static const struct cleat_key keys[] = {
	{ .name = "pid", .type = CLEAT_TYPE_UINT, .flags = CLEAT_KEY_ANY_TIME,
	  .help = "the stacks are this process's: its functions by their names" },
};

static uint32_t frame_size(uint32_t flags)
{
	return flags & BPF_F_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) : sizeof(uint64_t);
}

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	uint32_t frame = frame_size(attr->flags);

	if (cleat_param_uint(p, "pid") > INT_MAX)
		return cleat_param_error(cleat_map_context(m), p, "pid", EINVAL,
					 "no process has such a number");
	if (attr->key_size != sizeof(uint32_t))
		return cleat_error(cleat_map_context(m), EINVAL,
				   "keys of a map of stacks have 4 bytes, not %u", attr->key_size);
	if (!attr->value_size || attr->value_size % frame) {
		cleat_error(cleat_map_context(m), EINVAL,
			    "a stack has %u bytes for each frame: %u bytes are no number of frames",
			    frame, attr->value_size);
		cleat_hint(cleat_map_context(m), "%d frames are %u bytes", FRAMES, FRAMES * frame);
		return -EINVAL;
	}
	return mapref_check_room(m, attr);
}

static int refuse(struct cleat_map *m)
{
	return cleat_error(cleat_map_context(m), EOPNOTSUPP,
			   "stacks are recorded by programs: they can be read and deleted");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	(void)key;
	(void)value;
	(void)flags;
	return refuse(m);
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	(void)text;
	(void)data;
	(void)size;
	return which == CLEAT_KEY ? -EAGAIN : refuse(m);
}

/* Whose stacks they are; 0: that was not said. */
static int pid_of(const struct cleat_map *m)
{
	const struct cleat_params *p = cleat_map_params(m);
	uint64_t pid = p ? cleat_param_uint(p, "pid") : 0;

	return pid <= INT_MAX ? (int)pid : 0;
}

static void put_address(struct cleat_map *m, uint64_t address, struct cleat_text *out)
{
	struct cleat *c = cleat_map_context(m);
	uint64_t offset = 0;
	const char *name = address >= KERNEL_HALF ?
				   cleat_kernel_function(c, address, &offset) :
				   cleat_user_function(c, pid_of(m), address, &offset);

	if (name)
		cleat_text_add(out, "%s+0x%llx", name, (unsigned long long)offset);
	else
		cleat_text_add(out, "0x%llx", (unsigned long long)address);
}

/* A frame whose file has no build id has its address. */
static void put_build_id(struct cleat_map *m, const struct bpf_stack_build_id *id,
			 struct cleat_text *out)
{
	const char *name;
	uint64_t offset;

	if (id->status != BPF_STACK_BUILD_ID_VALID) {
		put_address(m, id->ip, out);
		return;
	}
	name = cleat_user_function_in(cleat_map_context(m), pid_of(m), id->build_id,
				      sizeof(id->build_id), id->offset, &offset);
	if (name) {
		cleat_text_add(out, "%s+0x%llx", name, (unsigned long long)offset);
		return;
	}
	for (size_t i = 0; i < sizeof(id->build_id); i++)
		cleat_text_add(out, "%02x", id->build_id[i]);
	cleat_text_add(out, "+0x%llx", (unsigned long long)id->offset);
}

/* The innermost frame first; the first 0 is the end. */
static int format(struct cleat_map *m, int which, const void *data, size_t size, unsigned int flags,
		  struct cleat_text *out)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	uint32_t frame;

	if (which == CLEAT_KEY)
		return -EAGAIN;
	cleat_map_info(m, &info);
	frame = frame_size(info.flags);
	cleat_text_add(out, "[");
	for (size_t at = 0; at + frame <= size; at += frame) {
		struct bpf_stack_build_id id;
		uint64_t address;

		memcpy(&address, (const char *)data + at, sizeof(address));
		if (!address)
			break;
		cleat_text_add(out, "%s%s", at ? ", " : *quote ? "" : " ", quote);
		if (frame == sizeof(id)) {
			memcpy(&id, (const char *)data + at, sizeof(id));
			put_build_id(m, &id, out);
		} else {
			put_address(m, address, out);
		}
		cleat_text_add(out, "%s", quote);
	}
	cleat_text_add(out, *quote ? "]" : " ]");
	return 0;
}

static const struct cleat_map_plugin stack_trace = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "stack_trace",
			   "call stacks by their numbers"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.update = update,
	.parse = parse,
	.format = format,
};
CLEAT_PLUGIN(stack_trace)
