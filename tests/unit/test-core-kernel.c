// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-core-kernel.c - CO-RE with an object that clang made and the types of the running kernel.
 *
 * What is right is looked up in the kernel's BTF by name, by other code than CO-RE's; where libbpf
 * is installed it is asked too (at run time: nothing here is linked with it).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdio.h>

#include "base/file.h"
#include "object/core.h"
#include "object/object.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/* libbpf, as far as it knows types. */
struct peer {
	void *lib;
	void *btf;
	int (*find)(const void *btf, const char *name, uint32_t kind);
	const struct btf_type *(*type)(const void *btf, uint32_t id);
	const char *(*str)(const void *btf, uint32_t off);
	int64_t (*size)(const void *btf, uint32_t id);
	void (*free)(void *btf);
};

static struct file_view view;
static struct btf *kernel;
static struct peer peer;
static struct report *report;

static void *peer_fn(const char *name)
{
	return dlsym(peer.lib, name);
}

static void peer_open(void)
{
	void *(*load)(void);

	peer.lib = dlopen("libbpf.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!peer.lib)
		return;
	*(void **)&load = peer_fn("btf__load_vmlinux_btf");
	*(void **)&peer.find = peer_fn("btf__find_by_name_kind");
	*(void **)&peer.type = peer_fn("btf__type_by_id");
	*(void **)&peer.str = peer_fn("btf__name_by_offset");
	*(void **)&peer.size = peer_fn("btf__resolve_size");
	*(void **)&peer.free = peer_fn("btf__free");
	if (load && peer.find && peer.type && peer.str && peer.size && peer.free)
		peer.btf = load();
}

/* Bits from the start of the type, or -1. */
static int64_t peer_member(uint32_t id, const char *name)
{
	const struct btf_type *t = peer.type(peer.btf, id);
	const struct btf_member *m = (const void *)(t + 1);
	uint32_t i;

	while (btf_kind(t) == BTF_TYPEDEF || btf_kind(t) == BTF_CONST ||
	       btf_kind(t) == BTF_VOLATILE) {
		t = peer.type(peer.btf, t->type);
		m = (const void *)(t + 1);
	}
	if (btf_kind(t) != BTF_STRUCT && btf_kind(t) != BTF_UNION)
		return -1;
	for (i = 0; i < btf_vlen(t); i++) {
		const char *s = peer.str(peer.btf, m[i].name_off);
		int64_t at = btf_kflag(t) ? m[i].offset & 0xffffff : m[i].offset;
		int64_t in;

		if (*s && strcmp(s, name) == 0)
			return at;
		in = *s ? -1 : peer_member(m[i].type, name);
		if (in >= 0)
			return at + in;
	}
	return -1;
}

/* --- facts ------------------------------------------------------------------------------------ */

static uint32_t id_of(const char *name, enum btf_kind kind)
{
	uint32_t id = btf_find(kernel, name, BTF_KIND_BIT(kind));

	assert_int_not_equal(id, 0);
	if (peer.btf)
		assert_int_equal(peer.find(peer.btf, name, kind), id);
	return id;
}

static uint32_t bits_of(const char *type, enum btf_kind kind, const char *name, uint32_t *width)
{
	uint32_t id = id_of(type, kind), bits = 0, member;

	assert_int_equal(btf_find_member(kernel, id, name, &member, &bits, width), 0);
	if (peer.btf)
		assert_int_equal(peer_member(id, name), bits);
	return bits;
}

static uint32_t byte_of(const char *type, const char *name)
{
	return bits_of(type, BTF_STRUCT, name, NULL) / 8;
}

/* --- the object ------------------------------------------------------------------------------- */

static struct object *object;

static int setup(void **state _unused_)
{
	const char *dir = getenv("top_builddir");
	_free_ char *path = NULL;

	report = report_new();
	path = path_join(dir ? dir : ".", "tests/unit/bpf/core.bpf.o");
	if (access(path, R_OK) || file_map(KERNEL_BTF, &view))
		return 0;
	assert_int_equal(btf_open(&kernel, view.data, view.size, NULL, BTF_LAZY, report), 0);
	assert_int_equal(object_open(&object, path, report), 0);
	peer_open();
	return 0;
}

static int teardown(void **state _unused_)
{
	object_free(object);
	btf_free(kernel);
	file_unmap(&view);
	if (peer.btf)
		peer.free(peer.btf);
	if (peer.lib)
		dlclose(peer.lib);
	report_free(report);
	return 0;
}

struct place {
	struct func *f;
	size_t insn; /* that was relocated */
};

/* The relocated instruction whose result the program stores in out[@slot]. */
static struct place stored(const char *func, unsigned int slot)
{
	struct func *f = object_func(object, func);
	size_t i, j;

	assert_non_null(f);
	for (i = 0; i < f->n_relos; i++) {
		size_t at = (f->relos[i].insn_off - f->offset) / sizeof(struct insn);
		/* as compiled: a poisoned instruction has lost its register */
		uint8_t dst = f->insns[at].dst;

		for (j = at + 1; j < f->n_insns; j++)
			if (f->insns[j].code == (INSN_STX | INSN_MEM | INSN_DW) &&
			    f->insns[j].src == dst)
				break;
		if (j < f->n_insns && f->insns[j].off == (int16_t)(8 * slot))
			return (struct place) { f, at };
	}
	fail_msg("'%s' does not store slot %u", func, slot);
	return (struct place) { f, 0 };
}

#define SLOTS 12

static struct place offsets[SLOTS], fields[SLOTS], types[SLOTS];

static void find_all(struct place *places, const char *func, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		places[i] = stored(func, i);
}

static const struct insn *insn(const struct place *p)
{
	return &p->f->insns[p->insn];
}

static void is_offset(unsigned int slot, uint32_t off)
{
	const struct insn *i = insn(&offsets[slot]);

	assert_int_equal(i->code & INSN_CLASS, INSN_LDX);
	assert_int_equal(i->off, off);
}

static void is_imm(const struct place *p, int64_t imm)
{
	const struct insn *i = insn(p);

	if (insn_is_lddw(i)) {
		assert_int_equal((uint32_t)i[0].imm, (uint32_t)imm);
		assert_int_equal((uint32_t)i[1].imm, (uint32_t)((uint64_t)imm >> 32));
		return;
	}
	assert_int_equal(i->code & INSN_CLASS, INSN_ALU64);
	assert_int_equal(i->imm, imm);
}

static void is_poison(const struct place *p, const char *why)
{
	const struct func *f = p->f;
	size_t i;

	assert_int_equal(insn(p)->code, INSN_JMP | INSN_CALL);
	assert_int_equal(insn(p)->imm, 0xbad2310);
	for (i = 0; i < f->poisons.n; i++)
		if (f->poisons.v[i].insn == p->insn)
			break;
	assert_true(i < f->poisons.n);
	assert_string_equal(f->poisons.v[i].why, why);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void test_relocate(void **state _unused_)
{
	struct target t = { .btf = kernel, .btf_path = KERNEL_BTF };
	struct strmap *names = strmap_new();
	int err;

	if (!object)
		skip();
	find_all(offsets, "offsets", 11);
	find_all(fields, "fields", 12);
	find_all(types, "types", 10);
	assert_int_equal(object_wanted_names(object, object->funcs.v, object->funcs.n, names, names), 0);
	assert_true(strmap_has(names, "task_struct"));
	assert_true(strmap_has(names, "bpf_map_type"));
	strmap_free(names);
	err = object_core_relocate(object, object->funcs.v, object->funcs.n, &t, report);
	if (err)
		fail_msg("%s", report_get(report, 0)->what);
	assert_int_equal(report_errors(report), 0);
}

static void test_offsets(void **state _unused_)
{
	if (!object)
		skip();
	is_offset(0, byte_of("task_struct", "pid"));
	is_offset(1, byte_of("task_struct", "tgid"));
	is_offset(2, byte_of("task_struct", "comm") + 5);
	is_offset(3, byte_of("task_struct", "real_parent"));
	is_offset(4, byte_of("task_struct", "children") + byte_of("list_head", "prev"));
	is_poison(&offsets[5], "this kernel has no 'struct task_struct.no_such_member'");
	is_offset(6, byte_of("task_struct", "pid"));
	is_offset(7, byte_of("mm_struct", "env_end"));
	is_offset(8, byte_of("trace_event_raw_sys_enter", "args") + 3 * 8);
	is_offset(9, bits_of("bpf_attr", BTF_UNION, "max_entries", NULL) / 8);
	is_poison(
		&offsets[10],
		"this kernel has no 'struct no_such_struct', and so no 'struct no_such_struct.x'");
}

static void test_fields(void **state _unused_)
{
	uint32_t width = 0, bits, size, off;

	if (!object)
		skip();
	is_imm(&fields[0], byte_of("task_struct", "pid"));
	is_imm(&fields[1], 16);
	is_imm(&fields[2], 1);
	is_imm(&fields[3], 0);
	is_imm(&fields[4], 1);
	is_imm(&fields[5], 32);
	is_imm(&fields[6], 32);
	bits = bits_of("sk_buff", BTF_STRUCT, "ip_summed", &width);
	/* a __u8 of two bits */
	assert_int_equal(width, 2);
	size = bits / 8 == (bits + 1) / 8 ? 1 : 2;
	off = bits / 8 / size * size;
	is_imm(&fields[7], off);
	is_imm(&fields[8], size);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	is_imm(&fields[9], 64 - (bits + width - off * 8));
#endif
	is_imm(&fields[10], 64 - 2);
	is_imm(&fields[11], 0);
}

static void test_types(void **state _unused_)
{
	uint32_t task;
	int64_t ring = 0;

	if (!object)
		skip();
	task = id_of("task_struct", BTF_STRUCT);
	is_imm(&types[0], 1);
	is_imm(&types[1], btf_size(kernel, task));
	if (peer.btf)
		is_imm(&types[1], peer.size(peer.btf, task));
	is_imm(&types[2], 0);
	is_imm(&types[3], 0);
	is_imm(&types[4], btf_find(object->btf, "task_struct", BTF_KIND_BIT(BTF_STRUCT)));
	is_imm(&types[5], task);
	is_imm(&types[6], 1);
	is_imm(&types[7], 0);
	assert_int_equal(btf_find_enumerator(kernel, id_of("bpf_map_type", BTF_ENUM),
					     "BPF_MAP_TYPE_RINGBUF", &ring),
			 0);
	/* kernel interface: fixed for ever */
	assert_int_equal(ring, 27);
	is_imm(&types[8], ring);
	is_poison(&types[9], "this kernel has no 'BPF_MAP_TYPE_NO_SUCH' in 'enum bpf_map_type'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relocate),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests_name("core kernel", tests, setup, teardown);
}
