/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sk_skb.c - programs that see what arrives at the sockets of a map: one finds where a message ends,
 * one says whether it passes, is dropped, or goes to another socket.
 *
 * Knows the three hooks; how programs are attached is common/sockmap.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>

#include "common/sockmap.h"

static const struct cleat_section sections[] = {
	{ .pattern = "sk_skb+" },
	{ .pattern = "sk_skb/stream_parser+",
	  .attach_type = BPF_SK_SKB_STREAM_PARSER,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "sk_skb/stream_verdict+",
	  .attach_type = BPF_SK_SKB_STREAM_VERDICT,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "sk_skb/verdict+",
	  .attach_type = BPF_SK_SKB_VERDICT,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
};

static const struct {
	const char *name;
	uint32_t attach_type;
} hooks[] = {
	{ "stream-parser", BPF_SK_SKB_STREAM_PARSER },
	{ "stream-verdict", BPF_SK_SKB_STREAM_VERDICT },
	{ "verdict", BPF_SK_SKB_VERDICT },
};

#define N_HOOKS (sizeof(hooks) / sizeof(hooks[0]))

static const struct cleat_key keys[] = {
	SOCKMAP_KEYS,
	{ .name = "hook",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "stream-parser|stream-verdict|verdict",
	  .help = "what the program does; needed where the section does not say" },
};

static uint32_t type_of(const char *hook)
{
	for (size_t i = 0; i < N_HOOKS; i++)
		if (strcmp(hooks[i].name, hook) == 0)
			return hooks[i].attach_type;
	return BPF_SK_SKB_VERDICT;
}

static const char *hook_of(uint32_t attach_type)
{
	for (size_t i = 0; i < N_HOOKS; i++)
		if (hooks[i].attach_type == attach_type)
			return hooks[i].name;
	return NULL;
}

/* What the section name says, the key need not. */
static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)text;
	return section->attach_type ? cleat_param_set(p, "hook", hook_of(section->attach_type)) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const struct cleat_section *section = cleat_program_section(prog);
	const char *hook = cleat_param(p, "hook");

	if (!hook) {
		cleat_param_error(c, p, "map", EINVAL, "at which hook?");
		cleat_hint(c, "write 'hook = verdict', or SEC(\"sk_skb/verdict\")");
		return -EINVAL;
	}
	if (section->attach_type && type_of(hook) != section->attach_type)
		return cleat_param_error(c, p, "hook", EINVAL, "hook %s, but the section is for %s",
					 hook, hook_of(section->attach_type));
	return sockmap_check(prog, p);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const char *hook = cleat_param(p, "hook");

	return sockmap_attach(a, p, type_of(hook), hook);
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	const char *hook = cleat_param(p, "hook");

	return sockmap_find(a, p, type_of(hook), hook, note);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	const char *hook = cleat_param(p, "hook");
	int err = 0;

	for (size_t i = 0; i < N_HOOKS && !err; i++)
		if (!hook || strcmp(hook, hooks[i].name) == 0)
			err = sockmap_query(c, p, hooks[i].attach_type, hooks[i].name, out);
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	const char *hook;

	(void)c;
	(void)size;
	hook = info->type == BPF_LINK_TYPE_SOCKMAP ? hook_of(info->sockmap.attach_type) : NULL;
	if (!hook)
		return -ENOENT;
	sockmap_describe(info, out);
	cleat_facts_text(out, "hook", "%s", hook);
	return 0;
}

static const struct cleat_program_plugin sk_skb = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "sk_skb",
			   "what arrives at the sockets of a sockmap"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SK_SKB,
	.ctx_type = "__sk_buff",
	.parse_target = parse_target,
	.check = check,
	.expand = sockmap_expand,
	.attach = attach,
	.replace = sockmap_replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = sockmap_foresee,
};
CLEAT_PLUGIN(sk_skb)
