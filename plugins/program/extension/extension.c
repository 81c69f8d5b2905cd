/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * extension.c - programs that take the place of a global function of another BPF program.
 *
 * Knows how the other program is named: one of the same object, an id, a pinned path; finding the
 * function in its BTF is the host's work.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/linkinfo.h"
#include "common/progref.h"

static const struct cleat_section sections[] = {
	{ .pattern = "freplace+" },
};

static const struct cleat_key keys[] = {
	{ .name = "target",
	  .type = CLEAT_TYPE_PROGRAM,
	  .flags = CLEAT_KEY_LOAD | CLEAT_KEY_ONE_OF,
	  .help = "program of the same object whose function is replaced" },
	{ .name = "program",
	  .flags = CLEAT_KEY_LOAD | CLEAT_KEY_ONE_OF,
	  .help = "the same for any program: its id, or the path where it is pinned" },
	{ .name = "function",
	  .flags = CLEAT_KEY_LOAD,
	  .help = "the function; of a target, the program itself unless the section says" },
};

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "function", text) : 0;
}

static const char *function_of(const struct cleat_params *p)
{
	const char *function = cleat_param(p, "function");

	return function ? function : cleat_param(p, "target");
}

static int no_target(struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);

	cleat_error(c, EINVAL, "program '%s' does not say which program it extends",
		    cleat_program_name(prog));
	cleat_hint(
		c,
		"write 'target = PROGRAM' (of the same object) or 'program = ID' in [program %s]",
		cleat_program_name(prog));
	return -EINVAL;
}

/* Do the keys name one function of one program. */
static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	const char *target = cleat_param(p, "target"), *program = cleat_param(p, "program");
	struct cleat *c = cleat_program_context(prog);

	if (target && program)
		return cleat_param_error(c, p, "program", EINVAL,
					 "'target' and 'program' exclude each other");
	if (!target && !program)
		return no_target(prog);
	if (target && strcmp(target, cleat_program_name(prog)) == 0)
		return cleat_param_error(c, p, "target", EINVAL,
					 "program '%s' cannot extend itself", target);
	if (function_of(p))
		return 0;
	cleat_param_error(c, p, "program", EINVAL, "which function of program '%s'?", program);
	cleat_hint(c, "write 'function = NAME', or SEC(\"freplace/NAME\")");
	return -EINVAL;
}

/* A descriptor of the program to extend, to be closed; or -errno after saying why. */
static int open_target(struct cleat_program *prog, const struct cleat_params *p)
{
	const char *target = cleat_param(p, "target");
	struct cleat *c = cleat_program_context(prog);
	struct cleat_program *other;
	int fd;

	if (!target)
		return progref_open(c, p, "program");
	other = cleat_object_program(cleat_program_object(prog), target);
	if (!other || cleat_program_fd(other) < 0)
		return cleat_param_error(c, p, "target", ENOENT, "program '%s' is not %s", target,
					 other ? "loaded" : "in the object");
	fd = fcntl(cleat_program_fd(other), F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? cleat_error_sys(c, errno, "cannot keep program '%s'", target) : fd;
}

static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	struct cleat *c = cleat_program_context(prog);
	int err = check(prog, p);

	if (err)
		return err;
	load->btf_name = cleat_program_keep(prog, "%s", function_of(p));
	load->btf_kind = CLEAT_BTF_FUNC;
	if (!load->btf_name)
		return cleat_error(c, ENOMEM, "out of memory");
	load->attach_prog_fd = open_target(prog, p);
	return load->attach_prog_fd < 0 ? load->attach_prog_fd : 0;
}

static const char *target_name(const struct cleat_params *p)
{
	return cleat_param(p, "target") ? cleat_param(p, "target") : cleat_param(p, "program");
}

static int report(struct cleat *c, const struct cleat_params *p, int err)
{
	const char *key = cleat_param(p, "target") ? "target" : "program";

	if (err == -EBUSY) {
		cleat_param_error(c, p, key, EBUSY,
				  "function '%s' of program '%s' is replaced already, or traced",
				  function_of(p), target_name(p));
		cleat_hint(c, "'cleat list links' shows by what");
		return err;
	}
	cleat_error_sys(c, err, "cannot replace '%s' of program '%s'", function_of(p),
			target_name(p));
	if (err == -EINVAL)
		cleat_hint(
			c,
			"it was loaded for a function of another shape, or its target calls it in "
			"a way that this kernel cannot redirect");
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	union bpf_attr attr = { 0 };
	uint32_t function = 0;
	int fd = open_target(cleat_attach_program(a), p), err;

	if (fd < 0)
		return fd;
	err = cleat_program_function(c, fd, function_of(p), &function);
	if (err)
		goto out;
	/* With its target, also when it is the one of load: so it can be attached again later. */
	attr.link_create.target_fd = (uint32_t)fd;
	attr.link_create.target_btf_id = function;
	err = cleat_attach_link(a, &attr, "freplace %s of program %s", function_of(p),
				target_name(p));
	/* Before 5.10 only there where it was loaded for, and by another command. */
	if (err == -EINVAL)
		err = cleat_attach_raw_tracepoint(a, NULL, 0, "freplace %s of program %s",
						  function_of(p), target_name(p));
	if (err)
		report(c, p, err);
out:
	close(fd);
	return err;
}

/* The function that a link of an extension replaces, or NULL; *target is the program's id. */
static const char *replaced(struct cleat *c, const struct bpf_link_info *info, uint32_t *target)
{
	struct bpf_prog_info prog;

	if (info->type != BPF_LINK_TYPE_TRACING ||
	    linkinfo_program_type(c, info->prog_id) != BPF_PROG_TYPE_EXT)
		return NULL;
	*target = info->tracing.target_obj_id;
	if (!*target || linkinfo_program(*target, &prog))
		return "";
	return cleat_describe_btf(c, prog.btf_id, info->tracing.target_btf_id, NULL) ?: "";
}

struct meant {
	const char *function;
	uint32_t target; /* 0: any */
};

static bool is_meant(void *user, const struct cleat_facts *facts)
{
	const char *function = cleat_facts_find(facts, "function");
	const char *target = cleat_facts_find(facts, "target-program");
	const struct meant *meant = user;

	if (meant->target && (!target || strtoul(target, NULL, 10) != meant->target))
		return false;
	return !meant->function || (function && strcmp(function, meant->function) == 0);
}

/* A target of the same object is in no kernel yet: it is named by its id or its pin. */
static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	struct meant meant = { .function = cleat_param(p, "function") };
	struct bpf_prog_info info;
	int fd, err;

	if (cleat_param(p, "target"))
		return cleat_param_error(c, p, "target", EINVAL,
					 "a program in the kernel is named by 'program': an id or a path");
	fd = progref_open(c, p, "program");
	if (fd < 0)
		return fd;
	err = linkinfo_program_by_fd(fd, &info);
	close(fd);
	if (err)
		return cleat_error_sys(c, err, "cannot ask for program '%s'",
				       cleat_param(p, "program"));
	meant.target = info.id;
	return cleat_query_links(c, p, is_meant, &meant, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	uint32_t target = 0;
	const char *name = replaced(c, info, &target);

	(void)size;
	if (!name)
		return -ENOENT;
	if (*name)
		cleat_facts_text(out, "function", "%s", name);
	if (target)
		cleat_facts_number(out, "target-program", target);
	return 0;
}

static const struct cleat_program_plugin extension = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "extension",
			   "a function of another BPF program, replaced"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_EXT,
	.ctx_type = CLEAT_CTX_OF_TARGET,
	.parse_target = parse_target,
	.check = check,
	.prepare = prepare,
	.attach = attach,
	.query = query,
	.describe = describe,
};
CLEAT_PLUGIN(extension)
