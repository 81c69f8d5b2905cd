// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * core.c - fuzz target: CO-RE of any instructions, with any records and any types of the object,
 * against the types of a small kernel in which members have moved, changed their sizes and gone.
 *
 * A byte says how many instructions there are, each with a record: struct step. The rest is BTF.
 */
#include "fuzz.h"

#include "../unit/btf-make.h"
#include "object/core.h"
#include "object/object.h"

struct step {
	struct insn insn;
	uint32_t type_id, access_str_off, kind;
} __attribute__((packed));

#define STEPS 32

static struct btf *kernel;

/* Names are those of the objects that the seeds are made of, and of core-world.h. */
static void make_kernel(void)
{
	struct btf *b;
	uint32_t u8, u32, s32, u64, ch, list, mm, flags, comm;

	FUZZ_ASSERT(btf_new(&b, NULL) == 0);
	u8 = mk_int(b, "unsigned char", 1, 0);
	u32 = mk_int(b, "unsigned int", 4, 0);
	s32 = mk_int(b, "int", 4, BTF_INT_SIGNED);
	u64 = mk_int(b, "unsigned long", 8, 0);
	ch = mk_int(b, "char", 1, BTF_INT_SIGNED);
	list = MK_STRUCT(b, "list_head", 16, { "next", mk_ref(b, BTF_PTR, "", 5), 0, 0 },
			 { "prev", mk_ref(b, BTF_PTR, "", 5), 64, 0 });
	mm = MK_STRUCT(b, "mm_struct", 16, { "pgd", u64, 0, 0 }, { "users", s32, 64, 0 });
	flags = MK_UNION(b, "", 8, { "state", u64, 0, 0 }, { "__state", u32, 0, 0 });
	comm = mk_array(b, ch, 16);
	MK_STRUCT(b, "task_struct", 96, { "", flags, 0, 0 }, { "pid", u64, 64, 0 },
		  { "mm", mk_ref(b, BTF_PTR, "", mm), 128, 0 }, { "comm", comm, 192, 0 },
		  { "on_cpu", u32, 320, 1 }, { "prio", s32, 321, 15 }, { "tasks", list, 384, 0 });
	MK_STRUCT(b, "task", 32, { "mm", mk_ref(b, BTF_PTR, "", mm), 0, 0 },
		  { "state", s32, 64, 0 }, { "pid", u64, 128, 0 },
		  { "bytes", mk_array(b, u8, 4), 192, 0 });
	MK_ENUM(b, "xdp_action", false, 4, { "XDP_PASS", 7 }, { "XDP_DROP", 1 });
	mk_ref(b, BTF_TYPEDEF, "pid_t", s32);
	kernel = b;
}

static size_t read_steps(const uint8_t *data, size_t size, struct insn *insns,
			 struct btf_core_relo *relos)
{
	size_t n = data[0] % (STEPS + 1);

	if (n > (size - 1) / sizeof(struct step))
		n = (size - 1) / sizeof(struct step);
	for (size_t i = 0; i < n; i++) {
		struct step s;

		memcpy(&s, data + 1 + i * sizeof(s), sizeof(s));
		insns[i] = s.insn;
		relos[i] = (struct btf_core_relo) {
			.insn_off = (uint32_t)(i * sizeof(struct insn)),
			.type_id = s.type_id,
			.access_str_off = s.access_str_off,
			.kind = s.kind,
		};
	}
	return n;
}

static void relocate(struct btf *local, struct func *f, struct report *r)
{
	struct target t = { .btf = kernel, .btf_path = "a small kernel" };
	struct object o = { .arena = arena_new(), .btf = local };
	struct func *funcs[] = { f };
	int err;

	FUZZ_ASSERT(o.arena);
	report_clear(r);
	err = object_core_relocate(&o, funcs, 1, &t, r);
	FUZZ_ASSERT(err <= 0 && f->core_done == !err);
	FUZZ_REPORTED(r, err);
	for (size_t i = 0; i < f->poisons.n; i++)
		FUZZ_ASSERT(f->poisons.v[i].insn < f->n_insns && f->poisons.v[i].why);
	vec_free(&f->poisons);
	arena_free(o.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct insn insns[STEPS];
	struct btf_core_relo relos[STEPS];
	struct func f = { .name = (char *)"fuzz", .insns = insns, .relos = relos };
	struct report *r = report_new();
	struct btf *local = NULL;
	size_t used;

	FUZZ_ASSERT(r);
	if (!kernel)
		make_kernel();
	if (size) {
		f.n_insns = f.n_relos = read_steps(data, size, insns, relos);
		used = 1 + f.n_insns * sizeof(struct step);
		if (!btf_open(&local, data + used, size - used, NULL, BTF_COPY, r))
			relocate(local, &f, r);
	}
	btf_free(local);
	report_free(r);
	return 0;
}
