/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * netfilter.c - programs at the hooks of netfilter, beside iptables and nftables.
 *
 * Knows families, hooks and priorities by the names that nft(8) has for them.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <limits.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/linkinfo.h"
#include "common/netns.h"
#include "hooked.h"

static const struct cleat_section sections[] = {
	{ .pattern = "netfilter+",
	  .attach_type = BPF_NETFILTER,
	  .flags = CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = {
	{ .name = "family",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "ipv4|ipv6|inet",
	  .preset = "inet",
	  .help = "which packets; inet is both, with a link for each" },
	{ .name = "hook",
	  .type = CLEAT_TYPE_CHOICE,
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,
	  .choices = "prerouting|input|forward|output|postrouting",
	  .help = "where on its way the program sees a packet" },
	{ .name = "priority",
	  .preset = "filter",
	  .help = "place among others: a number, lower runs earlier, or raw, mangle, dstnat, filter, "
		  "security, srcnat, with +N or -N behind it" },
	{ .name = "defrag",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no",
	  .help = "put fragments together before (kernel 6.6; priority above -400)" },
	{ .name = "netns", .preset = "self", .flags = CLEAT_KEY_REPEAT, .help = NETNS_HELP },
};

static const char *const hooks[] = {
	[NF_INET_PRE_ROUTING] = "prerouting",   [NF_INET_LOCAL_IN] = "input",
	[NF_INET_FORWARD] = "forward",          [NF_INET_LOCAL_OUT] = "output",
	[NF_INET_POST_ROUTING] = "postrouting",
};

#define N_HOOKS (sizeof(hooks) / sizeof(hooks[0]))

static const struct {
	const char *name;
	int value;
} priorities[] = {
	{ "raw", NF_IP_PRI_RAW },           { "mangle", NF_IP_PRI_MANGLE },
	{ "dstnat", NF_IP_PRI_NAT_DST },    { "filter", NF_IP_PRI_FILTER },
	{ "security", NF_IP_PRI_SECURITY }, { "srcnat", NF_IP_PRI_NAT_SRC },
};

#define N_PRIORITIES (sizeof(priorities) / sizeof(priorities[0]))

/* "-10", "filter", "filter + 10". */
static int read_priority(const char *text, int *out)
{
	size_t n = strcspn(text, " +-");
	long base = 0, number = 0;
	bool minus;
	char *end;

	if (n) {
		for (size_t i = 0; i < N_PRIORITIES; i++) {
			if (strlen(priorities[i].name) != n || strncmp(priorities[i].name, text, n))
				continue;
			base = priorities[i].value;
			text += n + strspn(text + n, " ");
			if (!*text) {
				*out = (int)base;
				return 0;
			}
			if (*text != '+' && *text != '-')
				return -EINVAL;
			break;
		}
	}
	minus = *text == '-';
	text += minus || *text == '+';
	text += strspn(text, " ");
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtol(text, &end, 0);
	number = base + (minus ? -number : number);
	/* The first and the last are the kernel's own. */
	if (*end || errno || number <= INT_MIN || number >= INT_MAX)
		return -ERANGE;
	*out = (int)number;
	return 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const char *text = cleat_param(p, "priority"), *names[N_PRIORITIES];
	int priority, err = read_priority(text, &priority);

	if (err) {
		cleat_param_error(
			c, p, "priority", err,
			"'%s' is no priority: a number, or a name as 'filter' or 'raw - 10'", text);
		for (size_t i = 0; i < N_PRIORITIES; i++)
			names[i] = priorities[i].name;
		cleat_hint_nearest(c, text, names, N_PRIORITIES);
		return err;
	}
	if (cleat_param_bool(p, "defrag") && priority <= NF_IP_PRI_CONNTRACK_DEFRAG)
		return cleat_param_error(c, p, "defrag", ERANGE,
					 "priority %d is before fragments are put together, at %d",
					 priority, NF_IP_PRI_CONNTRACK_DEFRAG);
	return 0;
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	if (!cleat_param_given(p, "netns"))
		return 0; /* one's own */
	return netns_expand(cleat_program_context(prog), p, "netns", out);
}

static uint32_t hook_number(const char *name)
{
	uint32_t i = 0;

	while (i + 1 < N_HOOKS && strcmp(hooks[i], name) != 0)
		i++;
	return i;
}

/* ---- attaching ---------------------------------------------------------------------------------- */

struct job {
	struct cleat_attach *a;
	const struct cleat_params *p;
	const char *hook;
	int family, priority;
};

static const char *family_name(uint32_t family)
{
	return family == NFPROTO_IPV4 ? "ipv4" : family == NFPROTO_IPV6 ? "ipv6" : NULL;
}

static int make_link(void *data)
{
	const struct job *job = data;
	bool defrag = cleat_param_bool(job->p, "defrag");
	union bpf_attr attr = { 0 };

	attr.link_create.attach_type = BPF_NETFILTER;
	attr.link_create.netfilter.pf = (uint32_t)job->family;
	attr.link_create.netfilter.hooknum = hook_number(job->hook);
	attr.link_create.netfilter.priority = job->priority;
	attr.link_create.netfilter.flags = defrag ? BPF_F_NETFILTER_IP_DEFRAG : 0;
	return cleat_attach_link(job->a, &attr, "netfilter %s %s, priority %d%s",
				 family_name((uint32_t)job->family), job->hook, job->priority,
				 defrag ? ", defragmented" : "");
}

static int report(struct cleat *c, const struct job *job, int err)
{
	const char *family = family_name((uint32_t)job->family);

	switch (err) {
	case -EBUSY:
		return cleat_param_error(c, job->p, "priority", err,
					 "another BPF program has priority %d at %s %s already",
					 job->priority, family, job->hook);
	case -EAFNOSUPPORT:
		return cleat_param_error(c, job->p, "family", err, "this kernel has no %s", family);
	case -EOPNOTSUPP:
		if (cleat_param_bool(job->p, "defrag"))
			return cleat_param_error(c, job->p, "defrag", err,
						 "this kernel does not put fragments together");
		break;
	case -ENOENT:
		if (cleat_param_bool(job->p, "defrag")) {
			cleat_param_error(c, job->p, "defrag", err,
					  "this kernel cannot put fragments together for us");
			cleat_hint(c, "modprobe nf_defrag_%s", family);
			return err;
		}
		break;
	}
	cleat_error_sys(c, err, "cannot attach to %s %s", family, job->hook);
	if (err == -EINVAL)
		cleat_hint(c, "needs kernel 6.4%s",
			   cleat_param_bool(job->p, "defrag") ? ", and 'defrag' 6.6" : "");
	return err;
}

static bool is_wanted(const struct cleat_params *p, int family)
{
	const char *wanted = cleat_param(p, "family");

	return strcmp(wanted, "inet") == 0 || strcmp(wanted, family_name((uint32_t)family)) == 0;
}

/* At one hook, for the families that are wanted. */
static int attach_hook(struct job *job, int netns)
{
	static const int families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	int err = 0;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && !err; i++) {
		if (!is_wanted(job->p, families[i]))
			continue;
		job->family = families[i];
		/* The kernel takes the namespace of the thread that asks. */
		err = netns < 0 ? make_link(job) : netns_run(netns, make_link, job);
		if (err)
			report(cleat_attach_context(job->a), job, err);
	}
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct job job = { .a = a, .p = p };
	int fd = -1, err = read_priority(cleat_param(p, "priority"), &job.priority);

	if (!err && strcmp(cleat_param(p, "netns"), "self") != 0) {
		fd = netns_open(cleat_attach_context(a), p, "netns");
		err = fd < 0 ? fd : 0;
	}
	for (size_t i = 0; i < cleat_param_count(p, "hook") && !err; i++) {
		job.hook = cleat_param_nth(p, "hook", i);
		err = attach_hook(&job, fd);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	const char *family = family_name(info->netfilter.pf);

	(void)c;
	(void)size;
	if (info->type != BPF_LINK_TYPE_NETFILTER)
		return -ENOENT;
	if (family)
		cleat_facts_text(out, "family", "%s", family);
	else
		cleat_facts_number(out, "family", info->netfilter.pf);
	if (info->netfilter.hooknum < N_HOOKS)
		cleat_facts_text(out, "hook", "%s", hooks[info->netfilter.hooknum]);
	else
		cleat_facts_number(out, "hook", info->netfilter.hooknum);
	cleat_facts_text(out, "priority", "%d", info->netfilter.priority);
	if (info->netfilter.flags & BPF_F_NETFILTER_IP_DEFRAG)
		cleat_facts_bool(out, "defrag", true);
	return 0;
}

/* ---- who is there ------------------------------------------------------------------------------- */

struct found {
	uint32_t link, program;
	int32_t priority;
	uint32_t family;
};

struct list {
	struct found *v;
	size_t n;
};

static int add(struct list *l, const struct found *one)
{
	struct found *more = realloc(l->v, (l->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	l->v = more;
	l->v[l->n++] = *one;
	return 0;
}

static int by_priority(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return (x->priority > y->priority) - (x->priority < y->priority);
}

/* The links at one hook. They do not say of which namespace they are. */
static int list_links(const struct cleat_params *p, uint32_t hook, struct list *links)
{
	struct bpf_link_info info;
	uint32_t id = 0;
	int err = 0;

	while (!err && linkinfo_next(&id, &info) == 0) {
		const struct found one = { .link = id,
					   .program = info.prog_id,
					   .priority = info.netfilter.priority,
					   .family = info.netfilter.pf };

		if (info.type == BPF_LINK_TYPE_NETFILTER && info.netfilter.hooknum == hook &&
		    family_name(one.family) && is_wanted(p, (int)one.family))
			err = add(links, &one);
	}
	return err;
}

#define ATTEMPTS 5 /* the list may change while it is written */

struct asking {
	uint32_t family, hook;
	struct list *list;
	int err;
};

static void note(uint32_t program, int32_t priority, void *user)
{
	struct asking *a = user;
	const struct found one = { .program = program, .priority = priority, .family = a->family };

	if (!a->err)
		a->err = add(a->list, &one);
}

static int ask(void *data)
{
	struct asking *a = data;
	size_t before = a->list->n;
	int err = -EINTR;

	for (int i = 0; i < ATTEMPTS && err == -EINTR; i++) {
		a->list->n = before;
		err = hooked_programs(a->family, a->hook, note, a);
	}
	return err ? err : a->err;
}

/* The programs at one hook of one namespace. -EOPNOTSUPP: the kernel does not tell. */
static int list_programs(const struct cleat_params *p, int netns, uint32_t hook,
			 struct list *programs)
{
	static const uint32_t families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	struct asking a = { .hook = hook, .list = programs };
	int err = 0;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && !err; i++) {
		a.family = families[i];
		if (is_wanted(p, (int)a.family))
			err = netns_run(netns, ask, &a);
	}
	return err;
}

/* By which link; 0 where several namespaces have just the same. */
static uint32_t link_of(const struct found *f, const struct list *links)
{
	uint32_t link = 0;

	for (size_t i = 0; i < links->n; i++) {
		const struct found *l = &links->v[i];

		if (l->program != f->program || l->family != f->family || l->priority != f->priority)
			continue;
		if (link)
			return 0;
		link = l->link;
	}
	return link;
}

static void put_facts(struct list *l, bool known, struct cleat_facts *out)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_priority);
	for (size_t i = 0; i < l->n; i++) {
		cleat_facts_number(out, "program", l->v[i].program);
		if (l->v[i].link)
			cleat_facts_number(out, "link", l->v[i].link);
		cleat_facts_text(out, "family", "%s", family_name(l->v[i].family));
		cleat_facts_text(out, "priority", "%d", l->v[i].priority);
		if (!known)
			cleat_facts_text(out, "netns", "?");
	}
}

/*
 * There is no query for it. Where the kernel lists its hooks, it does so by namespace and without the
 * links; where it does not, the links of all namespaces are what can be told.
 */
static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	uint32_t hook = hook_number(cleat_param(p, "hook"));
	struct list links = { 0 }, programs = { 0 };
	int netns = netns_open(c, p, "netns"), err;

	if (netns < 0)
		return netns;
	err = list_programs(p, netns, hook, &programs);
	close(netns);
	/* Links after programs: what goes meanwhile is then without one, and not with another's. */
	if (!err || err == -EOPNOTSUPP) {
		bool known = !err;

		err = list_links(p, hook, &links);
		for (size_t i = 0; i < programs.n; i++)
			programs.v[i].link = link_of(&programs.v[i], &links);
		if (!err)
			put_facts(known ? &programs : &links, known, out);
	}
	free(programs.v);
	free(links.v);
	return err ? cleat_error_sys(c, err, "cannot tell what is at hook %s",
				     cleat_param(p, "hook"))
		   : 0;
}

static const struct cleat_program_plugin netfilter = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "netfilter",
			   "packets at the hooks of netfilter"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_NETFILTER,
	.ctx_type = "bpf_nf_ctx",
	.check = check,
	.expand = expand,
	.attach = attach,
	.query = query,
	.describe = describe,
};
CLEAT_PLUGIN(netfilter)
