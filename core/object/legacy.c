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
 *   28       flags, then two words. Kernel samples: inner_map_idx, numa_node. Aya: id (always 0),
 *            pinning. Cilium's first ones: iproute2's id and pinning, without what follows.
 *            A node counts only with the flag BPF_F_NUMA_NODE, so without that flag a second word
 *            is a way of pinning; 1 is Aya's "by name" when there is no id.
 *   36 up    iproute2: flags, id, pinning, inner_id, inner_idx
 *   280      gobpf: flags, pinning, a name space of 256 bytes
 *
 * iproute2 and gobpf pin in three ways. "For all objects" is a place that other loaders know, too.
 * "For this object" lets the programs of an object share a map, which they do here without a pin.
 * The third way, a directory from a file of the administrator's, is the unit's business here.
 */
#include "object/internal.h"

enum {
	WORD_TYPE,
	WORD_KEY,
	WORD_VALUE,
	WORD_ENTRIES,
	WORD_FLAGS,
	WORD_ID,
	WORD_PINNING,
	WORD_INNER_ID,
	WORD_SLOT,
	WORDS_READ,
	WORDS_COMMON = 4,
	WORD_INNER_INDEX = 5, /* kernel samples */
	WORD_NODE = 6,
	WORD_GOBPF_PINNING = 5,
};

/* "pinning" of iproute2 and gobpf. */
enum { PIN_NONE, PIN_OBJECT, PIN_GLOBAL, PIN_CUSTOM };

#define FLAG_NUMA_NODE (1u << 2) /* BPF_F_NUMA_NODE: tells two layouts apart */
#define CILIUM_SIZE 28
#define IPROUTE2_SIZE 36
#define GOBPF_SIZE 280
#define GOBPF_SPACE 24 /* where the name space begins */
#define NO_INDEX UINT32_MAX

/* A definition with what later passes need. */
struct legacy {
	struct map_spec *map;
	uint32_t id; /* iproute2: of this map, 0: none */
	uint32_t inner_id; /* iproute2: id of the template, 0: none */
	uint32_t slot; /* iproute2: where this map goes in the outer one */
	uint32_t inner_index; /* samples: the template is the map with this number */
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

/* @dir: where maps for all objects are, below the root of the BPF file system. */
static void set_pinning(struct map_spec *m, uint32_t how, const char *dir, struct report *r)
{
	if (how == PIN_GLOBAL) {
		m->pin_by_name = true;
		m->pin_dir = dir;
	} else if (how != PIN_NONE && how != PIN_OBJECT) {
		report_note(r, "it is to be pinned in a way (%u) that only its own loader can "
			       "explain: not pinned",
			    how);
		report_hint(r, "set 'pin' in [map %s] of the unit", m->name);
	}
}

/* The 256 bytes are a directory's name, and nothing that leads out of the BPF file system. */
static int read_gobpf(struct object *o, struct map_spec *m, uint32_t how, const char *space,
		      struct report *r)
{
	size_t n = strnlen(space, GOBPF_SIZE - GOBPF_SPACE);
	const char *dir = NULL;

	if (how == PIN_GLOBAL && n && !memchr(space, '.', n)) {
		dir = arena_format(o->arena, "%.*s/globals", (int)n, space);
		if (!dir)
			return report_oom(r);
	}
	set_pinning(m, how == PIN_GLOBAL && !dir ? PIN_CUSTOM : how, dir, r);
	return 0;
}

static void read_iproute2(struct legacy *l, const uint32_t *w, struct report *r)
{
	l->id = w[WORD_ID];
	set_pinning(l->map, w[WORD_PINNING], "tc/globals", r);
}

/* 28 bytes: whose they are, see above. */
static void read_two_words(struct legacy *l, const uint32_t *w, struct report *r)
{
	struct map_spec *m = l->map;

	if (m->flags & FLAG_NUMA_NODE)
		m->numa_node = w[WORD_NODE];
	if (m->flags & FLAG_NUMA_NODE || !w[WORD_PINNING])
		l->inner_index = w[WORD_INNER_INDEX];
	if (m->flags & FLAG_NUMA_NODE)
		return;
	if (w[WORD_PINNING] == 1 && !w[WORD_ID])
		m->pin_by_name = true;
	else
		read_iproute2(l, w, r);
}

static int read_tail(struct object *o, struct legacy *l, const uint32_t *w, const uint8_t *bytes,
		     uint64_t size, struct report *r)
{
	if (size == GOBPF_SIZE)
		return bytes ? read_gobpf(o, l->map, w[WORD_GOBPF_PINNING],
					  (const char *)bytes + GOBPF_SPACE, r)
			     : 0;
	if (size >= IPROUTE2_SIZE) {
		read_iproute2(l, w, r);
		l->inner_id = w[WORD_INNER_ID];
		l->slot = w[WORD_SLOT];
	} else if (size == CILIUM_SIZE) {
		read_two_words(l, w, r);
	} else if (size >= 24 && (w[5] || w[6])) {
		report_note(r,
			    "the words after the flags (%u, %u) mean nothing in any known layout: "
			    "ignored",
			    w[5], w[6]);
	}
	return 0;
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
	const uint8_t *bytes = s->data ? s->data + sym->value : NULL;
	struct legacy l = { .slot = NO_INDEX, .inner_index = NO_INDEX };
	uint32_t w[WORDS_READ];
	int err;

	REPORT_IN(r, REPORT_MAP, sym->name);
	if (size < WORDS_COMMON * sizeof(uint32_t))
		return report_error(r, EINVAL,
				    "defined by %llu bytes in section '%s', expected 20 or more",
				    (unsigned long long)size, s->name);
	l.map = object_alloc(o, 1, sizeof(*l.map), r);
	if (!l.map)
		return -ENOMEM;
	for (unsigned int i = 0; i < WORDS_READ; i++)
		w[i] = bytes ? word(o, bytes, size, i) : 0;
	l.map->name = sym->name;
	l.map->origin = MAP_FROM_LEGACY;
	l.map->section = s->index;
	l.map->offset = sym->value;
	l.map->is_static = sym->bind == STB_LOCAL;
	l.map->type = w[WORD_TYPE];
	l.map->key_size = w[WORD_KEY];
	l.map->value_size = w[WORD_VALUE];
	l.map->max_entries = w[WORD_ENTRIES];
	l.map->flags = w[WORD_FLAGS];
	err = read_tail(o, &l, w, bytes, size, r);
	if (err)
		return err;
	annotate(o, l.map);
	place.map = l.map;
	if (vec_push(&o->index->places, place) || vec_push(list, l))
		return report_oom(r);
	return object_add_map(o, l.map, r);
}

/*
 * Kernel samples number their maps in the order of the section. Only the type of a map tells whether
 * the number counts, which is not known here.
 */
static void guess_inner(struct legacy *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].inner_index < n && list[i].inner_index != i)
			list[i].map->maybe_inner = list[list[i].inner_index].map;
}

/* iproute2 joins maps by ids that the author chose. */
static int compare_ids(const void *pa, const void *pb)
{
	const struct legacy *a = pa, *b = pb;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->map->index < b->map->index ? -1 : 1;
}

/* The first map with that id in the sorted list, or NULL. */
static struct legacy *find_id(struct legacy *list, size_t n, uint32_t id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (list[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return id && low < n && list[low].id == id ? &list[low] : NULL;
}

static int join_inner(struct legacy *list, size_t n, struct report *r)
{
	for (size_t i = 0; i < n; i++) {
		struct legacy *inner = find_id(list, n, list[i].inner_id);

		if (!list[i].inner_id)
			continue;
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

/* "2/17": a program for slot 17 of the map with the id 2, to be jumped to. */
static bool is_slot_name(const char *name, uint32_t *id, uint32_t *slot)
{
	_free_ char *copy = text_dup(name);
	char *slash = copy ? strchr(copy, '/') : NULL;
	uint64_t a, b;

	if (!slash)
		return false;
	*slash = '\0';
	if (text_u64(copy, &a) || text_u64(slash + 1, &b) || a > UINT32_MAX || b > UINT32_MAX)
		return false;
	*id = a;
	*slot = b;
	return true;
}

static int join_programs(struct object *o, struct legacy *list, size_t n, struct report *r)
{
	for (size_t i = 0; i < o->programs.n; i++) {
		const struct program_spec *p = o->programs.v[i];
		struct map_slot slot = { .func = p->entry };
		struct legacy *l;
		uint32_t id;

		if (!is_slot_name(p->section, &id, &slot.index))
			continue;
		l = find_id(list, n, id);
		if (l && vec_push(&l->map->slots, slot))
			return report_oom(r);
	}
	return 0;
}

static int join(struct object *o, struct legacy *list, size_t n, struct report *r)
{
	int err;

	if (!n)
		return 0;
	guess_inner(list, n);
	qsort(list, n, sizeof(*list), compare_ids);
	err = join_inner(list, n, r);
	return err ? err : join_programs(o, list, n, r);
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
		first = join(o, list.v, list.n, r);
	vec_free(&symbols);
	vec_free(&list);
	return first;
}
