// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-object.c - opening: functions, programs, variables, BTF made complete; and lies. */
#include "object-file.h"
#include "btf-make.h"

static int setup(void **state)
{
	*state = report_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	report_free(*state);
	return 0;
}

/* --- what a compiler makes ------------------------------------------------------------------- */

static const struct program_spec *program(const struct object *o, const char *name)
{
	const struct program_spec *p = object_program(o, name);

	assert_non_null(p);
	return p;
}

static void test_programs(void **state)
{
	struct object *o = open_built("tests/unit/bpf/object.bpf.o", *state);

	assert_string_equal(o->name, "object");
	assert_string_equal(o->license, "Dual BSD/GPL");
	assert_int_equal(o->version, 0x060c00);
	assert_int_equal(o->programs.n, 5);
	assert_string_equal(o->programs.v[0]->name, "first");
	assert_string_equal(o->programs.v[1]->name, "second");
	assert_true(program(o, "first")->autoload);
	assert_string_equal(program(o, "first")->section, "tc");
	assert_false(program(o, "sleeping")->autoload);
	assert_string_equal(program(o, "sleeping")->section, "xdp");
	/* static ones: called, it is a subprogram; else it can only be meant as a program */
	assert_non_null(object_func(o, "helper"));
	assert_null(object_program(o, "helper"));
	assert_int_equal(program(o, "lonely")->entry->linkage, LINKAGE_STATIC);
	assert_null(object_program(o, "soft"));
	assert_null(object_program(o, "nothing"));
	object_free(o);
}

static void test_functions(void **state)
{
	struct object *o = open_built("tests/unit/bpf/object.bpf.o", *state);
	const struct func *quiet = object_func(o, "quiet"), *soft = object_func(o, "soft");
	const struct func *second = program(o, "second")->entry;
	const struct btf_type *t;

	assert_true(quiet->hidden);
	assert_int_equal(quiet->linkage, LINKAGE_GLOBAL);
	assert_int_equal(soft->linkage, LINKAGE_WEAK);
	assert_int_equal(object_func(o, "twice")->linkage, LINKAGE_STATIC);
	/* hidden: verified with its callers */
	t = btf_type(o->btf, quiet->btf_id);
	assert_int_equal(btf_kind(t), BTF_FUNC);
	assert_string_equal(btf_name(o->btf, t), "quiet");
	assert_int_equal(btf_vlen(t), BTF_STATIC);
	t = btf_type(o->btf, soft->btf_id);
	assert_int_equal(btf_vlen(t), BTF_GLOBAL);
	/* so is what compilers call without being asked */
	assert_int_equal(object_func(o, "bcmp")->linkage, LINKAGE_GLOBAL);
	t = btf_type(o->btf, object_func(o, "bcmp")->btf_id);
	assert_int_equal(btf_vlen(t), BTF_STATIC);
	/* lines of the second function of a section are its own */
	assert_true(second->offset > 0);
	assert_true(second->n_lines > 0);
	assert_int_equal(second->lines[0].insn_off, second->offset);
	assert_true(second->lines[second->n_lines - 1].insn_off <
		    second->offset + second->n_insns * 8);
	assert_ptr_equal(object_func_at(o, second->section, second->offset), second);
	assert_ptr_equal(object_func_at(o, second->section, second->offset + 8), second);
	assert_ptr_equal(object_func_at(o, second->section, second->offset - 1),
			 program(o, "first")->entry);
	assert_null(object_func_at(o, second->section, UINT64_MAX));
	object_free(o);
}

static void test_variables(void **state)
{
	struct object *o = open_built("tests/unit/bpf/object.bpf.o", *state);
	const struct var_spec *v = object_var(o, "counter");
	const struct map_spec *m;
	int32_t number;

	assert_non_null(v);
	m = v->map;
	assert_string_equal(m->name, ".data");
	assert_int_equal(m->origin, MAP_FROM_DATA);
	assert_int_equal(m->type, 0);
	assert_int_equal(m->key_size, 4);
	assert_int_equal(m->max_entries, 1);
	assert_false(m->read_only);
	assert_true(m->mappable);
	assert_int_equal(v->size, 4);
	memcpy(&number, (uint8_t *)m->data + v->offset, 4);
	assert_int_equal(number, 7);
	assert_string_equal(btf_name_of(o->btf, v->btf_id), "int");

	m = object_map(o, ".rodata");
	assert_true(m->read_only);
	memcpy(&number, (uint8_t *)m->data + object_var(o, "limit")->offset, 4);
	assert_int_equal(number, 100);
	m = object_map(o, ".bss");
	assert_null(m->data);
	assert_int_equal(object_var(o, "totals")->size, 32);
	assert_int_equal(object_var(o, "totals")->offset % 8, 0);
	assert_int_equal(object_var(o, "hidden_counter")->linkage, LINKAGE_STATIC);
	assert_int_equal(m->n_vars, 2);
	assert_true(m->vars[0]->offset < m->vars[1]->offset);
	assert_ptr_equal(object_var(o, "custom")->map, object_map(o, ".data.custom"));
	assert_true(object_map(o, ".rodata.flags")->read_only);
	/* hidden from user space, and in BTF as the kernel wants it */
	assert_int_equal(object_var(o, "secret")->linkage, LINKAGE_STATIC);
	assert_int_equal(o->unclaimed.n, 1);
	assert_string_equal(o->unclaimed.v[0]->name, "my_claim");
	object_free(o);
}

/* The last array of a section: contents, map, BTF and names are what they were, but longer. */
static void test_resize(void **state)
{
	struct object *o = open_built("tests/unit/bpf/object.bpf.o", *state);
	struct var_spec *v = object_var(o, "totals"), *custom = object_var(o, "custom");
	const struct map_spec *m = v->map;
	const char *name = v->name;
	const struct btf_type *t;

	/* whichever way the compiler ordered .bss: one of them is last */
	if (m->vars[m->n_vars - 1] != v) {
		assert_true(object_resize_var(o, v, 100, *state) < 0);
		assert_error(*state, "'hidden_counter' is behind it in section '.bss'");
	}
	report_clear(*state);
	v = object_var(o, "tail");
	m = v->map;
	assert_int_equal(m->value_size, 16);
	assert_int_equal(object_resize_var(o, v, 1000, *state), 0);
	assert_int_equal(v->size, 4000);
	assert_int_equal(m->value_size, 4004);
	t = btf_type(o->btf, v->btf_id);
	assert_int_equal(btf_array(t)->nelems, 1000);
	assert_int_equal(btf_size(o->btf, m->value_btf), 4004);
	assert_int_equal(((const uint32_t *)m->data)[0], 5);
	assert_int_equal(((const uint32_t *)m->data)[3], 8);
	assert_int_equal(((const uint32_t *)m->data)[1000], 0);
	/* again, and shorter; the names of others hold */
	assert_int_equal(object_resize_var(o, v, 1, *state), 0);
	assert_int_equal(m->value_size, 8);
	assert_int_equal(((const uint32_t *)m->data)[1], 6);
	assert_string_equal(name, "totals");
	assert_string_equal(btf_name_of(o->btf, object_var(o, "counter")->btf_id), "int");
	assert_true(object_resize_var(o, v, 0, *state) == -ERANGE);
	assert_true(object_resize_var(o, v, 1u << 30, *state) == -ERANGE);
	assert_error(*state, "'tail' cannot have 1073741824 elements: there is room for 1 to");
	assert_true(object_resize_var(o, custom, 2, *state) == -EINVAL);
	assert_error(*state, "'custom' is no array");
	object_free(o);
}

/* Sizes and offsets that the compiler left at zero. */
static void test_datasec(void **state)
{
	struct object *o = open_built("tests/unit/bpf/object.bpf.o", *state);
	static const char *const names[] = { ".data", ".bss", ".rodata", "license", "version" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		uint32_t id = btf_find(o->btf, names[i], BTF_KIND_BIT(BTF_DATASEC));
		const struct btf_type *t = btf_type(o->btf, id);
		const struct btf_secinfo *info = btf_secinfos(t);

		assert_int_not_equal(id, 0);
		assert_int_equal(t->size, elf_section_named(o->elf, names[i])->size);
		for (uint32_t k = 1; k < btf_vlen(t); k++)
			assert_true(info[k].offset >= info[k - 1].offset + info[k - 1].size);
	}
	object_free(o);
}

/* --- made by hand ---------------------------------------------------------------------------- */

static const uint64_t two[] = { MOV0, EXIT, MOV0, EXIT };

static struct object *open_good(struct made *m, struct report *r)
{
	struct object *o = NULL;

	assert_int_equal(no_errors(r, made_open(m, &o, r)), 0);
	assert_non_null(o);
	return o;
}

static void open_bad(struct made *m, struct report *r, const char *text)
{
	struct object *o = (void *)1;

	assert_true(made_open(m, &o, r) < 0);
	assert_null(o);
	assert_error(r, text);
}

static void test_cut(void **state)
{
	struct made m;
	struct object *o;
	uint32_t tc;

	/* no sizes: to the next one, and to the end; an alias is the same function */
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, two, sizeof(two));
	made_symbol(&m, "alias", FUNC(STB_LOCAL), tc, 0, 0);
	made_symbol(&m, "one", FUNC(STB_GLOBAL), tc, 0, 0);
	made_symbol(&m, "two", FUNC(STB_GLOBAL), tc, 16, 0);
	o = open_good(&m, *state);
	assert_int_equal(o->funcs.n, 2);
	assert_int_equal(object_func(o, "one")->n_insns, 2);
	assert_int_equal(object_func(o, "two")->n_insns, 2);
	assert_int_equal(o->funcs.v[0]->insns[0].code, 0xb7);
	assert_int_equal(o->funcs.v[0]->index, 0);
	assert_string_equal(o->license, "");
	object_free(o);
}

static uint32_t constant(struct btf *b, const char *name, uint32_t type)
{
	uint32_t linkage = BTF_STATIC;

	return mk_type(b, BTF_VAR, name, false, 0, type, &linkage, sizeof(linkage));
}

/* Constants that are merged with equal ones, although the types list them among the others. */
static void test_merged(void **state)
{
	static const uint8_t bytes[48] = { [16] = 7, [32] = 9 };
	struct btf_secinfo in[4];
	const struct btf_type *t;
	const struct var_spec *v;
	const void *types;
	struct object *o;
	struct made m;
	struct btf *b;
	uint32_t i64, rodata, merged;
	size_t size;

	assert_int_equal(btf_new(&b, NULL), 0);
	i64 = mk_int(b, "long", 8, BTF_INT_SIGNED);
	in[0] = (struct btf_secinfo){ constant(b, "plain", i64), 0, 8 };
	in[1] = (struct btf_secinfo){ constant(b, "one", i64), 0, 8 };
	in[2] = (struct btf_secinfo){ constant(b, "two", i64), 16, 8 };
	/* in both: nobody knows which one is meant */
	in[3] = (struct btf_secinfo){ constant(b, "both", i64), 8, 8 };
	mk_type(b, BTF_DATASEC, ".rodata", false, 4, 0, in, sizeof(in));
	types = btf_bytes(b, &size);

	made_begin(&m, false);
	made_section(&m, ".BTF", PROG, 0, types, size);
	rodata = made_section(&m, ".rodata", PROG, SHF_ALLOC, bytes, 16);
	merged = made_section(&m, ".rodata.cst16", PROG, SHF_ALLOC | SHF_MERGE, bytes, 48);
	made_symbol(&m, "plain", OBJECT(STB_LOCAL), rodata, 0, 8);
	made_symbol(&m, "both", OBJECT(STB_LOCAL), rodata, 8, 8);
	made_symbol(&m, "one", OBJECT(STB_LOCAL), merged, 32, 8);
	made_symbol(&m, "two", OBJECT(STB_LOCAL), merged, 16, 8);
	made_symbol(&m, "both", OBJECT(STB_LOCAL), merged, 0, 8);
	o = open_good(&m, *state);
	btf_free(b);

	v = object_var(o, "one");
	assert_non_null(v);
	assert_string_equal(v->map->name, ".rodata.cst16");
	assert_int_equal(v->offset, 32);
	assert_int_equal(((const uint8_t *)v->map->data)[v->offset], 9);
	assert_int_equal(v->btf_id, i64);
	assert_string_equal(object_var(o, "plain")->map->name, ".rodata");
	assert_string_equal(object_var(o, "both")->map->name, ".rodata");
	/* no two variables at one place, and sizes that are the sections' */
	t = btf_type(o->btf, object_var(o, "plain")->map->value_btf);
	assert_int_equal(btf_vlen(t), 2);
	assert_int_equal(t->size, 16);
	t = btf_type(o->btf, v->map->value_btf);
	assert_string_equal(btf_name(o->btf, t), ".rodata.cst16");
	assert_int_equal(btf_vlen(t), 2);
	assert_int_equal(t->size, 48);
	assert_int_equal(btf_secinfos(t)[0].offset, 16);
	assert_int_equal(btf_secinfos(t)[1].offset, 32);
	object_free(o);
}

/* Types of a section that a tool has dropped since: a size of 0 is what kernels refuse. */
static void test_dropped_section(void **state)
{
	struct btf_secinfo in[2];
	const struct btf_type *t;
	const void *types;
	struct object *o;
	struct made m;
	struct btf *b;
	uint32_t i64, sec;
	size_t size;

	assert_int_equal(btf_new(&b, NULL), 0);
	i64 = mk_int(b, "long", 8, BTF_INT_SIGNED);
	in[0] = (struct btf_secinfo){ constant(b, "one", i64), 0, 8 };
	in[1] = (struct btf_secinfo){ constant(b, "two", i64), 0, 8 };
	sec = mk_type(b, BTF_DATASEC, ".data.gone", false, 2, 0, in, sizeof(in));
	types = btf_bytes(b, &size);
	made_begin(&m, false);
	made_section(&m, ".BTF", PROG, 0, types, size);
	o = open_good(&m, *state);
	btf_free(b);
	t = btf_type(o->btf, sec);
	assert_int_equal(t->size, 16);
	assert_int_equal(btf_secinfos(t)[0].offset, 0);
	assert_int_equal(btf_secinfos(t)[1].offset, 8);
	object_free(o);
}

/* What no symbol tells of is cut where calls lead. */
static void test_gaps(void **state)
{
	static const uint64_t code[] = { CALL(2), CALL(3), EXIT, MOV0, EXIT, MOV0, MOV0, EXIT };
	struct made m;
	struct object *o;
	uint32_t tc;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, 24);
	o = open_good(&m, *state);
	assert_int_equal(o->funcs.n, 3);
	assert_int_equal(o->programs.n, 1);
	assert_int_equal(object_func(o, "main")->n_insns, 3);
	assert_true(o->funcs.v[1]->nameless);
	assert_int_equal(o->funcs.v[1]->n_insns, 2);
	assert_true(o->funcs.v[2]->nameless);
	assert_int_equal(o->funcs.v[2]->n_insns, 3);
	object_free(o);
}

static void test_untyped(void **state)
{
	static const uint64_t code[] = { CALL(1), EXIT, MOV0, EXIT };
	struct made m;
	struct object *o;
	uint32_t tc;

	/* labels only: the global one, and of the local ones that which is called */
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "LBB0_1", LABEL(STB_LOCAL), tc, 8, 0);
	made_symbol(&m, "sub", LABEL(STB_LOCAL), tc, 16, 0);
	made_symbol(&m, "main", LABEL(STB_GLOBAL), tc, 0, 0);
	o = open_good(&m, *state);
	assert_int_equal(o->funcs.n, 2);
	assert_int_equal(object_func(o, "main")->n_insns, 2);
	assert_int_equal(object_func(o, "sub")->n_insns, 2);
	assert_int_equal(o->programs.n, 1);
	object_free(o);

	/* nothing at all: the section is the program */
	made_begin(&m, false);
	made_section(&m, "?socket/1", PROG, CODE, two, sizeof(two));
	o = open_good(&m, *state);
	assert_string_equal(program(o, "socket_1")->section, "socket/1");
	assert_int_equal(program(o, "socket_1")->entry->n_insns, 4);
	object_free(o);

	/* a static function whose symbol was stripped is found through the call */
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_symbol(&m, "main", FUNC(STB_GLOBAL), tc, 0, 16);
	o = open_good(&m, *state);
	assert_int_equal(o->funcs.n, 2);
	assert_true(o->funcs.v[1]->nameless);
	assert_string_equal(o->funcs.v[1]->name, "tc+0x10");
	assert_int_equal(o->programs.n, 1);
	assert_int_equal(o->funcs.v[0]->n_refs, 1);
	assert_ptr_equal(o->funcs.v[0]->refs[0].func, o->funcs.v[1]);
	object_free(o);
}

static void bad_function(struct report *r, uint64_t value, uint64_t size, const char *text)
{
	struct made m;
	uint32_t tc;

	report_clear(r);
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, two, sizeof(two));
	made_symbol(&m, "good", FUNC(STB_GLOBAL), tc, 0, 16);
	made_symbol(&m, "bad", FUNC(STB_GLOBAL), tc, value, size);
	open_bad(&m, r, text);
}

static void test_bad_functions(void **state)
{
	struct made m;
	uint32_t tc;

	bad_function(*state, 16, 24, "function 'bad' takes bytes 16 to 40 of section 'tc'");
	bad_function(*state, 32, 8, "function 'bad' takes bytes 32 to 40");
	bad_function(*state, UINT64_MAX - 7, 16, "function 'bad' takes bytes");
	bad_function(*state, 16, UINT64_MAX - 15, "function 'bad' takes bytes");
	bad_function(*state, 8, 8, "begins at byte 8 of section 'tc', inside 'good'");
	bad_function(*state, 0, 24, "begins at byte 0 of section 'tc', inside 'good'");
	bad_function(*state, 20, 8, "begins at byte 20 and has 8 bytes: instructions have 8");
	bad_function(*state, 16, 12, "instructions have 8");
	report_clear(*state);
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, two, 12);
	made_symbol(&m, "odd", FUNC(STB_GLOBAL), tc, 0, 8);
	open_bad(&m, *state, "code section 'tc' has 12 bytes, not a multiple of 8");
}

/* All bad ones are reported, not the first. */
static void test_all_errors(void **state)
{
	struct made m;
	uint32_t tc;

	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, two, sizeof(two));
	made_symbol(&m, "this", FUNC(STB_GLOBAL), tc, 4, 8);
	made_symbol(&m, "that", FUNC(STB_GLOBAL), tc, 99, 8);
	open_bad(&m, *state, "function 'this'");
	assert_error(*state, "function 'that'");
}

static void test_not_bpf(void **state)
{
	struct image image = { .wide = true };
	struct image_section s = { .name = "x", .type = PROG, .data = two, .size = 8 };
	struct object *o = NULL;

	assert_true(object_open_memory(&o, "not an object", 13, "text", *state) < 0);
	assert_null(o);
	assert_int_equal(report_errors(*state), 1);
	assert_true(object_open_memory(&o, "", 0, "empty", *state) < 0);
	assert_int_equal(object_open(&o, "/nonexistent/x.o", *state), -ENOENT);
	assert_error(*state, "cannot be read"); /* the path is in the scope of who opens */
	report_clear(*state);
	image_build(&image, EM_X86_64, &s, 1);
	assert_int_equal(object_open_memory(&o, image.bytes.data, image.bytes.len, "x86", *state),
			 -ENOEXEC);
	assert_error(*state, "x86-64");
	buf_clear(&image.bytes);
	image.wide = false;
	image_build(&image, EM_BPF, &s, 1);
	assert_true(object_open_memory(&o, image.bytes.data, image.bytes.len, "x32", *state) < 0);
	buf_free(&image.bytes);
}

static void test_foreign(void **state)
{
	static const uint8_t code[] = { 0xb7, 0x10, 0, 0, 0, 0, 0, 5, 0x95, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t version[] = { 0, 6, 1, 2 };
	struct made m;
	struct object *o;
	struct linked l;
	uint32_t tc;

	made_begin(&m, true);
	tc = made_section(&m, "tc", PROG, CODE, code, sizeof(code));
	made_section(&m, "version", PROG, DATA, version, sizeof(version));
	made_symbol(&m, "prog", FUNC(STB_GLOBAL), tc, 0, 16);
	o = open_good(&m, *state);
	assert_true(o->elf->foreign);
	assert_int_equal(o->funcs.v[0]->insns[0].dst, 1);
	assert_int_equal(o->funcs.v[0]->insns[0].imm, 5);
	assert_int_equal(o->version, 0x60102);
	assert_int_equal(object_link(o, o->programs.v[0], &l, *state), -EOPNOTSUPP);
	assert_error(*state, "other byte order");
	object_free(o);
}

/* Without BTF the symbols say which variables there are. */
static void test_symbol_variables(void **state)
{
	static const uint8_t data[16] = { 1, 2, 3 };
	struct made m;
	struct object *o;
	uint32_t s, bss;

	made_begin(&m, false);
	s = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
	bss = made_section(&m, ".bss", SHT_NOBITS, DATA, NULL, 1 << 20);
	made_symbol(&m, "own", OBJECT(STB_LOCAL), s, 8, 8);
	made_symbol(&m, "shared", OBJECT(STB_GLOBAL), s, 0, 4);
	made_symbol(&m, "large", OBJECT(STB_LOCAL), bss, 0, 1 << 20);
	o = open_good(&m, *state);
	assert_int_equal(object_map(o, ".data")->n_vars, 2);
	assert_true(object_map(o, ".data")->mappable);
	assert_int_equal(object_var(o, "own")->offset, 8);
	assert_int_equal(object_var(o, "own")->linkage, LINKAGE_STATIC);
	assert_false(object_map(o, ".bss")->mappable);
	assert_null(object_map(o, ".bss")->data);
	object_free(o);

	made_begin(&m, false);
	s = made_section(&m, ".data", PROG, DATA, data, sizeof(data));
	made_symbol(&m, "far", OBJECT(STB_GLOBAL), s, 12, 8);
	open_bad(&m, *state,
		 "variable 'far' takes bytes 12 to 20 of section '.data', which has 16");

	report_clear(*state);
	made_begin(&m, false);
	made_section(&m, ".bss", SHT_NOBITS, DATA, NULL, 1ull << 40);
	open_bad(&m, *state, "section '.bss' has 1099511627776 bytes");
}

static void test_broken_btf(void **state)
{
	static const uint8_t broken[] = { 0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0xff, 0xff };
	/* a header, and the string that all BTF has */
	static const uint32_t empty[] = { 1 << 16 | 0xeb9f, 24, 0, 0, 0, 4, 0 };
	/* header, and relocations beyond the end */
	uint32_t ext[8] = { 1 << 16 | 0xeb9f, 32 };
	struct made m;
	struct object *o;
	uint32_t tc;

	/* nobody needs it: go on without */
	made_begin(&m, false);
	tc = made_section(&m, "tc", PROG, CODE, two, sizeof(two));
	made_section(&m, ".BTF", PROG, 0, broken, sizeof(broken));
	made_symbol(&m, "prog", FUNC(STB_GLOBAL), tc, 0, 32);
	o = open_good(&m, *state);
	assert_null(o->btf);
	assert_int_equal(report_errors(*state), 0);
	assert_int_equal(report_count(*state), 1);
	assert_false(o->core_lost);
	object_free(o);

	/* but which accesses were to be relocated nobody can tell then */
	for (int i = 0; i < 3; i++) {
		report_clear(*state);
		ext[7] = i < 2 ? 20 : 0;
		made_begin(&m, false);
		tc = made_section(&m, "tc", PROG, CODE, two, sizeof(two));
		made_section(&m, ".BTF", PROG, 0, i ? (const void *)broken : empty,
			     i ? sizeof(broken) : sizeof(empty));
		made_section(&m, ".BTF.ext", PROG, 0, ext, sizeof(ext));
		made_symbol(&m, "prog", FUNC(STB_GLOBAL), tc, 0, 32);
		o = open_good(&m, *state);
		assert_int_equal(o->core_lost, i < 2);
		object_free(o);
	}

	made_begin(&m, false);
	made_section(&m, ".maps", PROG, DATA, two, sizeof(two));
	made_section(&m, ".BTF", PROG, 0, broken, sizeof(broken));
	open_bad(&m, *state, "BTF");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_functions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_variables, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resize, setup, teardown),
		cmocka_unit_test_setup_teardown(test_merged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dropped_section, setup, teardown),
		cmocka_unit_test_setup_teardown(test_datasec, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_untyped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_functions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_bpf, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
		cmocka_unit_test_setup_teardown(test_symbol_variables, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_btf, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
