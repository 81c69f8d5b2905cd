/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * exclusive.c - maps that one program alone may use, by the hash of its instructions.
 *
 * Knows how the kernel makes that hash (since 6.18 it is SHA-256, and its first bytes are the tag):
 * over the instructions as they are handed over, without what stands for maps.
 */
#include <sha2.h>

#include "live/context.h"

_Static_assert(EXCLUSIVE_BYTES == SHA256_DIGEST_LENGTH, "the kernel takes SHA-256");

static bool is_map(const struct insn *insn)
{
	return insn->code == INSN_LDDW &&
	       (insn->src == INSN_SRC_MAP_FD || insn->src == INSN_SRC_MAP_VALUE);
}

/* Descriptors are not known yet, and the kernel does not look at them. */
static void forget_maps(struct linked *l)
{
	for (size_t i = 0; i + 1 < l->n_insns; i++)
		if (is_map(&l->insns[i]))
			l->insns[i].imm = l->insns[i + 1].imm = 0;
}

static int hash_program(struct cleat_program *p, uint8_t hash[static EXCLUSIVE_BYTES])
{
	struct linked l = { 0 };
	SHA2_CTX sha;
	int err = program_link(p, &l);

	if (!err) {
		forget_maps(&l);
		SHA256Init(&sha);
		SHA256Update(&sha, (const uint8_t *)l.insns, l.n_insns * sizeof(*l.insns));
		SHA256Final(hash, &sha);
	}
	linked_free(&l);
	return err;
}

static int no_program(struct cleat_map *m, const char *name)
{
	VEC(const char *) names = { 0 };

	report_error(m->c->report, ENOENT, "no program '%s', for which the map is", name);
	for (size_t i = 0; i < m->object->n_programs; i++)
		if (vec_push(&names, m->object->programs[i].spec->name))
			break;
	report_nearest(m->c->report, name, names.v, names.n);
	vec_free(&names);
	return -ENOENT;
}

int map_exclusive(struct cleat_map *m, uint8_t hash[static EXCLUSIVE_BYTES], bool *set)
{
	const char *name = cleat_param(m->params, "exclusive");
	struct cleat_program *p = name ? cleat_object_program(m->object, name) : NULL;

	*set = name;
	if (!name)
		return 0;
	return p ? hash_program(p, hash) : no_program(m, name);
}
