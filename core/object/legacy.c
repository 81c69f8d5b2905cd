/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * legacy.c - maps defined by bytes, in section "maps" or "maps/NAME": what was written before
 * BTF, and is written by Aya today.
 *
 * Knows the layouts found in the wild and how to tell them apart; refuses to know map types. All
 * layouts begin with type, key size, value size, entries. What follows depends on who wrote the
 * header, and the only thing to tell them apart by is the length:
 *
 *   16       nothing: the very first loaders
 *   20       flags: libbpf until 0.8 and most others
 *   24       flags, one word whose meaning differs by author: ignored when it is not zero
 *   28       flags, then two words. Aya: id, pinning. Kernel samples: inner_map_idx, numa_node.
 *            A node counts only with the flag BPF_F_NUMA_NODE, so without that flag a second word
 *            of 1 can only be Aya's "pin by name".
 *   36 up    iproute2: flags, id, pinning, inner_id, inner_idx
 *   280      gobpf: flags, pinning, a name space of 256 bytes
 */
#include "object/internal.h"

enum {
	WORD_TYPE,
	WORD_KEY,
	WORD_VALUE,
	WORD_ENTRIES,
	WORD_FLAGS,
	WORDS_COMMON = 4,
	WORDS_READ = 9,
};

#define FLAG_NUMA_NODE (1u << 2) /* BPF_F_NUMA_NODE: tells two layouts apart */
#define GOBPF_SIZE 280
#define IPROUTE2_SIZE 36
#define NO_INDEX UINT32_MAX

/* A definition with what later passes need. */
struct legacy {
	struct map_spec *map;
	uint32_t id; /* iproute2: of this map, 0: none */
	uint32_t inner_id; /* iproute2: id of the template, 0: none */
	uint32_t slot; /* iproute2: where this map goes in the outer one */
};

typedef VEC(struct legacy) legacy_list;
typedef VEC(const struct elf_symbol *) symbol_list;

static int collect_symbols(const struct object *o, symbol_list *list, struct report *r)
{
	for (size_t i = 1; i < o->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &o->elf->symbols[i];

		if (section_role(o, sym->section) != SECTION_LEGACY || !*sym->name)
			continue;
		if (sym->type != STT_OBJECT && !(sym->type == STT_NOTYPE && sym->bind != STB_LOCAL))
			continue;
		if (vec_push(list, sym))
			return report_oom(r);
	}
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), elf_compare_symbols);
	return 0;
}

static uint32_t word(const struct object *o, const uint8_t *bytes, uint64_t size, unsigned int i)
{
	uint32_t value = 0;

	if ((i + 1) * sizeof(value) <= size)
		memcpy(&value, bytes + i * sizeof(value), sizeof(value));
	return o->elf->foreign ? __builtin_bswap32(value) : value;
}

static void read_tail(struct legacy *l, const uint32_t *w, uint64_t size, struct report *r)
{
	struct map_spec *m = l->map;

	if (size < 24)
		return;
	if (size == GOBPF_SIZE) {
		m->pin_by_name = w[5] >= 1 && w[5] <= 3;
		return;
	}
	if (size >= IPROUTE2_SIZE) {
		l->id = w[5];
		m->pin_by_name = w[6] != 0;
		l->inner_id = w[7];
		l->slot = w[8];
		return;
	}
	if (size == 28 && m->flags & FLAG_NUMA_NODE) {
		m->numa_node = w[6];
		return;
	}
	if (size == 28 && w[6] <= 1) {
		m->pin_by_name = w[6];
		return;
	}
	if (w[5] || w[6])
		report_note(r,
			    "the words after the flags (%u, %u) mean nothing in any known layout: "
			    "ignored",
			    w[5], w[6]);
}

/*
 * struct ____btf_map_NAME { key; value; }: types for an old map. When the sizes do not agree the
 * struct is somebody else's, and the map goes without.
 */
static void annotate(struct object *o, struct map_spec *m)
{
	_buf_free_ struct buf name = { 0 };
	const struct btf_member *members;
	const struct btf_type *t;
	uint32_t id;

	if (!o->btf)
		return;
	buf_printf(&name, "____btf_map_%s", m->name);
	id = name.failed ? 0 : btf_find(o->btf, name.data, BTF_KIND_BIT(BTF_STRUCT));
	t = id ? btf_type(o->btf, id) : NULL;
	if (!t || btf_vlen(t) < 2)
		return;
	members = btf_members(t);
	if (btf_size(o->btf, members[0].type) != m->key_size ||
	    btf_size(o->btf, members[1].type) != m->value_size)
		return;
	m->key_btf = members[0].type;
	m->value_btf = members[1].type;
}

static int read_one(struct object *o, const struct elf_symbol *sym, uint64_t size,
		    legacy_list *list, struct report *r)
{
	const struct elf_section *s = elf_section(o->elf, sym->section);
	struct map_place place = { .section = s->index, .offset = sym->value, .size = size };
	struct legacy l = { .slot = NO_INDEX };
	uint32_t w[WORDS_READ];

	REPORT_IN(r, REPORT_MAP, sym->name);
	if (size < WORDS_COMMON * sizeof(uint32_t))
		return report_error(r, EINVAL,
				    "defined by %llu bytes in section '%s', expected 20 or more",
				    (unsigned long long)size, s->name);
	l.map = object_alloc(o, 1, sizeof(*l.map), r);
	if (!l.map)
		return -ENOMEM;
	for (unsigned int i = 0; i < WORDS_READ; i++)
		w[i] = s->data ? word(o, s->data + sym->value, size, i) : 0;
	l.map->name = sym->name;
	l.map->origin = MAP_FROM_LEGACY;
	l.map->section = s->index;
	l.map->offset = sym->value;
	l.map->type = w[WORD_TYPE];
	l.map->key_size = w[WORD_KEY];
	l.map->value_size = w[WORD_VALUE];
	l.map->max_entries = w[WORD_ENTRIES];
	l.map->flags = w[WORD_FLAGS];
	read_tail(&l, w, size, r);
	annotate(o, l.map);
	place.map = l.map;
	if (vec_push(&o->index->places, place) || vec_push(list, l))
		return report_oom(r);
	return object_add_map(o, l.map, r);
}

/* iproute2 joins maps by ids that the author chose. */
static int compare_ids(const void *pa, const void *pb)
{
	const struct legacy *a = pa, *b = pb;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->map->index < b->map->index ? -1 : 1;
}

static int join_inner(struct legacy *list, size_t n, struct report *r)
{
	if (n)
		qsort(list, n, sizeof(*list), compare_ids);
	for (size_t i = 0; i < n; i++) {
		struct legacy key = { .id = list[i].inner_id, .map = list[i].map };
		struct legacy *inner;
		size_t low = 0, high = n;

		if (!list[i].inner_id)
			continue;
		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (list[mid].id < key.id)
				low = mid + 1;
			else
				high = mid;
		}
		inner = low < n && list[low].id == key.id ? &list[low] : NULL;
		if (!inner || inner == &list[i])
			return report_error(r, ENOENT,
					    "map '%s' wants inner maps like the one with id %u, "
					    "which is not in the object",
					    list[i].map->name, list[i].inner_id);
		list[i].map->inner = inner->map;
		if (inner->slot != NO_INDEX) {
			struct map_slot slot = { .index = inner->slot, .map = inner->map };

			if (vec_push(&list[i].map->slots, slot))
				return report_oom(r);
		}
	}
	return 0;
}

int object_read_legacy(struct object *o, struct report *r)
{
	symbol_list symbols = { 0 };
	legacy_list list = { 0 };
	int err, first = collect_symbols(o, &symbols, r);

	for (size_t i = 0; i < symbols.n && first != -ENOMEM; i++) {
		const struct elf_symbol *sym = symbols.v[i];
		const struct elf_section *s = elf_section(o->elf, sym->section);
		uint64_t size = sym->size, end = s->size;

		if (i + 1 < symbols.n && symbols.v[i + 1]->section == sym->section)
			end = symbols.v[i + 1]->value;
		/* A symbol without size reaches to the next one. */
		if (!size && end > sym->value)
			size = end - sym->value;
		if (sym->value > s->size || size > s->size - sym->value)
			err = report_error(r, EINVAL,
					   "map '%s' takes bytes %llu to %llu of section '%s', "
					   "which has %llu",
					   sym->name, (unsigned long long)sym->value,
					   (unsigned long long)(sym->value + size), s->name,
					   (unsigned long long)s->size);
		else
			err = read_one(o, sym, size, &list, r);
		first = err == -ENOMEM || !first ? err : first;
	}
	if (!first)
		first = join_inner(list.v, list.n, r);
	vec_free(&symbols);
	vec_free(&list);
	return first;
}
