// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-roundtrip.c - the running kernel's types as a header, and what compilers make of it: each struct and
 * union has the size, and each member the place and width, that the kernel's BTF says. clang writes BTF
 * again, which is compared; the host's compiler is asked by assertions. CLEAT_TEST_BTF is another file of
 * types. A part of the structs is asked for, all with CLEAT_TEST_ALL=1: clang takes the longer the more there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/file.h"
#include "btf/header.h"
#include "elf/elf.h"

#define PARTS 16 /* so that clang is quick */

struct trip {
	struct file_view view;
	struct btf *b;
	char dir[32];
	unsigned int parts;
	size_t structs;
};

static int to_file(void *user, const char *text, size_t n)
{
	return fwrite(text, 1, n, user) == n ? 0 : -EIO;
}

static char *path_in(const struct trip *x, const char *name)
{
	char *path = text_format("%s/%s", x->dir, name);

	assert_non_null(path);
	return path;
}

static void write_header(const struct trip *x)
{
	_free_ char *path = path_in(x, "types.h");
	FILE *out = fopen(path, "we");
	struct btf_writer w = { to_file, out };
	uint32_t bad;

	assert_non_null(out);
	assert_int_equal(btf_header_all(x->b, "kernel types", &w, &bad), 0);
	assert_int_equal(fclose(out), 0);
}

static int setup(void **state)
{
	const char *path = getenv("CLEAT_TEST_BTF");
	struct trip *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	*state = x;
	if (file_map(path ? path : "/sys/kernel/btf/vmlinux", &x->view))
		return 0;
	assert_int_equal(btf_open(&x->b, x->view.data, x->view.size, NULL, BTF_LAZY, NULL), 0);
	x->parts = getenv("CLEAT_TEST_ALL") ? PARTS : 1;
	memcpy(x->dir, "/tmp/cleat-trip-XXXXXX", 23);
	assert_non_null(mkdtemp(x->dir));
	write_header(x);
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "types.h", "part.c", "part.o" };
	struct trip *x = *state;

	for (size_t i = 0; x->b && i < ARRAY_SIZE(names); i++) {
		_free_ char *path = path_in(x, names[i]);

		unlink(path);
	}
	if (x->b)
		rmdir(x->dir);
	btf_free(x->b);
	file_unmap(&x->view);
	free(x);
	return 0;
}

/* Structs, unions and enumerations share their names. */
static bool has_tag(const struct btf_type *t)
{
	return btf_members(t) || btf_enums(t) || btf_enums64(t);
}

/* A struct or union with a name that only it has: of several, it is not said which is NAME___2. */
static const struct btf_type *is_asked(const struct trip *x, uint32_t id)
{
	const struct btf_type *t = btf_type(x->b, id);
	const uint32_t *ids;
	size_t n, same = 0;

	if (!t || !btf_members(t) || !btf_name(x->b, t)[0])
		return NULL;
	assert_int_equal(btf_named(x->b, btf_name(x->b, t), BTF_KINDS_ALL, &ids, &n), 0);
	for (size_t i = 0; i < n; i++)
		same += has_tag(btf_type(x->b, ids[i])) &&
			streq(btf_name_of(x->b, ids[i]), btf_name(x->b, t));
	return same == 1 ? t : NULL;
}

static const char *word_of(const struct btf_type *t)
{
	return btf_kind(t) == BTF_UNION ? "union" : "struct";
}

/* ---- clang's BTF ------------------------------------------------------------------------------ */

/* What pads is not in the kernel's. */
static bool is_padding(const char *name)
{
	return has_prefix(name, "__pad") || has_prefix(name, "__size");
}

static const struct btf_type *through_arrays(const struct btf *b, const struct btf_type *t)
{
	while (btf_array(t))
		t = btf_skip_mods(b, btf_array(t)->type, NULL);
	return t;
}

static void assert_same(const struct btf *a, const struct btf_type *x, const struct btf *b,
			const struct btf_type *y, const char *name)
{
	uint32_t k = 0;

	if (x->size != y->size)
		fail_msg("%s: %u bytes, not %u", name, y->size, x->size);
	for (uint32_t i = 0; i < btf_vlen(x); i++, k++) {
		const struct btf_member *m = &btf_members(x)[i], *n;
		const struct btf_type *mt, *nt;

		while (k < btf_vlen(y) && is_padding(btf_str(b, btf_members(y)[k].name_off)) &&
		       !streq(btf_str(a, m->name_off), btf_str(b, btf_members(y)[k].name_off)))
			k++;
		if (k == btf_vlen(y))
			fail_msg("%s: no '%s'", name, btf_str(a, m->name_off));
		n = &btf_members(y)[k];
		assert_string_equal(btf_str(a, m->name_off), btf_str(b, n->name_off));
		if (btf_member_bit_offset(x, i) != btf_member_bit_offset(y, k) ||
		    btf_member_bit_size(x, i) != btf_member_bit_size(y, k) ||
		    btf_size(a, m->type) != btf_size(b, n->type))
			fail_msg("%s: '%s' is elsewhere or has another size", name,
				 btf_str(a, m->name_off));
		mt = through_arrays(a, btf_skip_mods(a, m->type, NULL));
		nt = through_arrays(b, btf_skip_mods(b, n->type, NULL));
		if (btf_members(mt) && !btf_name(a, mt)[0])
			assert_same(a, mt, b, nt, name);
	}
}

static unsigned int ask_clang(struct trip *x, const char *clang, unsigned int part)
{
	_free_ char *source = path_in(x, "part.c"), *object = path_in(x, "part.o");
	_free_ char *command = text_format("%s --target=bpf -g -O1 -w -c -o %s %s", clang, object, source);
	FILE *out = fopen(source, "we");
	const struct elf_section *s;
	struct elf_file *elf;
	unsigned int asked = 0;
	struct btf *b;

	assert_non_null(out);
	fprintf(out, "#include \"types.h\"\n");
	for (uint32_t id = 1; id < btf_count(x->b); id++) {
		const struct btf_type *t = id % PARTS == part ? is_asked(x, id) : NULL;

		if (t)
			fprintf(out, "%s %s v%u;\n", word_of(t), btf_name(x->b, t), id);
	}
	assert_int_equal(fclose(out), 0);
	assert_int_equal(system(command), 0);
	assert_int_equal(elf_open(&elf, object, NULL), 0);
	s = elf_section_named(elf, ".BTF");
	assert_non_null(s);
	assert_int_equal(btf_open(&b, s->data, s->size, NULL, BTF_COPY, NULL), 0);
	for (uint32_t id = 1; id < btf_count(x->b); id++) {
		const struct btf_type *t = id % PARTS == part ? is_asked(x, id) : NULL;
		uint32_t made = t ? btf_find(b, btf_name(x->b, t), BTF_KIND_BIT(btf_kind(t))) : 0;

		if (!t)
			continue;
		if (!made)
			fail_msg("no %s %s in what clang made", word_of(t), btf_name(x->b, t));
		assert_same(x->b, t, b, btf_type(b, made), btf_name(x->b, t));
		asked++;
	}
	btf_free(b);
	elf_close(elf);
	return asked;
}

static void clang_agrees(void **state)
{
	const char *clang = getenv("BPF_CLANG");
	struct trip *x = *state;
	unsigned int asked = 0;

	if (!x->b || !clang || !*clang) {
		print_message(x->b ? "no clang: BPF_CLANG is not set\n" : "no BTF of a kernel here\n");
		skip();
	}
	for (unsigned int part = 0; part < x->parts; part++)
		asked += ask_clang(x, clang, part);
	print_message("%u structs and unions\n", asked);
	assert_true(asked > 10);
}

/* ---- the host's compiler ---------------------------------------------------------------------- */

static void put_assertions(FILE *out, const struct trip *x, const struct btf_type *t)
{
	const char *word = word_of(t), *name = btf_name(x->b, t);

	fprintf(out, "_Static_assert(sizeof(%s %s) == %u, \"%s\");\n", word, name, t->size, name);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *member = btf_str(x->b, btf_members(t)[i].name_off);

		if (*member && !btf_member_bit_size(t, i) && !(btf_member_bit_offset(t, i) % 8))
			fprintf(out,
				"_Static_assert(__builtin_offsetof(%s %s, %s) == %u, \"%s.%s\");\n",
				word, name, member, btf_member_bit_offset(t, i) / 8, name, member);
	}
}

static void compiler_agrees(void **state)
{
	const char *cc = getenv("CC");
	struct trip *x = *state;
	_free_ char *source = NULL, *command = NULL;
	FILE *out;

	if (!x->b || !cc || !*cc) {
		print_message(x->b ? "no compiler: CC is not set\n" : "no BTF of a kernel here\n");
		skip();
	}
	source = path_in(x, "part.c");
	command = text_format("%s -Wall -Werror -fsyntax-only %s", cc, source);
	out = fopen(source, "we");
	assert_non_null(out);
	fprintf(out, "#include \"types.h\"\n");
	for (uint32_t id = 1; id < btf_count(x->b); id++) {
		const struct btf_type *t = id % PARTS < x->parts ? is_asked(x, id) : NULL;

		if (t)
			put_assertions(out, x, t);
	}
	assert_int_equal(fclose(out), 0);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clang_agrees),
		cmocka_unit_test(compiler_agrees),
	};

	return cmocka_run_group_tests_name("roundtrip", tests, setup, teardown);
}
