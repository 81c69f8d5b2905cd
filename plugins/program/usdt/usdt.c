/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * usdt.c - programs at USDT probes: places that the author of a user-space program has named for
 * tracing, with arguments.
 *
 * Knows which probes the keys mean and where programs look for what belongs to them. The probes are
 * in notes.c, their arguments in args.c, the maps in specs.c; how uprobes are made in
 * common/uprobes.c, addresses of processes in process.c.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <elf.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "args.h"
#include "common/binary.h"
#include "common/probe.h"
#include "common/uprobes.h"
#include "notes.h"
#include "process.h"
#include "specs.h"

static const struct cleat_section sections[] = {
	{ .pattern = "usdt+" },
	{ .pattern = "usdt.s+", .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	BINARY_KEY,
	{ .name = "provider",
	  .preset = "*",
	  .help = "who defines the probe; * and ? match several" },
	{ .name = "name",
	  .flags = CLEAT_KEY_REQUIRED,
	  .help = "name of the probe; * and ? match several" },
	BINARY_KEY_PID,
	BINARY_KEY_PROCESS,
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "number that bpf_usdt_cookie() gives the program" },
	UPROBES_KEY_VIA,
};

/* "PATH:PROVIDER:NAME"; a path may have colons of its own. */
static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	char *copy, *name, *provider;
	int err = 0;

	(void)section;
	if (!*text)
		return 0;
	copy = strdup(text);
	if (!copy)
		return cleat_error(c, ENOMEM, "out of memory");
	name = strrchr(copy, ':');
	if (name)
		*name++ = '\0';
	provider = strrchr(copy, ':');
	if (provider)
		*provider++ = '\0';
	if (!provider || !*name || !*copy)
		err = cleat_error(c, EINVAL, "section text '%s' is not PATH:PROVIDER:NAME", text);
	if (!err)
		err = cleat_param_set(p, "binary", copy);
	if (!err && *provider)
		err = cleat_param_set(p, "provider", provider);
	if (!err)
		err = cleat_param_set(p, "name", name);
	free(copy);
	return err;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	return binary_check_pid(cleat_program_context(prog), p);
}

/* ---- what the kernel can ------------------------------------------------------------------------ */

/* A program for the link has a type of its own, and then no single probe takes it. */
static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	(void)prog;
	load->attach_type = uprobes_by_link(cleat_param(p, "via"), BPF_TRACE_UPROBE_MULTI)
				    ? BPF_TRACE_UPROBE_MULTI
				    : 0;
	return 0;
}

/* Programs ask the same question, through LINUX_HAS_BPF_COOKIE. */
static bool has_cookies(void)
{
	static const struct bpf_insn ask[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_attach_cookie },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insns = (uintptr_t)ask,
		.insn_cnt = 3,
		.license = (uintptr_t) "GPL",
	};
	int program = cleat_sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));

	if (program >= 0)
		close(program);
	return program >= 0;
}

/* The kernel whose struct pt_regs programs see; of a binary for another, no registers are known. */
static uint16_t machine_of(uint16_t binary)
{
#if defined(__x86_64__)
	return binary == EM_X86_64 || binary == EM_386 ? EM_X86_64 : EM_NONE;
#elif defined(__i386__) || defined(__aarch64__) || defined(__arm__) || defined(__s390x__) || \
	(defined(__riscv) && __riscv_xlen == 64)
	return args_know(binary) ? binary : EM_NONE;
#else
	(void)binary;
	return EM_NONE;
#endif
}

/*
 * Since 6.18 (x86-64) a probe at an instruction of five bytes that does nothing costs a system call,
 * not a trap. Compilers of today put such a one behind the nop of the probe.
 */
static uint64_t better_place(const struct notes *notes, uint64_t offset)
{
#ifdef __x86_64__
	static const uint8_t nops[] = { 0x90, 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	static const long sys_uprobe = 336;
	uint8_t code[sizeof(nops)];

	if (notes->machine == EM_X86_64 &&
	    notes_code(notes, offset, code, sizeof(code)) == sizeof(code) &&
	    memcmp(code, nops, sizeof(nops)) == 0 && syscall(sys_uprobe) < 0 && errno == ENXIO)
		return offset + 1;
#endif
	(void)notes;
	return offset;
}

/* ---- the probes that are meant ------------------------------------------------------------------ */

/* One attach: what it has found, and of each site the number that programs find it by. */
struct usdt {
	struct cleat *c;
	const struct cleat_params *p;
	struct notes notes;
	struct specs specs;
	struct uprobes uprobes;
	uint32_t *ids; /* one for each site */
	size_t handed; /* so many of them belong to links */
	bool by_cookie; /* else by address */
	size_t unreadable;
};

static bool is_wanted(const struct usdt *u, const struct note *note)
{
	return fnmatch(cleat_param(u->p, "provider"), note->provider, 0) == 0 &&
	       fnmatch(cleat_param(u->p, "name"), note->name, 0) == 0;
}

static int not_found(const struct usdt *u)
{
	const char **names = calloc(u->notes.n, sizeof(*names));
	const char *provider = cleat_param(u->p, "provider");
	size_t n = 0;

	for (size_t i = 0; names && i < u->notes.n; i++)
		if (fnmatch(provider, u->notes.v[i].provider, 0) == 0)
			names[n++] = u->notes.v[i].name;
	cleat_param_error(u->c, u->p, "name", ENOENT, "no probe '%s:%s' in %s", provider,
			  cleat_param(u->p, "name"), u->uprobes.path);
	if (n)
		cleat_hint_nearest(u->c, cleat_param(u->p, "name"), names, n);
	else
		cleat_hint(u->c, "there are probes of '%s'", u->notes.v[0].provider);
	free(names);
	return -ENOENT;
}

/* Once for all probes: what no program can read is 0 there, with an error. */
static void note_unreadable(struct usdt *u, const struct note *note, const struct spec *spec)
{
	for (size_t i = 0; i < spec->n; i++) {
		const struct arg *arg = &spec->args[i];

		if (arg->kind == ARG_UNREADABLE && !u->unreadable++)
			cleat_warning(u->c, "argument %zu of probe '%s:%s' cannot be read: '%.*s'",
				      i + 1, note->provider, note->name, (int)arg->length,
				      arg->text);
	}
}

static void describe_args(struct usdt *u, const struct note *note, uint64_t site, struct spec *spec)
{
	struct args_place place = {
		.machine = machine_of(u->notes.machine),
		.fixed = u->notes.fixed,
		.site = site,
		.symbol = notes_symbol,
		.user = &u->notes,
	};
	size_t n = args_parse(&place, note->args, spec->args);

	spec->n = n < ARGS_MAX ? n : ARGS_MAX;
	for (size_t i = 0; i < spec->n; i++)
		if (spec->args[i].kind == ARG_INDEXED && u->specs.no_index)
			spec->args[i].kind = ARG_UNREADABLE;
	if (n > ARGS_MAX)
		cleat_warning(u->c, "probe '%s:%s' has %zu arguments, of which programs see %d",
			      note->provider, note->name, n, ARGS_MAX);
	note_unreadable(u, note, spec);
}

static int add_id(struct usdt *u, uint32_t id)
{
	uint32_t *more = realloc(u->ids, (u->uprobes.n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	u->ids = more;
	u->ids[u->uprobes.n] = id;
	return 0;
}

static int add_site(struct usdt *u, const struct note *note)
{
	struct spec spec = { .cookie = cleat_param_uint(u->p, "cookie") };
	struct uprobe_site site = { .semaphore = note->semaphore };
	char name[160];
	uint32_t id;
	int err;

	if (note->bad_semaphore)
		return cleat_error(u->c, ENOEXEC,
				   "the semaphore of probe '%s:%s' is not in the file's data",
				   note->provider, note->name);
	site.offset = better_place(&u->notes, note->offset);
	describe_args(u, note, note->address + (site.offset - note->offset), &spec);
	err = specs_take(&u->specs, &spec, &id);
	if (err)
		return err;
	if (u->by_cookie)
		site.cookie = u->specs.map ? id : spec.cookie;
	snprintf(name, sizeof(name), "%.70s:%.70s", note->provider, note->name);
	site.name = name;
	err = add_id(u, id);
	if (!err)
		err = uprobes_add(&u->uprobes, &site);
	if (!err)
		return 0;
	specs_give(&u->specs, &id, 1);
	return cleat_error(u->c, ENOMEM, "out of memory");
}

static int find_sites(struct usdt *u)
{
	int err = notes_read(u->c, u->uprobes.path, &u->notes);

	for (size_t i = 0; i < u->notes.n && !err; i++)
		if (is_wanted(u, &u->notes.v[i]))
			err = add_site(u, &u->notes.v[i]);
	return !err && !u->uprobes.n ? not_found(u) : err;
}

/* ---- attaching ---------------------------------------------------------------------------------- */

/*
 * A link was made for these sites: it has their numbers from now on. Where programs have no cookies,
 * they find the numbers by the address.
 */
static int site_made(struct cleat_attach *a, void *user, size_t first, size_t n)
{
	struct usdt *u = user;
	uint64_t *ips = NULL;
	size_t n_ips = 0;
	int err;

	u->handed = first + n;
	if (!u->by_cookie && u->specs.map) {
		err = process_find(u->c, u->p, &u->notes, u->uprobes.path,
				   u->uprobes.sites[first].offset, &ips, &n_ips);
		for (size_t i = 0; i < n_ips && !err; i++)
			err = specs_put_ip(&u->specs, ips[i], u->ids[first]);
		if (err) {
			u->uprobes.said = true;
			specs_give(&u->specs, u->ids + first, n);
			free(ips);
			return err;
		}
	}
	err = specs_give_after(a, &u->specs, u->ids + first, n, ips, n_ips);
	free(ips);
	return err;
}

static int attach_found(struct cleat_attach *a, struct usdt *u)
{
	int err = specs_open(cleat_attach_program(a), &u->specs);

	/* without the map, programs have no use for anything but cookies */
	u->by_cookie = has_cookies();
	if (!err)
		err = find_sites(u);
	if (!err)
		err = uprobes_attach(a, u->p, &u->uprobes);
	if (u->uprobes.n > u->handed)
		specs_give(&u->specs, u->ids + u->handed, u->uprobes.n - u->handed);
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	char path[PATH_MAX], what[480];
	struct usdt u = {
		.c = c,
		.p = p,
		.uprobes = { .path = path,
			     .pid = binary_pid(p),
			     .via = cleat_param(p, "via"),
			     .what = what,
			     .made = site_made,
			     .user = &u },
	};
	int err = binary_find(c, p, u.uprobes.pid, path);

	if (err)
		return err;
	snprintf(what, sizeof(what), "usdt %.250s:%.100s:%.100s", path, cleat_param(p, "provider"),
		 cleat_param(p, "name"));
	err = attach_found(a, &u);
	uprobes_free(&u.uprobes);
	specs_close(&u.specs);
	notes_free(&u.notes);
	free(u.ids);
	return err;
}

static int possible(struct cleat *c)
{
	(void)c;
	return probe_possible("uprobe");
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)p;
	cleat_foresee_perf(cleat_program_context(prog), way);
	return 0;
}

static const struct cleat_program_plugin usdt = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "usdt",
			   "probes that user-space programs define, with their arguments"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_KPROBE,
	.probe = possible,
	.ctx_type = "bpf_user_pt_regs_t",
	.parse_target = parse_target,
	.check = check,
	.prepare = prepare,
	.expand = binary_expand,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.foresee = foresee,
};
CLEAT_PLUGIN(usdt)
