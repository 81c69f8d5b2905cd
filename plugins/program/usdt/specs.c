/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * specs.c - the maps that programs find USDT arguments in; see specs.h.
 *
 * Knows the two layouts of a spec that are compiled into programs. Who uses a number is counted in the
 * map itself, in bytes that programs do not read: so it does not matter how many programs, contexts
 * or processes share the map, and nothing is lost with a process whose links are pinned.
 */
#include "specs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAP "__bpf_usdt_specs"
#define MAP_BY_IP "__bpf_usdt_ip_to_spec_id"

/*
 * A spec is ARGS_MAX arguments, the cookie (8 bytes), the number of arguments (2), 6 bytes that nobody
 * reads. Arguments have 16 bytes. In programs that know indexed operands (and were compiled with a
 * header of libbpf 1.7 or later) bit-fields push the members apart, and they have 24.
 */
struct layout {
	uint8_t arg_size, index, reg, is_signed, shift;
};

static const struct layout narrow = {
	.arg_size = 16, .index = 10, .reg = 12, .is_signed = 14, .shift = 15
};
static const struct layout wide = {
	.arg_size = 24, .index = 10, .reg = 14, .is_signed = 16, .shift = 17
};

#define VALUE_SIZE(layout) (ARGS_MAX * (layout).arg_size + 16u)
#define BIG_ENDIAN_HERE (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

static const struct layout *layout_of(size_t value_size)
{
	return value_size == VALUE_SIZE(narrow) ? &narrow
	       : value_size == VALUE_SIZE(wide) ? &wide
						: NULL;
}

/* ---- bytes -------------------------------------------------------------------------------------- */

static void encode_arg(const struct layout *l, const struct arg *arg, uint8_t *to)
{
	/* 12 bits of the index register, 4 of its scale, as bit-fields are laid out */
	uint16_t index = BIG_ENDIAN_HERE ? (uint16_t)(arg->index << 4 | arg->shift)
					 : (uint16_t)(arg->index | arg->shift << 12);
	/* The kind was a number of 32 bits once; its place among them depends on the byte order. */
	size_t kind = !BIG_ENDIAN_HERE ? 8 : l == &narrow ? 11 : 12;
	size_t index_at = BIG_ENDIAN_HERE && l == &narrow ? 8 : l->index;

	memcpy(to, &arg->value, sizeof(arg->value));
	to[kind] = (uint8_t)arg->kind;
	if (arg->kind == ARG_INDEXED)
		memcpy(to + index_at, &index, sizeof(index));
	memcpy(to + l->reg, &arg->reg, sizeof(arg->reg));
	to[l->is_signed] = arg->is_signed;
	to[l->shift] = (uint8_t)(64 - 8 * arg->bytes);
}

bool specs_encode(const struct spec *spec, void *value, size_t value_size)
{
	const struct layout *l = layout_of(value_size);
	uint8_t *to = value;
	int16_t n = (int16_t)spec->n;

	if (!l)
		return false;
	memset(to, 0, value_size);
	for (size_t i = 0; i < spec->n; i++)
		encode_arg(l, &spec->args[i], to + i * l->arg_size);
	to += ARGS_MAX * l->arg_size;
	memcpy(to, &spec->cookie, sizeof(spec->cookie));
	memcpy(to + 8, &n, sizeof(n));
	return true;
}

/* How many use a spec: the last four bytes. */
static uint32_t users(const uint8_t *slot, uint32_t value_size)
{
	uint32_t n;

	memcpy(&n, slot + value_size - sizeof(n), sizeof(n));
	return n;
}

static void set_users(uint8_t *slot, uint32_t value_size, uint32_t n)
{
	memcpy(slot + value_size - sizeof(n), &n, sizeof(n));
}

static bool is_free(const uint8_t *slot, uint32_t value_size)
{
	return slot[0] == 0 && memcmp(slot, slot + 1, value_size - 1) == 0;
}

/* ---- maps by their descriptors ------------------------------------------------------------------ */

static int map_call(int command, int fd, const void *key, void *value)
{
	union bpf_attr attr = { .map_fd = (uint32_t)fd };

	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)value;
	return cleat_sys_bpf(command, &attr, sizeof(attr));
}

static void give_one(int fd, uint32_t value_size, uint32_t id)
{
	uint8_t slot[VALUE_SIZE(wide)];
	uint32_t n;

	if (value_size > sizeof(slot) || map_call(BPF_MAP_LOOKUP_ELEM, fd, &id, slot))
		return;
	n = users(slot, value_size);
	if (n > 1)
		set_users(slot, value_size, n - 1);
	else
		memset(slot, 0, value_size);
	map_call(BPF_MAP_UPDATE_ELEM, fd, &id, slot);
}

void specs_give(const struct specs *s, const uint32_t *ids, size_t n)
{
	for (size_t i = 0; s->map && i < n; i++)
		give_one(cleat_map_fd(s->map), s->value_size, ids[i]);
}

/* ---- the maps of an object ---------------------------------------------------------------------- */

static int check_map(struct cleat *c, struct cleat_map *m, struct cleat_map_info *info,
		     uint32_t key_size)
{
	info->size = sizeof(*info);
	cleat_map_info(m, info);
	if (info->key_size == key_size)
		return 0;
	return cleat_error(c, EINVAL, "map '%s' has keys of %u bytes, not %u", info->name,
			   info->key_size, key_size);
}

int specs_open(struct cleat_program *prog, struct specs *out)
{
	struct cleat_object *object = cleat_program_object(prog);
	struct cleat *c = cleat_program_context(prog);
	struct cleat_map_info info;
	int err;

	*out = (struct specs) { .c = c,
				.map = cleat_object_map(object, MAP),
				.by_ip = cleat_object_map(object, MAP_BY_IP) };
	if (!out->map)
		return 0;
	err = check_map(c, out->map, &info, sizeof(uint32_t));
	if (err)
		return err;
	if (!layout_of(info.value_size))
		return cleat_error(c, EINVAL,
				   "map '%s' has values of %u bytes: the program was made for "
				   "another way of describing arguments",
				   MAP, info.value_size);
	out->value_size = info.value_size;
	/* libbpf's header of before 1.7 */
	out->no_index = info.value_size == VALUE_SIZE(narrow) && info.value_type &&
			strcmp(info.value_type, "struct __bpf_usdt_spec") == 0;
	out->n = info.max_entries;
	out->slots = calloc(out->n, out->value_size);
	if (!out->slots)
		return cleat_error(c, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < out->n && !err; i++)
		err = map_call(BPF_MAP_LOOKUP_ELEM, cleat_map_fd(out->map), &i,
			       out->slots + (size_t)i * out->value_size);
	return err ? cleat_error_sys(c, err, "cannot read map '%s'", MAP) : 0;
}

void specs_close(struct specs *s)
{
	free(s->slots);
	s->slots = NULL;
}

/* The slot of an equal spec, else a free one, else NULL. */
static uint8_t *find_slot(const struct specs *s, const uint8_t *value)
{
	uint8_t *unused = NULL;

	for (uint32_t i = 0; i < s->n; i++) {
		uint8_t *slot = s->slots + (size_t)i * s->value_size;

		if (is_free(slot, s->value_size))
			unused = unused ? unused : slot;
		else if (memcmp(slot, value, s->value_size - sizeof(uint32_t)) == 0)
			return slot;
	}
	return unused;
}

int specs_take(struct specs *s, const struct spec *spec, uint32_t *id)
{
	uint8_t value[VALUE_SIZE(wide)], *slot;
	int err;

	*id = 0;
	if (!s->map)
		return 0;
	specs_encode(spec, value, s->value_size);
	slot = find_slot(s, value);
	if (!slot) {
		cleat_error(s->c, ENOSPC, "map '%s' has no room for more than %u kinds of probes",
			    MAP, s->n);
		cleat_hint(s->c, "give it more: [map " MAP "] max-entries = %u", s->n * 4);
		return -ENOSPC;
	}
	set_users(value, s->value_size, users(slot, s->value_size) + 1);
	*id = (uint32_t)((size_t)(slot - s->slots) / s->value_size);
	err = map_call(BPF_MAP_UPDATE_ELEM, cleat_map_fd(s->map), id, value);
	if (err)
		return cleat_error_sys(s->c, err, "cannot write map '%s'", MAP);
	memcpy(slot, value, s->value_size);
	return 0;
}

int specs_put_ip(const struct specs *s, uint64_t ip, uint32_t id)
{
	struct cleat_map_info info;
	uint32_t there;
	int err;

	if (!s->by_ip)
		return 0;
	err = check_map(s->c, s->by_ip, &info, sizeof(unsigned long));
	if (err)
		return err;
	err = map_call(BPF_MAP_LOOKUP_ELEM, cleat_map_fd(s->by_ip), &ip, &there);
	if (!err && there != id)
		return cleat_error(s->c, EBUSY,
				   "another program is at this probe with another cookie, and this "
				   "kernel has no attach cookies to tell them apart");
	err = map_call(BPF_MAP_UPDATE_ELEM, cleat_map_fd(s->by_ip), &ip, &id);
	return err ? cleat_error_sys(s->c, err, "cannot write map '%s'", MAP_BY_IP) : 0;
}

/* ---- undoing ------------------------------------------------------------------------------------ */

struct kept {
	int map, by_ip;
	uint32_t value_size;
	uint32_t n_ids;
	uint64_t n_ips;
	uint64_t v[]; /* numbers, then addresses */
};

static int give_back(struct cleat *c, const void *data)
{
	const struct kept *k = data;

	(void)c;
	for (size_t i = 0; i < k->n_ips; i++)
		map_call(BPF_MAP_DELETE_ELEM, k->by_ip, &k->v[k->n_ids + i], NULL);
	for (size_t i = 0; i < k->n_ids; i++)
		give_one(k->map, k->value_size, (uint32_t)k->v[i]);
	return 0;
}

int specs_give_after(struct cleat_attach *a, const struct specs *s, const uint32_t *ids,
		     size_t n_ids, const uint64_t *ips, size_t n_ips)
{
	size_t size = sizeof(struct kept) + (n_ids + n_ips) * sizeof(uint64_t);
	struct kept *k;
	int err;

	if (!s->map)
		return 0;
	k = calloc(1, size);
	if (!k) {
		specs_give(s, ids, n_ids);
		return -ENOMEM;
	}
	k->map = cleat_map_fd(s->map);
	k->by_ip = s->by_ip ? cleat_map_fd(s->by_ip) : -1;
	k->value_size = s->value_size;
	k->n_ids = (uint32_t)n_ids;
	k->n_ips = n_ips;
	for (size_t i = 0; i < n_ids; i++)
		k->v[i] = ids[i];
	if (n_ips)
		memcpy(k->v + n_ids, ips, n_ips * sizeof(*ips));
	err = cleat_attach_after(a, give_back, k, size);
	free(k);
	return err;
}
