/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lsmhook.c - the kernel's security hooks as programs name them; see lsmhook.h.
 *
 * Knows that BTF has a function bpf_lsm_HOOK for each, and where the kernel lists its active
 * security modules.
 */
#include "common/lsmhook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/linkinfo.h"

#define PREFIX "bpf_lsm_"

int lsmhook_parse(struct cleat *c, struct cleat_params *p, const struct cleat_section *section,
		  const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "hook", text) : 0;
}

int lsmhook_prepare(struct cleat_program *prog, const struct cleat_params *p,
		    struct cleat_load *load)
{
	const char *hook = cleat_param(p, "hook");
	struct cleat *c = cleat_program_context(prog);

	if (!hook) {
		const char *pattern = cleat_program_section(prog)->pattern;

		cleat_error(c, EINVAL, "program '%s' does not say at which security hook it runs",
			    cleat_program_name(prog));
		cleat_hint(c, "write SEC(\"%.*s/HOOK\"), or hook = HOOK in [program %s]",
			   (int)strcspn(pattern, "+"), pattern, cleat_program_name(prog));
		return -EINVAL;
	}
	load->btf_name = cleat_program_keep(prog, PREFIX "%s", hook);
	load->btf_kind = CLEAT_BTF_FUNC;
	load->btf_module = "vmlinux";
	load->btf_noun = "security hook";
	load->btf_prefix = strlen(PREFIX);
	return load->btf_name ? 0 : cleat_error(c, ENOMEM, "out of memory");
}

int lsmhook_active(struct cleat *c)
{
	FILE *f = fopen("/sys/kernel/security/lsm", "re");
	char list[512] = "", *name, *rest;
	bool found = false;

	if (!f)
		return 0; /* securityfs is not mounted, say */
	if (!fgets(list, sizeof(list), f))
		found = true;
	fclose(f);
	list[strcspn(list, "\n")] = '\0';
	for (name = strtok_r(list, ",", &rest); name && !found; name = strtok_r(NULL, ",", &rest))
		found = strcmp(name, "bpf") == 0;
	if (found)
		return 0;
	cleat_error(c, EOPNOTSUPP,
		    "'bpf' is not among the active security modules of this kernel: "
		    "the program would never run");
	cleat_hint(c, "boot with lsm=..., the list in /sys/kernel/security/lsm and 'bpf' after it");
	return -EOPNOTSUPP;
}

int lsmhook_same(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat_program *prog = cleat_attach_program(a);
	struct bpf_prog_info info;
	const char *hook = cleat_param(p, "hook"), *loaded;

	if (linkinfo_program_by_fd(cleat_attach_fd(a), &info))
		return 0;
	loaded = lsmhook_name(cleat_attach_context(a), info.id);
	if (!loaded || strcmp(loaded, hook) == 0)
		return 0;
	cleat_param_error(cleat_attach_context(a), p, "hook", EINVAL,
			  "program '%s' was loaded for security hook '%s', not '%s'",
			  cleat_program_name(prog), loaded, hook);
	cleat_hint(cleat_attach_context(a), "write 'hook = %s' in [program %s]", hook,
		   cleat_program_name(prog));
	return -EINVAL;
}

const char *lsmhook_name(struct cleat *c, uint32_t prog_id)
{
	struct bpf_prog_info info;
	const char *name;

	if (linkinfo_program(prog_id, &info))
		return NULL;
	name = cleat_describe_btf(c, info.attach_btf_obj_id, info.attach_btf_id, NULL);
	if (!name)
		return NULL;
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0 ? name + strlen(PREFIX) : name;
}
