// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * object.c - fuzz target: any bytes as a BPF object, read, relocated against the types of the
 * object itself in the kernel's place, and linked, as far as it goes without a kernel.
 */
#include "fuzz.h"

#include "object/object.h"

static int no_kconfig(void *user, const char *name, const char **value)
{
	(void)user;
	*value = "y";
	return name[0] == 'C' ? 0 : -ENOENT;
}

static uint32_t version(void *user)
{
	(void)user;
	return 0x60c00;
}

static int ksym(void *user, const char *name, uint64_t *address)
{
	(void)user;
	*address = 0xffffffff81000000;
	return strlen(name) % 2 ? -ENOENT : 0;
}

static int feature(void *user, const char *name)
{
	(void)user;
	(void)name;
	return 1;
}

static void relocate_and_link(struct object *o, struct report *r)
{
	const struct target target = {
		.btf = o->btf,
		.btf_path = "itself",
		.kconfig = no_kconfig,
		.version = version,
		.ksym = ksym,
		.feature = feature,
	};

	for (size_t i = 0; i < o->programs.n && i < 16; i++) {
		func_list reached = { 0 };
		struct linked linked = { 0 };
		int err;

		report_clear(r);
		err = object_reach(o, o->programs.v[i], &reached, r);
		if (!err) {
			err = object_resolve_externs(o, reached.v, reached.n, &target, r);
			FUZZ_REPORTED(r, err);
			report_clear(r);
			err = object_core_relocate(o, reached.v, reached.n, &target, r);
			FUZZ_REPORTED(r, err);
		}
		vec_free(&reached);
		report_clear(r);
		err = object_link(o, o->programs.v[i], &linked, r);
		FUZZ_REPORTED(r, err);
		if (!err) {
			for (size_t k = 0; k < linked.fixups.n; k++)
				FUZZ_ASSERT(linked.fixups.v[k].insn < linked.n_insns);
			for (size_t k = 0; k < linked.lines.n; k++)
				FUZZ_ASSERT(linked.lines.v[k].insn_off < linked.n_insns);
		}
		linked_free(&linked);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct object *o = NULL;
	int err;

	FUZZ_ASSERT(r);
	err = object_open_memory(&o, data, size, "fuzz.bpf.o", r);
	FUZZ_ASSERT(err <= 0 && (err == 0) == (o != NULL));
	FUZZ_REPORTED(r, err);
	if (o) {
		for (size_t i = 0; i < o->maps.n; i++)
			FUZZ_ASSERT(object_map(o, o->maps.v[i]->name));
		if (!o->elf->foreign)
			relocate_and_link(o, r);
		object_free(o);
	}
	report_free(r);
	return 0;
}
