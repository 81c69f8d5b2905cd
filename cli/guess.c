/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * guess.c - what a program might be whose section name no plugin knows: by the words in its name, by
 * the type of its context, or else one of the usual ones. Its application would know; who only has the
 * file asks the verifier about each guess, and is told that it was one.
 */
#include <string.h>

#include "guess.h"

/* Sections by the struct that a program's parameter points to: what may do less first. */
static const struct {
	const char *context;
	const char *sections[4];
} by_context[] = {
	{ "__sk_buff", { "socket", "tc", "cgroup_skb/ingress" } },
	{ "xdp_md", { "xdp" } },
	{ "pt_regs", { "kprobe" } },
	{ "bpf_sock_ops", { "sockops" } },
	{ "sk_msg_md", { "sk_msg" } },
	{ "bpf_sock_addr", { "cgroup/connect4", "cgroup/connect6" } },
	{ "bpf_sock", { "cgroup/sock_create" } },
	{ "bpf_sockopt", { "cgroup/getsockopt" } },
	{ "bpf_sysctl", { "cgroup/sysctl" } },
	{ "bpf_cgroup_dev_ctx", { "cgroup/dev" } },
	{ "bpf_perf_event_data", { "perf_event" } },
	{ "bpf_raw_tracepoint_args", { "raw_tp" } },
	{ "bpf_sk_lookup", { "sk_lookup" } },
	{ "sk_reuseport_md", { "sk_reuseport" } },
	{ "bpf_nf_ctx", { "netfilter" } },
};

/* Without types: the oldest first, since objects without types are old. */
static const char *const usual[] = { "socket", "tc", "xdp", "kprobe", "tracepoint" };

static void add(struct guess *g, const char *section, size_t length)
{
	if (g->n == GUESS_MAX || length == 0 || length >= sizeof(g->sections[0]))
		return;
	for (size_t i = 0; i < g->n; i++)
		if (strlen(g->sections[i]) == length && !strncmp(g->sections[i], section, length))
			return;
	memcpy(g->sections[g->n], section, length);
	g->sections[g->n++][length] = '\0';
}

/* @section begins with the plugin's name, and something follows that is not part of the word. */
static int begins_with_name(const char *section, const char *name)
{
	size_t n = strlen(name);

	return strncmp(section, name, n) == 0 && strchr("/_.:-", section[n]);
}

/* "socket_filter/types", "xdp_redirect_udp": the name of a plugin in front; the longest says most. */
static void add_by_name(struct guess *g, struct cleat *c, const char *section)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };
	const char *pattern = NULL;
	size_t longest = 0;

	for (size_t i = 0; cleat_plugin_at(c, i, &info) == 0; i++) {
		if (strcmp(info.kind, "program") != 0 || strlen(info.name) <= longest ||
		    !begins_with_name(section, info.name) || !info.sections[0])
			continue;
		longest = strlen(info.name);
		pattern = info.sections[0];
	}
	if (pattern)
		add(g, pattern, strcspn(pattern, "+"));
}

void guess_sections(struct guess *g, struct cleat *c, const struct cleat_program_info *info)
{
	*g = (struct guess) { 0 };
	add_by_name(g, c, info->section);
	for (size_t i = 0; info->context && i < sizeof(by_context) / sizeof(by_context[0]); i++)
		if (strcmp(info->context, by_context[i].context) == 0)
			for (const char *const *s = by_context[i].sections; *s; s++)
				add(g, *s, strlen(*s));
	g->known = g->n;
	for (size_t i = 0; !info->context && i < sizeof(usual) / sizeof(usual[0]); i++)
		add(g, usual[i], strlen(usual[i]));
}
