/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * object.c - opens a BPF object: runs the parts in their order, and finds things by name.
 *
 * Knows which section is for what, and who owns which memory; refuses to know what is inside a
 * section, which is each part's own business.
 */
#include "base/file.h"
#include "object/internal.h"

/*
 * No more code and data than this is copied out of one object. Sections of a file may overlap, so
 * a small file can claim a lot; a real object is far below.
 */
#define MAX_BYTES (512ull << 20)
#define MAX_FILE (1ull << 30)

void *object_alloc(struct object *o, size_t n, size_t size, struct report *r)
{
	size_t bytes;
	void *p = NULL;

	if (!__builtin_mul_overflow(n ? n : 1, size, &bytes))
		p = arena_alloc(o->arena, bytes);
	if (!p)
		report_oom(r);
	return p;
}

int object_spend(struct object *o, uint64_t size, struct report *r)
{
	if (size > o->index->budget)
		return report_error(r, EFBIG, "the sections claim more than %llu MiB in all",
				    MAX_BYTES >> 20);
	o->index->budget -= size;
	return 0;
}

/* --- sections ------------------------------------------------------------------------------- */

/* "NAME" or "NAME.anything". */
static bool is_dotted(const char *name, const char *base)
{
	size_t n = strlen(base);

	return strncmp(name, base, n) == 0 && (!name[n] || name[n] == '.');
}

bool section_is_text(const char *name)
{
	return is_dotted(name, ".text");
}

/* "maps", "maps/NAME", and "lirc_mode2/maps" as infrared decoders have it. */
static bool is_legacy(const char *name)
{
	size_t n = strlen(name);

	return streq(name, "maps") || has_prefix(name, "maps/") ||
	       (n > 5 && streq(name + n - 5, "/maps"));
}

static enum section_role role_of(const struct elf_section *s)
{
	if (s->type != SHT_PROGBITS && s->type != SHT_NOBITS)
		return SECTION_OTHER;
	if (!s->size)
		return SECTION_OTHER;
	if (streq(s->name, "license") || streq(s->name, "version"))
		return SECTION_NOTES;
	if (streq(s->name, ".maps"))
		return SECTION_MAPS;
	if (is_legacy(s->name) && !(s->flags & SHF_EXECINSTR))
		return SECTION_LEGACY;
	if (streq(s->name, ".jumptables"))
		return SECTION_JUMPS;
	if (!(s->flags & SHF_ALLOC))
		return SECTION_OTHER;
	if (s->flags & SHF_EXECINSTR)
		return s->type == SHT_PROGBITS ? SECTION_CODE : SECTION_OTHER;
	/* ".data.rel.ro" holds addresses that nobody changes once they are there. */
	if (is_dotted(s->name, ".rodata") || is_dotted(s->name, ".data.rel.ro"))
		return SECTION_RODATA;
	if (is_dotted(s->name, ".data"))
		return SECTION_DATA;
	if (is_dotted(s->name, ".bss"))
		return SECTION_BSS;
	/* ".maps.NAME" carries the key and value types of the old map NAME, and nothing else. */
	if (has_prefix(s->name, ".maps.") || streq(s->name, ".eh_frame"))
		return SECTION_OTHER;
	return SECTION_UNCLAIMED;
}

enum section_role section_role(const struct object *o, uint32_t section)
{
	return section < o->elf->n_sections ? o->index->roles[section] : SECTION_OTHER;
}

static int read_sections(struct object *o, struct report *r)
{
	size_t n = o->elf->n_sections;
	struct object_index *x = o->index;

	x->roles = object_alloc(o, n, sizeof(*x->roles), r);
	x->bytes = object_alloc(o, n, sizeof(struct map_spec *), r);
	if (!x->roles || !x->bytes)
		return -ENOMEM;
	for (size_t i = 1; i < n; i++) {
		const struct elf_section *s = &o->elf->sections[i];

		x->roles[i] = role_of(s);
		if (x->roles[i] == SECTION_UNCLAIMED && vec_push(&o->unclaimed, s))
			return report_oom(r);
	}
	return 0;
}

/* --- header, license, version ---------------------------------------------------------------- */

static int wrong_machine(const struct elf_file *elf, struct report *r)
{
	static const struct {
		uint16_t machine;
		const char *name;
	} known[] = {
		{ EM_386, "x86" },	 { EM_X86_64, "x86-64" }, { EM_ARM, "ARM" },
		{ EM_AARCH64, "arm64" }, { EM_PPC64, "POWER" },	  { EM_S390, "s390" },
		{ EM_RISCV, "RISC-V" },	 { EM_MIPS, "MIPS" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].machine == elf->machine) {
			report_error(r, ENOEXEC, "an ELF file for %s, not for BPF", known[i].name);
			report_hint(r, "compile with 'clang --target=bpf'");
			return -ENOEXEC;
		}
	}
	return report_error(r, ENOEXEC, "an ELF file for machine %u, where a BPF object has %u",
			    elf->machine, EM_BPF);
}

int object_check_header(const struct elf_file *elf, struct report *r)
{
	if (elf->class != ELFCLASS64)
		return report_error(r, ENOEXEC,
				    "a 32-bit ELF file, where a BPF object has 64 bits");
	/* Compilers before the number was assigned wrote none. */
	if (elf->machine != EM_BPF && elf->machine != EM_NONE)
		return wrong_machine(elf, r);
	if (elf->type != ET_REL)
		return report_error(
			r, ENOEXEC,
			"an ELF file of type %u, where a BPF object is relocatable (%u)", elf->type,
			ET_REL);
	return 0;
}

static int read_notes(struct object *o, struct report *r)
{
	const struct elf_section *license = elf_section_named(o->elf, "license");
	const struct elf_section *version = elf_section_named(o->elf, "version");

	o->license = "";
	if (license && license->data && license->size) {
		o->license = arena_ndup(o->arena, (const char *)license->data,
					strnlen((const char *)license->data, license->size));
		if (!o->license)
			return report_oom(r);
	}
	if (version && version->data && version->size == sizeof(o->version)) {
		memcpy(&o->version, version->data, sizeof(o->version));
		if (o->elf->foreign)
			o->version = __builtin_bswap32(o->version);
	} else if (version && version->size) {
		report_warning(r, "section 'version' has %llu bytes, expected 4: ignored",
			       (unsigned long long)version->size);
	}
	return 0;
}

/* --- by place ------------------------------------------------------------------------------- */

struct func *object_func_at(const struct object *o, uint32_t section, uint64_t offset)
{
	size_t low = 0, high = o->funcs.n;
	struct func *f;

	/* The last function that begins at or before the byte. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		f = o->funcs.v[mid];
		if (f->section < section || (f->section == section && f->offset <= offset))
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	f = o->funcs.v[low - 1];
	if (f->section != section || offset - f->offset >= f->n_insns * sizeof(struct insn))
		return NULL;
	return f;
}

const struct map_place *map_place_at(const struct object *o, uint32_t section, uint64_t offset)
{
	const struct map_place *places = o->index->places.v;
	size_t low = 0, high = o->index->places.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (places[mid].section < section ||
		    (places[mid].section == section && places[mid].offset <= offset))
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || places[low - 1].section != section ||
	    offset - places[low - 1].offset >= places[low - 1].size)
		return NULL;
	return &places[low - 1];
}

/* --- by name -------------------------------------------------------------------------------- */

struct program_spec *object_program(const struct object *o, const char *name)
{
	return strmap_get(o->index->programs, name);
}

struct map_spec *object_map(const struct object *o, const char *name)
{
	return strmap_get(o->index->maps, name);
}

struct extern_spec *object_constant(const struct object *o, const char *name)
{
	struct extern_spec *e = strmap_get(o->index->externs, name);

	return e && e->constant ? e : NULL;
}

struct var_spec *object_var(const struct object *o, const char *name)
{
	return strmap_get(o->index->vars, name);
}

struct func *object_func(const struct object *o, const char *name)
{
	return strmap_get(o->index->funcs, name);
}

/* So many of one name are known apart; more are no work of a linker. */
#define NAMESAKES 64

/* NAME-2, NAME-3 and so on, as no compiler names anything: the first that nobody has. */
static int name_apart(struct object *o, const struct strmap *taken, const char **name,
		      struct report *r)
{
	for (unsigned int i = 2; i <= NAMESAKES; i++) {
		const char *other = arena_format(o->arena, "%s-%u", *name, i);

		if (!other)
			return report_oom(r);
		if (strmap_has(taken, other))
			continue;
		*name = other;
		return 0;
	}
	return report_error(r, EEXIST, "more than %u definitions are called '%s'", NAMESAKES, *name);
}

/*
 * After static linking, static maps of different files may share a name. The global one, else the
 * first one, keeps it.
 */
int object_add_map(struct object *o, struct map_spec *m, struct report *r)
{
	struct map_spec *other = strmap_get(o->index->maps, m->name);
	int err = 0;

	if (other && !other->is_static && !m->is_static)
		return report_error(r, EEXIST, "two maps are called '%s'", m->name);
	m->symbol = m->name;
	if (other && m->is_static)
		err = name_apart(o, o->index->maps, &m->name, r);
	else if (other)
		err = name_apart(o, o->index->maps, &other->name, r);
	if (!err && other && !m->is_static && strmap_set(o->index->maps, other->name, other))
		err = report_oom(r);
	if (err)
		return err;
	m->index = o->maps.n;
	if (strmap_set(o->index->maps, m->name, m) || vec_push(&o->maps, m))
		return report_oom(r);
	return 0;
}

/*
 * Static variables of different files may share a name after static linking; the first global one,
 * else the first one, is what the name means.
 */
int object_add_var(struct object *o, struct var_spec *v, struct report *r)
{
	struct var_spec *other = strmap_get(o->index->vars, v->name);
	bool wins = !other || (other->linkage == LINKAGE_STATIC && v->linkage != LINKAGE_STATIC);

	if (wins && strmap_set(o->index->vars, v->name, v))
		return report_oom(r);
	if (vec_push(&o->vars, v))
		return report_oom(r);
	return 0;
}

/* As with maps: the global one, else the first one, keeps the name. */
static int name_programs(struct object *o, struct report *r)
{
	struct strmap *taken = o->index->programs;
	int err = 0;

	for (size_t i = 0; i < o->programs.n; i++) {
		struct program_spec *p = o->programs.v[i], *other = strmap_get(taken, p->name);
		bool wins = !other || (other->entry->linkage == LINKAGE_STATIC &&
				       p->entry->linkage != LINKAGE_STATIC);

		if (wins && strmap_set(taken, p->name, p))
			return report_oom(r);
	}
	for (size_t i = 0; i < o->programs.n && !err; i++) {
		struct program_spec *p = o->programs.v[i];

		if (strmap_get(taken, p->name) == p)
			continue;
		err = name_apart(o, taken, &p->name, r);
		if (!err && strmap_set(taken, p->name, p))
			err = report_oom(r);
	}
	return err;
}

/*
 * A static function outside .text that something calls is a subprogram. The others are entry
 * programs: nobody else could have a use for them.
 */
static int settle_programs(struct object *o, struct report *r)
{
	_free_ bool *used = calloc(o->funcs.n + 1, sizeof(*used));
	size_t kept = 0;

	if (!used)
		return report_oom(r);
	for (size_t i = 0; i < o->funcs.n; i++) {
		const struct func *f = o->funcs.v[i];

		for (size_t j = 0; j < f->n_refs; j++) {
			const struct ref *ref = &f->refs[j];

			if ((ref->kind == REF_CALL || ref->kind == REF_FUNC) && ref->func != f)
				used[ref->func->index] = true;
		}
	}
	for (size_t i = 0; i < o->programs.n; i++) {
		struct program_spec *p = o->programs.v[i];

		p->called = used[p->entry->index];
		if (p->called && p->entry->linkage == LINKAGE_STATIC)
			continue;
		o->programs.v[kept++] = p;
	}
	o->programs.n = kept;
	return name_programs(o, r);
}

/* Depth-first; what is deeper than any kernel allows maps to nest stays where it is. */
static void place_map(struct map_spec *m, struct map_spec **order, size_t *n, bool *seen,
		      unsigned int depth)
{
	if (seen[m->index])
		return;
	seen[m->index] = true;
	for (size_t i = 0; i < m->slots.n && depth < 8; i++)
		if (m->slots.v[i].map)
			place_map(m->slots.v[i].map, order, n, seen, depth + 1);
	order[(*n)++] = m;
}

/* Maps that sit in another map's slots are made before it. */
static int order_maps(struct object *o, struct report *r)
{
	_free_ struct map_spec **order = calloc(o->maps.n + 1, sizeof(*order));
	_free_ bool *seen = calloc(o->maps.n + 1, sizeof(*seen));
	size_t n = 0;

	if (!order || !seen)
		return report_oom(r);
	for (size_t i = 0; i < o->maps.n; i++)
		place_map(o->maps.v[i], order, &n, seen, 0);
	for (size_t i = 0; i < n; i++) {
		o->maps.v[i] = order[i];
		order[i]->index = i;
	}
	return 0;
}

/* --- open, free ----------------------------------------------------------------------------- */

static const char *short_name(struct arena *arena, const char *path)
{
	const char *base = path_base(path);
	size_t n = strlen(base);

	if (n > 6 && streq(base + n - 6, ".bpf.o"))
		n -= 6;
	else if (n > 2 && streq(base + n - 2, ".o"))
		n -= 2;
	return arena_ndup(arena, base, n);
}

static int read_object(struct object *o, struct report *r)
{
	static int (*const parts[])(struct object *, struct report *) = {
		read_sections,       read_notes,       object_read_funcs, object_read_btf,
		object_read_externs, object_read_vars, object_read_maps,  object_read_jumps,
		object_read_refs,    settle_programs,  order_maps,
	};
	struct object_index *x = o->index;
	int err;

	x->budget = MAX_BYTES;
	x->funcs = strmap_new();
	x->programs = strmap_new();
	x->maps = strmap_new();
	x->vars = strmap_new();
	x->externs = strmap_new();
	if (!x->funcs || !x->programs || !x->maps || !x->vars || !x->externs)
		return report_oom(r);
	err = elf_open_memory(&o->elf, o->view->data, o->view->size, o->path, r);
	if (!err)
		err = object_check_header(o->elf, r);
	for (size_t i = 0; i < ARRAY_SIZE(parts) && !err; i++)
		err = parts[i](o, r);
	return err;
}

int object_open_memory(struct object **out, const void *data, size_t size, const char *name,
		       struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, name);
	struct arena *arena = arena_new();
	struct object *o = arena ? arena_alloc(arena, sizeof(*o)) : NULL;
	int err;

	*out = NULL;
	if (!o) {
		arena_free(arena);
		return report_oom(r);
	}
	o->arena = arena;
	o->index = arena_alloc(arena, sizeof(*o->index));
	o->view = arena_alloc(arena, sizeof(*o->view));
	o->path = arena_dup(arena, name);
	o->name = short_name(arena, name);
	if (o->index && o->view && o->path && o->name) {
		/* Not a mapping: a file that is rebuilt in place must not pull bytes away. */
		o->view->data = size ? arena_copy(arena, data, size) : (const uint8_t *)"";
		o->view->size = size;
	}
	err = o->view && o->view->data ? read_object(o, r) : report_oom(r);
	if (err) {
		object_free(o);
		return err;
	}
	*out = o;
	return 0;
}

int object_open(struct object **out, const char *path, struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, path);
	struct file_view view = { 0 };
	int err;

	*out = NULL;
	err = file_map(path, &view);
	if (err)
		return report_sys(r, err, "cannot be read");
	if (view.size > MAX_FILE)
		err = report_error(r, EFBIG, "has %zu bytes, more than any BPF object", view.size);
	else
		err = object_open_memory(out, view.data, view.size, path, r);
	file_unmap(&view);
	return err;
}

void object_free(struct object *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->funcs.n; i++)
		vec_free(&o->funcs.v[i]->poisons);
	for (size_t i = 0; i < o->maps.n; i++)
		vec_free(&o->maps.v[i]->slots);
	vec_free(&o->funcs);
	vec_free(&o->programs);
	vec_free(&o->maps);
	vec_free(&o->vars);
	vec_free(&o->externs);
	vec_free(&o->tables);
	vec_free(&o->unclaimed);
	if (o->index) {
		vec_free(&o->index->places);
		strmap_free(o->index->funcs);
		strmap_free(o->index->programs);
		strmap_free(o->index->maps);
		strmap_free(o->index->vars);
		strmap_free(o->index->externs);
	}
	if (o->ext)
		btf_ext_free(o->ext);
	btf_free(o->btf);
	btf_free(o->read_btf);
	if (o->elf)
		elf_close(o->elf);
	arena_free(o->arena);
}
