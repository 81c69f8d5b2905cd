/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * load.c - the order of everything: from an object's text to programs in the kernel.
 *
 *   object_ready_target()  names wanted by all programs, one sweep of the kernel's BTF, kconfig
 *   cleat_object_create_maps()
 *   program_load()         CO-RE, externs, link, descriptors in, plugin's last word, BPF_PROG_LOAD
 *   fill                   what needs descriptors of programs: tail calls
 *
 * Nothing is probed before something failed.
 */
#include <stdio.h>
#include <time.h>

#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/names.h"
#include "live/context.h"
#include "live/refusal.h"
#include "live/verifier.h"

typedef VEC(const char *) name_list;

/* ---- what is wanted of the kernel ------------------------------------------------------------ */

/* What the section says, then the plugin. */
static int ask_plugin(struct cleat_program *p, struct cleat_load *load)
{
	*load = (struct cleat_load) {
		.struct_size = sizeof(*load),
		.attach_type = p->entry->attach_type,
		.prog_flags = p->entry->prog_flags,
		.attach_prog_fd = -1,
	};
	return p->plugin->program->prepare ? p->plugin->program->prepare(p, p->params, load) : 0;
}

void program_ask_plugin(struct cleat_program *p, struct cleat_load *load)
{
	size_t before = report_count(p->object->c->report);

	if (ask_plugin(p, load))
		load->btf_name = NULL;
	report_drop(p->object->c->report, before);
}

/* The BTF name a program attaches to is known before its load only to its plugin. */
static int program_expects(struct cleat_program *p, const struct target *t)
{
	struct cleat_load load;
	struct btf *kernel;
	int err = 0;

	program_ask_plugin(p, &load);
	kernel = load.btf_name ? target_btf(t) : NULL;
	if (kernel)
		err = btf_expect(kernel, &load.btf_name, 1, BTF_KIND_BIT(load.btf_kind));
	if (load.attach_prog_fd >= 0)
		close(load.attach_prog_fd);
	return err;
}

static int collect_name(void *user, const char *key, void *value)
{
	name_list *names = user;

	(void)value;
	return vec_push(names, key);
}

/* Types that nobody wants a name of are not even opened. */
static int expect(const struct target *t, struct btf *(*types)(const struct target *t),
		  struct strmap *wanted, uint32_t kinds)
{
	name_list names = { 0 };
	int err = strmap_each(wanted, collect_name, &names);
	struct btf *b = !err && names.n ? types(t) : NULL;

	if (b)
		err = btf_expect(b, names.v, names.n, kinds);
	vec_free(&names);
	return err;
}

/* Names for CO-RE go into @core, those of externs into @kernel. */
static int collect_wanted(struct cleat_object *o, const struct target *t, struct strmap *core,
			  struct strmap *kernel)
{
	int err = 0;

	for (size_t i = 0; i < o->n_programs && !err; i++) {
		struct cleat_program *p = &o->programs[i];
		func_list funcs = { 0 };

		if (!program_to_load(p) || object_reach(o->spec, p->spec, &funcs, NULL)) {
			vec_free(&funcs);
			continue;
		}
		err = object_wanted_names(o->spec, funcs.v, funcs.n, core, kernel);
		vec_free(&funcs);
		if (!err && p->resolved && !p->resolve_error)
			err = program_expects(p, t);
	}
	return err;
}

/* So that all names of an object cost one walk. */
static int expect_names(struct cleat_object *o, const struct target *t)
{
	struct strmap *kernel = strmap_new();
	struct strmap *core = strmap_new();
	int err = kernel && core ? collect_wanted(o, t, core, kernel) : -ENOMEM;

	if (!err)
		err = expect(t, target_btf, kernel, BTF_KINDS_ALL);
	if (!err)
		err = expect(t, target_core, core, BTF_KINDS_TYPES);
	strmap_free(core);
	strmap_free(kernel);
	return err == -ENOMEM ? report_oom(o->c->report) : err;
}

int object_ready_target(struct cleat_object *o)
{
	const struct target *t;
	int err;

	if (o->target_ready)
		return 0;
	if (o->spec->elf->foreign) {
		report_error(o->c->report, ENOEXEC, "%s is for machines of the other byte order",
			     o->path);
		return -ENOEXEC;
	}
	err = context_given_btf(o->c);
	if (!err)
		err = context_make_token(o->c);
	if (err)
		return err;
	t = context_target(o->c);
	err = expect_names(o, t);
	if (!err && o->spec->kconfig)
		err = object_resolve_externs(o->spec, NULL, 0, t, o->c->report);
	o->target_ready = !err;
	return err;
}

/* ---- maps ------------------------------------------------------------------------------------ */

/* What failed leaves no pin: these maps go, to be made anew by the next try. */
static void drop_pinned(struct cleat_object *o)
{
	for (size_t i = 0; i < o->n_maps; i++) {
		if (!o->maps[i].pinned_here)
			continue;
		map_unload(&o->maps[i]);
		o->maps_created = false;
	}
}

CLEAT_API int cleat_object_create_maps(struct cleat_object *o)
{
	int err;

	OPERATION(o->c);
	REPORT_IN(o->c->report, REPORT_PHASE, "create");
	REPORT_IN(o->c->report, REPORT_OBJECT, o->path);
	if (o->maps_created)
		return 0;
	err = object_ready_target(o);
	if (!err)
		err = object_ready_log(o);
	for (size_t i = 0; i < o->n_maps && !err; i++)
		err = o->maps[i].left_out ? 0 : map_create(&o->maps[i]);
	o->maps_created = !err;
	if (err)
		drop_pinned(o);
	return err;
}

/* ---- one program ------------------------------------------------------------------------------ */

/* Names of @b that the target could have been meant to be. */
static int collect_candidates(const struct btf *b, const struct cleat_load *l, name_list *names)
{
	uint32_t id = btf_base(b) ? btf_count(btf_base(b)) : 1;

	for (; id < btf_count(b); id++) {
		const struct btf_type *type = btf_type(b, id);
		const char *name = type && btf_kind(type) == l->btf_kind ? btf_name(b, type) : NULL;

		if (!name || strncmp(name, l->btf_name, l->btf_prefix))
			continue;
		if (vec_push(names, name + l->btf_prefix))
			return -ENOMEM;
	}
	return 0;
}

static void hint_attach_btf(struct cleat *c, const struct cleat_load *l, const struct btf *vmlinux,
			    const struct target_module *modules, size_t n)
{
	name_list names = { 0 };
	int err = 0;

	if (!l->btf_module || streq(l->btf_module, "vmlinux"))
		err = collect_candidates(vmlinux, l, &names);
	for (size_t i = 0; i < n && !err; i++)
		if (!l->btf_module || streq(l->btf_module, modules[i].name))
			err = collect_candidates(modules[i].btf, l, &names);
	if (!err)
		report_nearest(c->report, l->btf_name + l->btf_prefix, names.v, names.n);
	vec_free(&names);
}

/* The BTF of the module that all functions of a link will be of: its descriptor, 0 for the kernel's own. */
static int find_attach_module(struct cleat_program *p, int *btf_fd)
{
	const struct target *t = context_target(p->object->c);
	const char *name = p->load.btf_module;
	struct report *r = p->object->c->report;
	const struct target_module *modules = NULL;
	size_t n = 0;
	int err;

	if (streq(name, "vmlinux"))
		return 0;
	err = t && t->modules ? t->modules(t->user, &modules, &n) : 0;
	if (err)
		return report_sys(r, err, "cannot read the modules' BTF");
	for (size_t i = 0; i < n; i++) {
		if (!streq(name, modules[i].name))
			continue;
		*btf_fd = modules[i].btf_fd;
		return 0;
	}
	report_error(r, ENOENT, "no module '%s' with types is loaded", name);
	report_hint(r, "modprobe %s", name);
	return -ENOENT;
}

/* The BTF id that the program attaches to, and whose BTF it is in. */
static int find_attach_btf(struct cleat_program *p, uint32_t *id, int *btf_fd)
{
	struct cleat *c = p->object->c;
	const struct target *t = context_target(c);
	const struct cleat_load *l = &p->load;
	uint32_t kinds = BTF_KIND_BIT(l->btf_kind);
	const struct target_module *modules = NULL;
	size_t n = 0;
	int err;

	*btf_fd = 0;
	*id = 0;
	if (!t || !target_btf(t))
		return report_error(c->report, ESRCH,
				    "attaching to '%s' needs the kernel's BTF, and this kernel has none",
				    l->btf_name + l->btf_prefix);
	if (!l->btf_module || streq(l->btf_module, "vmlinux")) {
		*id = btf_find(target_btf(t), l->btf_name, kinds);
		if (*id)
			return 0;
	}
	if (t->modules && (!l->btf_module || !streq(l->btf_module, "vmlinux"))) {
		err = t->modules(t->user, &modules, &n);
		if (err)
			return report_sys(c->report, err, "cannot read the modules' BTF");
	}
	for (size_t i = 0; i < n; i++) {
		if (l->btf_module && !streq(l->btf_module, modules[i].name))
			continue;
		*id = btf_find(modules[i].btf, l->btf_name, kinds);
		if (*id >= btf_count(target_btf(t))) {
			*btf_fd = modules[i].btf_fd;
			return 0;
		}
		*id = 0;
	}
	report_error(c->report, ESRCH, "this kernel has no %s '%s'%s%s",
		     l->btf_noun	      ? l->btf_noun
		     : l->btf_kind == BTF_FUNC ? "function"
					      : "BTF type",
		     l->btf_name + l->btf_prefix, l->btf_module ? " in " : "",
		     l->btf_module ? l->btf_module : "");
	hint_attach_btf(c, l, target_btf(t), modules, n);
	return -ESRCH;
}

static int poison_map(struct cleat_program *p, struct linked *l, const struct fixup *f)
{
	struct object *spec = p->object->spec;
	struct cleat_map *m = map_of_spec(p->object, f->map);
	const char *why = arena_format(spec->arena,
				       map_is_data(m) ?
					       "this kernel has no global variables (%s)" :
					       "map '%s' is left out ('create = no')",
				       f->map->name);

	return !why || linked_poison_map(l, f, why) ? report_oom(p->object->c->report) : 0;
}

/* Put the maps' descriptors into the instructions. */
static int put_descriptors(struct cleat_program *p, struct linked *l)
{
	for (size_t i = 0; i < l->fixups.n; i++) {
		const struct fixup *f = &l->fixups.v[i];
		struct cleat_map *m = map_of_spec(p->object, f->map);
		int err;

		if (!m)
			return report_error(p->object->c->report, EINVAL,
					    "instruction %u refers to a map that is not there",
					    f->insn);
		err = m->left_out ? 0 : map_create(m);
		if (!err && m->left_out)
			err = poison_map(p, l, f);
		if (err)
			return err;
		if (!m->left_out)
			l->insns[f->insn].imm = m->fd;
		if (f->value && !m->left_out)
			l->insns[f->insn + 1].imm += (int32_t)(uint32_t)m->base;
	}
	return 0;
}

struct loading {
	struct cleat_program *p;
	struct linked linked;
	VEC(int) tables; /* descriptors of its jump tables */
	VEC(int) fd_array;
	VEC(struct btf_func_info) funcs; /* ids and strings as in the BTF that the kernel has */
	VEC(struct btf_line_info) lines;
	union bpf_attr attr;
	struct load_log log;
	bool raised; /* the limit of locked memory */
};

static void loading_free(struct loading *l)
{
	linked_free(&l->linked);
	for (size_t i = 0; i < l->tables.n; i++)
		close(l->tables.v[i]);
	vec_free(&l->tables);
	vec_free(&l->fd_array);
	vec_free(&l->funcs);
	vec_free(&l->lines);
	free(l->log.text);
}

/* Each jump table of the program becomes a map of its own, made by the plugin that knows how. */
static int make_jump_tables(struct loading *l)
{
	const struct linked *linked = &l->linked;
	struct cleat *c = l->p->object->c;
	struct plugin *plugin;
	int err = 0, fd;

	if (linked->tables.n)
		err = registry_for_jump_tables(c->registry, &plugin, c->report);
	for (size_t i = 0; i < linked->tables.n && !err; i++) {
		const struct linked_table *t = &linked->tables.v[i];

		fd = plugin->map->jump_table(c, l->p->spec->name, t->to, t->table->n);
		err = fd < 0 ? fd : 0;
		if (!err && vec_push(&l->tables, fd)) {
			close(fd);
			err = report_oom(c->report);
		}
	}
	for (size_t i = 0; i < linked->table_fixups.n && !err; i++)
		linked->insns[linked->table_fixups.v[i].insn].imm =
			l->tables.v[linked->table_fixups.v[i].table];
	return err;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int collect_debug_info(struct loading *l)
{
	const struct cleat_object *o = l->p->object;

	if (vec_reserve(&l->funcs, l->linked.funcs.n) || vec_reserve(&l->lines, l->linked.lines.n))
		return -ENOMEM;
	for (size_t i = 0; i < l->linked.funcs.n; i++) {
		l->funcs.v[i] = l->linked.funcs.v[i];
		l->funcs.v[i].type_id =
			object_btf_id(o, object_func_type(l->p, l->funcs.v[i].type_id));
	}
	for (size_t i = 0; i < l->linked.lines.n; i++) {
		struct btf_line_info *line = &l->lines.v[i];

		*line = l->linked.lines.v[i];
		line->file_name_off = object_btf_string(o, line->file_name_off);
		line->line_off = object_btf_string(o, line->line_off);
	}
	return 0;
}

/* BTF records of functions and lines: only when the kernel has the object's BTF. */
static int set_debug_info(struct loading *l, int btf_fd)
{
	if (btf_fd < 0)
		return 0;
	if (collect_debug_info(l))
		return -ENOMEM;
	l->attr.prog_btf_fd = btf_fd;
	if (l->linked.funcs.n) {
		l->attr.func_info = (uintptr_t)l->funcs.v;
		l->attr.func_info_cnt = (uint32_t)l->linked.funcs.n;
		l->attr.func_info_rec_size = sizeof(struct btf_func_info);
	}
	if (l->linked.lines.n) {
		l->attr.line_info = (uintptr_t)l->lines.v;
		l->attr.line_info_cnt = (uint32_t)l->linked.lines.n;
		l->attr.line_info_rec_size = sizeof(struct btf_line_info);
	}
	return 0;
}

static int set_modules(struct loading *l)
{
	if (!l->linked.modules.n)
		return 0;
	if (vec_push(&l->fd_array, 0))
		return -ENOMEM;
	for (size_t i = 0; i < l->linked.modules.n; i++)
		if (vec_push(&l->fd_array, l->linked.modules.v[i]->btf_fd))
			return -ENOMEM;
	l->attr.fd_array = (uintptr_t)l->fd_array.v;
	return 0;
}

/* Fill BPF_PROG_LOAD's arguments: what every program has, then the plugin's last word. */
static int set_attr(struct loading *l)
{
	struct cleat_program *p = l->p;
	const struct object *spec = p->object->spec;
	const struct target *t = context_target(p->object->c);
	int attach_btf_fd = 0, err = ask_plugin(p, &p->load);
	uint32_t attach_btf_id = 0;
	bool wanted;

	if (!err)
		err = program_slots(p);
	if (err)
		return err;
	if (p->entry->flags & CLEAT_SECTION_IN_MAP && !program_is_referred_to(p, &wanted)) {
		report_error(p->object->c->report, EINVAL,
			     "no map of the object refers to the program");
		report_hint(p->object->c->report, "programs of section '%s' work from a map",
			    p->section);
		return -EINVAL;
	}
	if (p->load.btf_name && p->load.attach_prog_fd < 0)
		err = find_attach_btf(p, &attach_btf_id, &attach_btf_fd);
	else if (p->load.btf_name)
		err = find_program_btf(p->object->c, p->load.attach_prog_fd, p->load.btf_name,
				       &attach_btf_id);
	else
		err = p->load.btf_module ? find_attach_module(p, &attach_btf_fd) : 0;
	if (err)
		return err;
	l->attr.prog_type = program_type(p);
	l->attr.expected_attach_type = p->load.attach_type;
	l->attr.prog_flags = p->load.prog_flags;
	if (p->object->c->token_fd >= 0) {
		l->attr.prog_flags |= BPF_F_TOKEN_FD;
		l->attr.prog_token_fd = p->object->c->token_fd;
	}
	l->attr.prog_ifindex = p->load.ifindex;
	l->attr.insns = (uintptr_t)l->linked.insns;
	l->attr.insn_cnt = (uint32_t)l->linked.n_insns;
	l->attr.license = (uintptr_t)spec->license;
	l->attr.kern_version = spec->version && spec->version != 0xfffffffe ? spec->version :
									       t->version(t->user);
	l->attr.attach_btf_id = p->load.btf_id ? p->load.btf_id : attach_btf_id;
	if (p->load.attach_prog_fd >= 0)
		l->attr.attach_prog_fd = (uint32_t)p->load.attach_prog_fd;
	else if (attach_btf_fd || p->load.btf_id)
		l->attr.attach_btf_obj_fd =
			(uint32_t)(p->load.btf_id ? p->load.btf_fd : attach_btf_fd);
	snprintf(l->attr.prog_name, sizeof(l->attr.prog_name), "%s",
		 p->spec->entry->name);
	err = set_debug_info(l, object_btf_fd(p->object));
	return err ? err : set_modules(l);
}

/* So answers a kernel to a field, a record or a helper that it does not know. */
static bool may_be_unknown(const struct loading *l, int fd, enum probe_feature f)
{
	return (fd == -EINVAL || fd == -E2BIG) && probe(l->p->object->c->prober, f) == PROBE_NO;
}

/*
 * Older kernels refuse fields and records that are only decoration. Leaves out one that this kernel
 * is found not to know. Returns false when there is none.
 */
static bool leave_out(struct loading *l, int fd)
{
	struct cleat_program *p = l->p;

	if (fd == -EPERM && !l->raised && probe(p->object->c->prober, PROBE_MEMCG) != PROBE_YES)
		return l->raised = machine_raise_memlock() == 0;
	if (l->attr.prog_name[0] && may_be_unknown(l, fd, PROBE_PROG_NAME)) {
		memset(l->attr.prog_name, 0, sizeof(l->attr.prog_name));
		return true;
	}
	if (l->attr.expected_attach_type && (p->entry->flags & CLEAT_SECTION_ATTACH_OPTIONAL) &&
	    may_be_unknown(l, fd, PROBE_EXPECTED_ATTACH_TYPE)) {
		l->attr.expected_attach_type = 0;
		return true;
	}
	/* The records came with their types, in 5.0. */
	if (l->attr.func_info_cnt && may_be_unknown(l, fd, PROBE_BTF_FUNC)) {
		l->attr.prog_btf_fd = 0;
		l->attr.func_info_cnt = l->attr.func_info_rec_size = 0;
		l->attr.line_info_cnt = l->attr.line_info_rec_size = 0;
		l->attr.func_info = l->attr.line_info = 0;
		return true;
	}
	return linked_use_old_reads(&l->linked, false) && may_be_unknown(l, fd, PROBE_READ_KERNEL) &&
	       linked_use_old_reads(&l->linked, true);
}

/* Some lack several things, and complain of one. */
static int load_lesser(struct loading *l, int fd)
{
	while (fd < 0 && leave_out(l, fd))
		fd = sys_prog_load(&l->attr);
	return fd;
}

static bool code_uses(const struct linked *linked, int map_fd)
{
	for (size_t i = 0; i < linked->n_insns; i++) {
		const struct insn *insn = &linked->insns[i];

		if (insn_is_lddw(insn) && insn->imm == map_fd &&
		    (insn->src == INSN_SRC_MAP_FD || insn->src == INSN_SRC_MAP_VALUE))
			return true;
	}
	return false;
}

/*
 * Constants stay in the kernel as long as the program, also where the compiler
 * has put them into the code: tools read them there. Kernels before 5.10 cannot, and need not.
 */
static void bind_constants(const struct cleat_program *p, const struct linked *linked)
{
	const struct cleat_object *o = p->object;

	for (size_t i = 0; i < o->n_maps; i++)
		if (o->maps[i].spec->read_only && o->maps[i].fd >= 0 && !code_uses(linked, o->maps[i].fd))
			(void)sys_prog_bind_map(p->fd, o->maps[i].fd);
}

static int load_linked(struct loading *l)
{
	struct cleat_program *p = l->p;
	struct cleat *c = p->object->c;
	unsigned int level = p->log_said ? p->log_level : c->log_level;
	struct verifier_verdict v = { 0 };
	uint64_t start = now_ns();
	int fd, again;

	fd = level ? load_with_log(&l->attr, level, true, c->prober, &l->log)
		   : sys_prog_load(&l->attr);
	p->load_ns = now_ns() - start;
	if (fd < 0)
		fd = load_lesser(l, fd);
	if (fd < 0 && fd != -EAGAIN && fd != -ENOMEM && !(level & LOG_TEXT)) {
		again = load_with_log(&l->attr, LOG_BRIEF, p->log_to_bytes > LOG_TAIL, c->prober,
				      &l->log);
		/* What failed without a log and works with one was a passing trouble. */
		if (again != -ENOSPC)
			fd = again;
	}
	program_give_log(p, l->log.text ? l->log.text : "");
	if (fd < 0) {
		refusal_explain(p, &l->attr, &l->linked, &l->log, fd);
		return fd;
	}
	if (l->log.text && level && !verifier_digest(&v, l->log.text, NULL, NULL)) {
		p->states = v.states;
		p->verified_insns = v.insns_processed;
		verifier_verdict_free(&v);
	}
	free(p->log);
	p->log = l->log.text;
	l->log.text = NULL;
	p->fd = fd;
	p->loaded_insns = l->linked.n_insns;
	bind_constants(p, &l->linked);
	return 0;
}

static int relocate(struct cleat_program *p)
{
	struct cleat_object *o = p->object;
	struct report *r = o->c->report;
	func_list funcs = { 0 };
	int err;

	REPORT_IN(r, REPORT_PHASE, "relocate");
	err = object_reach(o->spec, p->spec, &funcs, r);
	if (!err)
		err = object_core_relocate(o->spec, funcs.v, funcs.n, context_target(o->c), r);
	if (!err)
		err = object_resolve_externs(o->spec, funcs.v, funcs.n, context_target(o->c), r);
	vec_free(&funcs);
	return err;
}

int program_link(struct cleat_program *p, struct linked *out)
{
	int err = relocate(p);

	REPORT_IN(p->object->c->report, REPORT_PHASE, "load");
	return err ? err : object_link(p->object->spec, p->spec, out, p->object->c->report);
}

/* Programs that the plugin's keys name must be in the kernel before this one. */
static int load_named(struct cleat_program *p)
{
	struct report *r = p->object->c->report;
	int err = 0;

	for (size_t i = 0; i < p->plugin->n_keys && !err; i++) {
		struct cleat_program *other = program_named(p, i);

		if (other && other->loading)
			err = report_error(r, ELOOP, "program '%s' is loaded before '%s', and after it",
					   other->spec->name, p->spec->name);
		else if (other)
			err = program_load(other);
	}
	return err;
}

int program_load(struct cleat_program *p)
{
	struct report *r = p->object->c->report;
	struct loading l _cleanup_(loading_free) = { .p = p };
	int err;

	if (p->fd >= 0)
		return 0;
	program_give_log(p, "");
	REPORT_IN(r, REPORT_OBJECT, p->object->path);
	err = program_resolve(p);
	if (!err)
		err = object_ready_target(p->object);
	REPORT_IN(r, REPORT_PROGRAM, p->spec->name);
	if (!err) {
		p->loading = true;
		err = load_named(p);
		p->loading = false;
	}
	if (!err)
		err = program_link(p, &l.linked);
	if (err)
		return err;
	REPORT_IN(r, REPORT_PHASE, "load");
	err = put_descriptors(p, &l.linked);
	if (!err)
		err = make_jump_tables(&l);
	if (!err)
		err = set_attr(&l);
	if (!err)
		err = load_linked(&l);
	if (p->load.attach_prog_fd > 0)
		close(p->load.attach_prog_fd);
	p->load.attach_prog_fd = -1;
	return err;
}

CLEAT_API int cleat_program_load(struct cleat_program *p)
{
	OPERATION(p->object->c);
	return program_load(p);
}

/* ---- the whole object -------------------------------------------------------------------------- */

static int fill_slots(struct cleat_object *o)
{
	int err = 0;

	if (o->slots_filled)
		return 0;
	for (size_t i = 0; i < o->n_maps && !err; i++)
		if (o->maps[i].spec->slots.n || o->maps[i].spec->origin == MAP_FROM_CLAIM)
			err = map_fill(&o->maps[i]);
	o->slots_filled = !err;
	return err;
}

/*
 * CO-RE of all programs that must load, in one: what cannot be relocated is then told as a whole,
 * before anything is in the kernel. Programs that may be left out have their turn when they load.
 */
static int relocate_required(struct cleat_object *o)
{
	struct report *r = o->c->report;
	func_list all = { 0 };
	int err = object_ready_target(o);

	REPORT_IN(r, REPORT_PHASE, "relocate");
	for (size_t i = 0; i < o->n_programs && !err; i++) {
		struct cleat_program *p = &o->programs[i];
		func_list funcs = { 0 };

		if (!p->autoload || !p->required || p->fallback || p->stands_in)
			continue;
		err = object_reach(o->spec, p->spec, &funcs, r);
		for (size_t j = 0; j < funcs.n && !err; j++)
			if (vec_push(&all, funcs.v[j]))
				err = report_oom(r);
		vec_free(&funcs);
	}
	if (!err)
		err = object_core_relocate(o->spec, all.v, all.n, context_target(o->c), r);
	vec_free(&all);
	return err;
}

CLEAT_API int cleat_object_load(struct cleat_object *o)
{
	int err;

	OPERATION(o->c);
	REPORT_IN(o->c->report, REPORT_OBJECT, o->path);
	err = object_resolve_programs(o);
	if (!err)
		err = relocate_required(o);
	if (!err)
		err = cleat_object_create_maps(o);
	if (!err)
		err = object_load_programs(o);
	if (!err)
		err = fill_slots(o);
	if (!err)
		return 0;
	for (size_t i = 0; i < o->n_programs; i++)
		cleat_program_unload(&o->programs[i]);
	drop_pinned(o);
	return err;
}
