/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * describe PLUGIN.so... - opens plugins as the host does and prints what their
 * structs say in the words of a descriptor, one line per fact, for
 * tests/policy/descriptors to compare. It reads the contract,
 * <cleat/plugin.h>, and refuses to know the library's own registry.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>

#define KNOWS(p, type, field) \
	((p)->base.struct_size >= offsetof(type, field) + sizeof((p)->field))

static void describe_program(const struct cleat_program_plugin *p)
{
	uint32_t i;

	for (i = 0; i < p->sections_count; i++) {
		const struct cleat_section *s = (const void *)((const char *)p->sections +
							       (size_t)i * p->sections_size);

		printf("section = %s\n", s->pattern);
	}
}

static void describe_map(const struct cleat_map_plugin *m)
{
	int data = 0;
	uint32_t i;

	for (i = 0; i < m->types_count; i++) {
		const struct cleat_map_type *t = (const void *)((const char *)m->types +
								(size_t)i * m->types_size);

		printf("type = %u %s\n", t->type, t->name);
		data |= (t->flags & CLEAT_MAP_DATA) != 0;
	}
	if (data)
		puts("role = data");
	if (KNOWS(m, struct cleat_map_plugin, jump_table) && m->jump_table)
		puts("role = jump-tables");
}

static int describe(const char *path)
{
	static const char *const kinds[] = { "?", "program", "map", "output" };
	const struct cleat_plugin *const *entry, *p;
	void *so = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!so) {
		fprintf(stderr, "describe: %s\n", dlerror());
		return 1;
	}
	entry = dlsym(so, "cleat_plugin_entry");
	if (!entry || !*entry) {
		fprintf(stderr, "describe: %s: no cleat_plugin_entry\n", path);
		return 1;
	}
	p = *entry;
	printf("name = %s\nkind = %s\nabi = %u\nsummary = %s\n", p->name,
	       p->kind <= CLEAT_KIND_OUTPUT ? kinds[p->kind] : "?", p->abi, p->summary);
	if (p->kind == CLEAT_KIND_PROGRAM &&
	    KNOWS((const struct cleat_program_plugin *)p, struct cleat_program_plugin,
		  sections_count))
		describe_program((const void *)p);
	if (p->kind == CLEAT_KIND_MAP &&
	    KNOWS((const struct cleat_map_plugin *)p, struct cleat_map_plugin, types_count))
		describe_map((const void *)p);
	return 0;
}

int main(int argc, char **argv)
{
	int i, rc = 0;

	for (i = 1; i < argc; i++)
		rc |= describe(argv[i]);
	return rc;
}
