// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf-prune.c - what is left of an object's types for the kernel, and what must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/report.h"
#include "btf/prune.h"
#include "btf-make.h"
#include "object-file.h"

struct pruned {
	struct btf *in, *out;
	uint32_t *moved;
};

static struct pruned begin(void)
{
	struct pruned p = { 0 };

	assert_int_equal(btf_new(&p.in, NULL), 0);
	return p;
}

/* Prune, and expect so many types, in BTF that opens strictly. */
static void prune(struct pruned *p, uint32_t root, uint32_t types)
{
	const uint32_t roots[] = { 0, root };
	struct btf *again;
	const void *data;
	size_t size;

	assert_int_equal(btf_prune(&p->out, p->in, roots, 2, &p->moved), 0);
	assert_int_equal(btf_count(p->out) - 1, types);
	assert_int_equal(p->moved[0], 0);
	data = btf_bytes(p->out, &size);
	assert_int_equal(btf_open(&again, data, size, NULL, BTF_COPY, NULL), 0);
	btf_free(again);
}

static void end(struct pruned *p)
{
	btf_free(p->in);
	btf_free(p->out);
	free(p->moved);
}

/* What became of a type; NULL when it is gone. */
static const struct btf_type *left(const struct pruned *p, uint32_t id)
{
	return p->moved[id] ? btf_type(p->out, p->moved[id]) : NULL;
}

static uint32_t mk_tag(struct btf *b, const char *name, uint32_t type, int32_t component)
{
	return mk_type(b, BTF_DECL_TAG, name, false, 0, type, &component, sizeof(component));
}

static void test_values(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t other = mk_int(p.in, "other", 4, 0), i = mk_int(p.in, "int", 4, 0);
	uint32_t inner = MK_STRUCT(p.in, "bpf_spin_lock", 4, { "val", i, 0, 0 });
	uint32_t arr = mk_array(p.in, inner, 2);
	uint32_t alias = mk_ref(p.in, BTF_TYPEDEF, "locks", mk_ref(p.in, BTF_CONST, "", arr));
	uint32_t value = MK_STRUCT(p.in, "value", 12, { "n", i, 0, 0 }, { "locks", alias, 32, 0 });

	prune(&p, value, 6);
	assert_null(left(&p, other));
	/* whole to the bottom: locks and timers are inside */
	assert_int_equal(btf_vlen(left(&p, inner)), 1);
	assert_int_equal(btf_members(left(&p, value))[1].type, p.moved[alias]);
	assert_string_equal(btf_name(p.out, left(&p, value)), "value");
	end(&p);
}

static void test_behind_pointers(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t i = mk_int(p.in, "int", 4, 0), l = mk_int(p.in, "long", 8, 0);
	uint32_t far = MK_STRUCT(p.in, "far", 4, { "i", i, 0, 0 });
	uint32_t task = MK_STRUCT(p.in, "task_struct", 24, { "l", l, 0, 3 }, { "f", far, 64, 0 });
	uint32_t alias = mk_ref(p.in, BTF_TYPEDEF, "task_t", mk_ref(p.in, BTF_VOLATILE, "", task));
	uint32_t value =
		MK_STRUCT(p.in, "value", 8, { "p", mk_ref(p.in, BTF_PTR, "", alias), 0, 0 });

	prune(&p, value, 5);
	assert_null(left(&p, far));
	assert_null(left(&p, l));
	/* name, kind and size stay: a global function's argument is known by them */
	assert_int_equal(btf_kind(left(&p, task)), BTF_STRUCT);
	assert_string_equal(btf_name(p.out, left(&p, task)), "task_struct");
	assert_int_equal(left(&p, task)->size, 24);
	assert_int_equal(btf_vlen(left(&p, task)), 0);
	assert_false(btf_kflag(left(&p, task)));
	end(&p);
}

/* What is pointed to first, and found to be a part of a value later, is whole. */
static void test_both(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t i = mk_int(p.in, "int", 4, 0);
	uint32_t part = MK_STRUCT(p.in, "part", 4, { "i", i, 0, 0 });
	uint32_t ptr = mk_ref(p.in, BTF_PTR, "", mk_ref(p.in, BTF_TYPEDEF, "part_t", part));
	uint32_t value = MK_STRUCT(p.in, "value", 16, { "p", ptr, 0, 0 }, { "part", part, 64, 0 });
	uint32_t self = MK_STRUCT(p.in, "self", 8, { "s", btf_count(p.in) + 1, 0, 0 });
	uint32_t holder, later;

	mk_ref(p.in, BTF_PTR, "", self);
	holder = MK_STRUCT(p.in, "holder", 4, { "part", part, 0, 0 });
	later = MK_STRUCT(p.in, "later", 16, { "h", holder, 0, 0 }, { "p", ptr, 64, 0 });
	prune(&p, value, 5);
	assert_int_equal(btf_vlen(left(&p, part)), 1);
	btf_free(p.out);
	free(p.moved);
	/* the pointer is met first */
	prune(&p, later, 6);
	assert_int_equal(btf_vlen(left(&p, part)), 1);
	btf_free(p.out);
	free(p.moved);
	prune(&p, self, 2);
	assert_int_equal(btf_vlen(left(&p, self)), 1);
	end(&p);
}

/* "struct node __kptr *n": the kernel allocates and frees what this points to. */
static void test_tagged_pointers(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t i = mk_int(p.in, "int", 4, 0);
	uint32_t node = MK_STRUCT(p.in, "node", 4, { "i", i, 0, 0 });
	uint32_t tag = mk_ref(p.in, BTF_TYPE_TAG, "kptr", node);
	uint32_t value = MK_STRUCT(p.in, "value", 8, { "n", mk_ref(p.in, BTF_PTR, "", tag), 0, 0 });

	prune(&p, value, 5);
	assert_int_equal(btf_vlen(left(&p, node)), 1);
	end(&p);
}

static void test_functions(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t i = mk_int(p.in, "int", 4, 0);
	uint32_t md = MK_STRUCT(p.in, "xdp_md", 4, { "data", i, 0, 0 });
	uint32_t args = MK_PROTO(p.in, i, { "ctx", mk_ref(p.in, BTF_PTR, "", md) });
	uint32_t f = mk_type(p.in, BTF_FUNC, "f", false, BTF_GLOBAL, args, NULL, 0);
	uint32_t g = mk_type(p.in, BTF_FUNC, "g", false, BTF_GLOBAL, args, NULL, 0);
	uint32_t tag = mk_tag(p.in, "arg:ctx", f, 0), other = mk_tag(p.in, "arg:ctx", g, 0);

	prune(&p, f, 6);
	assert_null(left(&p, g));
	assert_null(left(&p, other));
	assert_int_equal(left(&p, tag)->type, p.moved[f]);
	assert_int_equal(btf_vlen(left(&p, f)), BTF_GLOBAL);
	assert_int_equal(btf_vlen(left(&p, md)), 0);
	end(&p);
}

/* Lists name what they hold, in a tag; what that holds may name more. */
static void test_contains(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t l = mk_int(p.in, "long", 8, 0), lost, head, item, more, value;

	lost = MK_STRUCT(p.in, "lost", 8, { "l", l, 0, 0 });
	more = MK_STRUCT(p.in, "more", 8, { "l", l, 0, 0 });
	head = MK_STRUCT(p.in, "bpf_list_head", 8, { "l", l, 0, 0 });
	item = MK_STRUCT(p.in, "item", 8, { "own", head, 0, 0 });
	mk_tag(p.in, "contains:more:l", item, 0);
	value = MK_STRUCT(p.in, "value", 8, { "head", head, 0, 0 });
	mk_tag(p.in, "contains:item:own", value, 0);
	mk_tag(p.in, "contains:lost:l", lost, 0);
	prune(&p, value, 7);
	assert_null(left(&p, lost));
	assert_int_equal(btf_vlen(left(&p, item)), 1);
	assert_int_equal(btf_vlen(left(&p, more)), 1);
	end(&p);
}

/* A member's tag without the member would be a lie; a type's own tag stays. */
static void test_tags_of_heads(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t l = mk_int(p.in, "long", 8, 0);
	uint32_t s = MK_STRUCT(p.in, "s", 8, { "l", l, 0, 0 });
	uint32_t member = mk_tag(p.in, "member", s, 0), own = mk_tag(p.in, "own", s, -1);

	prune(&p, mk_ref(p.in, BTF_PTR, "", s), 3);
	assert_null(left(&p, member));
	assert_non_null(left(&p, own));
	end(&p);
}

static void test_sections(void **state _unused_)
{
	struct pruned p = begin();
	uint32_t l = mk_int(p.in, "long", 8, 0), word = BTF_GLOBAL;
	uint32_t v = mk_type(p.in, BTF_VAR, "v", false, 0, l, &word, sizeof(word));
	uint32_t w = mk_type(p.in, BTF_VAR, "w", false, 0, l, &word, sizeof(word));
	struct btf_secinfo in_bss = { v, 0, 8 };
	uint32_t bss = mk_type(p.in, BTF_DATASEC, ".bss", false, 1, 8, &in_bss, sizeof(in_bss));

	prune(&p, bss, 3);
	assert_null(left(&p, w));
	assert_int_equal(btf_secinfos(left(&p, bss))->type, p.moved[v]);
	end(&p);
}

static void test_bad_root(void **state _unused_)
{
	struct pruned p = begin();
	const uint32_t root = 7;

	assert_int_equal(btf_prune(&p.out, p.in, &root, 1, &p.moved), -EINVAL);
	assert_null(p.out);
	assert_null(p.moved);
	end(&p);
}

/* A whole object: its functions, its maps' types and its source lines are there, and less else. */
static void test_object(void **state _unused_)
{
	struct object *o = open_built("tests/unit/bpf/object.bpf.o", NULL);
	struct pruned p = { 0 };
	uint32_t before;

	assert_int_equal(object_pruned_btf(o, &p.out, &p.moved), 0);
	assert_true(btf_count(p.out) < btf_count(o->btf));
	for (size_t i = 0; i < o->funcs.n; i++) {
		const struct func *f = o->funcs.v[i];

		assert_string_equal(btf_name_of(p.out, p.moved[f->btf_id]),
				    btf_name_of(o->btf, f->btf_id));
		before = (uint32_t)btf_add_str(p.out, "");
		for (size_t j = 0; j < f->n_lines; j++) {
			const char *text = btf_str(o->btf, f->lines[j].line_off);
			size_t size, same_size;

			/* there already: adding it changes nothing */
			btf_bytes(p.out, &size);
			assert_true(btf_add_str(p.out, text) >= before);
			btf_bytes(p.out, &same_size);
			assert_int_equal(size, same_size);
		}
	}
	for (size_t i = 0; i < o->maps.n; i++) {
		uint32_t value = o->maps.v[i]->value_btf;

		if (value)
			assert_int_equal(btf_size(p.out, p.moved[value]), btf_size(o->btf, value));
	}
	btf_free(p.out);
	free(p.moved);
	object_free(o);
}

/* An instruction with the id of a type: ids must stay, or the program would be another. */
static void test_ids_in_code(void **state _unused_)
{
	struct object *o = open_built("tests/unit/bpf/core.bpf.o", NULL);
	struct pruned p = { 0 };

	assert_int_equal(object_pruned_btf(o, &p.out, &p.moved), -EOPNOTSUPP);
	assert_null(p.out);
	assert_null(p.moved);
	object_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),        cmocka_unit_test(test_behind_pointers),
		cmocka_unit_test(test_both),          cmocka_unit_test(test_tagged_pointers),
		cmocka_unit_test(test_functions),     cmocka_unit_test(test_contains),
		cmocka_unit_test(test_tags_of_heads), cmocka_unit_test(test_sections),
		cmocka_unit_test(test_bad_root),      cmocka_unit_test(test_object),
		cmocka_unit_test(test_ids_in_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
