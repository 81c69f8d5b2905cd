/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * target.c - the running kernel as the pure half wants to see it: its BTF, its modules' BTF, its
 * configuration and its symbols, each read when first asked for and kept with the context.
 */
#include <stdio.h>

#include "base/file.h"
#include "btf/rebase.h"
#include "elf/elf.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "live/context.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/* Types, and the file that they are in. */
struct btf_source {
	struct btf *btf;
	struct file_view view;
	struct elf_file *elf; /* where they are a section of an ELF file */
	const void *bytes;
	size_t size;
	const struct elf_section *extract; /* of a kernel's types, which these stand on, or NULL */
};

struct target_state {
	struct cleat *c;
	struct target target;
	bool opened; /* 'kernel' and 'core' are as they will be */
	struct btf_source kernel;
	struct btf_source core; /* for CO-RE in the place of the kernel's */
	VEC(struct btf_source) given; /* files of modules' types; 'given_as' is what they look like */
	VEC(struct target_module) given_as;
	int given_error;
	bool modules_read;
	VEC(struct target_module) modules;
	VEC(void *) kept; /* bytes and texts that others point to */
	struct kconfig *kconfig;
	struct kconfig *own_kconfig; /* the caller's text */
	int kconfig_error;
	bool kconfig_read;
};

/* ---- types, the kernel's own and those of files ------------------------------------------------ */

/* The bytes of a file's BTF: all of it, or the .BTF section of an ELF file. */
static int map_btf_file(struct btf_source *s, const char *path, struct report *r)
{
	const struct elf_section *section;
	int err;

	err = file_map(path, &s->view);
	if (err)
		return err;
	s->bytes = s->view.data;
	s->size = s->view.size;
	if (s->size < 4 || memcmp(s->bytes, "\177ELF", 4) != 0)
		return 0;
	err = elf_open_memory(&s->elf, s->bytes, s->size, path, r);
	if (err)
		return err;
	section = elf_section_named(s->elf, ".BTF");
	if (!section)
		return -ENODATA;
	s->extract = elf_section_named(s->elf, ".BTF.base");
	s->bytes = section->data;
	s->size = section->size;
	return 0;
}

/* @r NULL: nothing is said of what is wrong with it. */
static int open_btf_file(struct btf_source *s, const char *path, struct report *r)
{
	int err = map_btf_file(s, path, r);

	return err ? err : btf_open(&s->btf, s->bytes, s->size, NULL, BTF_LAZY, r);
}

static void close_btf_file(struct btf_source *s)
{
	btf_free(s->btf);
	elf_close(s->elf);
	file_unmap(&s->view);
	*s = (struct btf_source){ 0 };
}

static void close_given(struct target_state *t)
{
	for (size_t i = 0; i < t->given.n; i++) {
		close_btf_file(&t->given.v[i]);
		free((char *)t->given_as.v[i].name);
	}
	vec_free(&t->given);
	vec_free(&t->given_as);
}

void target_state_free(struct target_state *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->modules.n; i++) {
		btf_free(t->modules.v[i].btf);
		free((char *)t->modules.v[i].name);
		if (t->modules.v[i].btf_fd >= 0)
			close(t->modules.v[i].btf_fd);
	}
	for (size_t i = 0; i < t->kept.n; i++)
		free(t->kept.v[i]);
	vec_free(&t->modules);
	vec_free(&t->kept);
	close_given(t);
	close_btf_file(&t->core);
	close_btf_file(&t->kernel);
	kconfig_free(t->kconfig);
	kconfig_free(t->own_kconfig);
	free(t);
}

/* The bytes of a BTF that the kernel holds; the caller frees. */
static void *fetch_bytes(int fd, size_t *size)
{
	struct bpf_btf_info info = { 0 };
	uint32_t len = sizeof(info);
	void *bytes;

	if (sys_obj_info(fd, &info, &len))
		return NULL;
	*size = info.btf_size;
	bytes = malloc(*size ? *size : 1);
	if (!bytes)
		return NULL;
	info = (struct bpf_btf_info){ .btf = (uintptr_t)bytes, .btf_size = (uint32_t)*size };
	len = sizeof(info);
	if (sys_obj_info(fd, &info, &len)) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

static bool is_module(int fd, char *name, uint32_t size)
{
	struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = size };
	uint32_t len = sizeof(info);

	return sys_obj_info(fd, &info, &len) == 0 && info.kernel_btf && name[0] &&
	       !streq(name, "vmlinux");
}

/* The BTF of an object's programs goes again; the name is kept. */
static const char *name_in_object(struct cleat *c, uint32_t id, uint32_t type)
{
	struct btf *btf = context_btf_by_id(c, id);
	const char *name = btf ? btf_name_of(btf, type) : NULL;
	char *copy = name ? text_dup(name) : NULL;

	btf_free(btf);
	if (copy && vec_push(&c->target->kept, (void *)copy)) {
		free(copy);
		return NULL;
	}
	return copy;
}

CLEAT_API const char *cleat_describe_btf(struct cleat *c, uint32_t btf, uint32_t type,
					 const char **module)
{
	_close_ int fd = sys_fd_by_id(BPF_BTF_GET_FD_BY_ID, btf);
	const struct target *t = context_target(c);
	const struct target_module *modules;
	char name[64] = "";
	const char *found = NULL;
	size_t n = 0;

	if (module)
		*module = NULL;
	if (fd < 0 || !t || !target_btf(t))
		return NULL;
	if (!is_module(fd, name, sizeof(name))) {
		found = streq(name, "vmlinux") ? btf_name_of(target_btf(t), type) :
						 name_in_object(c, btf, type);
	} else if (t->modules && t->modules(t->user, &modules, &n) == 0) {
		for (size_t i = 0; i < n && !found; i++) {
			if (!streq(modules[i].name, name))
				continue;
			found = btf_name_of(modules[i].btf, type);
			if (module)
				*module = modules[i].name;
		}
	}
	return found && *found ? found : NULL;
}

/* A module whose BTF cannot be read is left out: it must not break the others. */
static int read_modules(struct target_state *t)
{
	uint32_t id = 0;

	while (sys_next_id(BPF_BTF_GET_NEXT_ID, id, &id) == 0) {
		_close_ int fd = sys_fd_by_id(BPF_BTF_GET_FD_BY_ID, id);
		_free_ void *bytes = NULL;
		char name[64] = "";
		struct target_module *m;
		struct btf *btf;
		size_t size = 0;

		if (fd < 0 || !is_module(fd, name, sizeof(name)))
			continue;
		bytes = fetch_bytes(fd, &size);
		if (!bytes || btf_open(&btf, bytes, size, t->target.btf, BTF_LAZY, NULL))
			continue;
		m = vec_add(&t->modules);
		if (!m || vec_push(&t->kept, bytes)) {
			btf_free(btf);
			return -ENOMEM;
		}
		bytes = NULL;
		m->btf = btf;
		m->name = text_dup(name);
		m->btf_fd = take_fd(&fd);
		if (!m->name)
			return -ENOMEM;
	}
	return 0;
}

static int target_modules(void *user, const struct target_module **modules, size_t *n)
{
	struct target_state *t = user;
	int err;

	if (!t->modules_read) {
		t->modules_read = true;
		err = target_btf(&t->target) ? read_modules(t) : 0;
		if (err)
			return err;
	}
	*modules = t->modules.v;
	*n = t->modules.n;
	return 0;
}

struct btf *context_btf_by_id(struct cleat *c, uint32_t id)
{
	_close_ int fd = sys_fd_by_id(BPF_BTF_GET_FD_BY_ID, id);
	_free_ void *bytes = NULL;
	struct btf *btf = NULL;
	size_t size;

	bytes = fd >= 0 ? fetch_bytes(fd, &size) : NULL;
	if (!bytes || btf_open(&btf, bytes, size, NULL, BTF_COPY, c->report))
		return NULL;
	return btf;
}

int find_program_btf(struct cleat *c, int prog_fd, const char *name, uint32_t *id)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	struct btf *btf = NULL;
	int err;

	err = sys_obj_info(prog_fd, &info, &len);
	if (err)
		return report_sys(c->report, err, "cannot ask for the target program");
	if (info.btf_id)
		btf = context_btf_by_id(c, info.btf_id);
	*id = btf ? btf_find(btf, name, BTF_KIND_BIT(BTF_FUNC)) : 0;
	btf_free(btf);
	if (*id)
		return 0;
	return report_error(c->report, ESRCH, "the target program '%s' has no function '%s'%s",
			    info.name, name, info.btf_id ? "" : ": it was loaded without BTF");
}

CLEAT_API int cleat_program_function(struct cleat *c, int prog_fd, const char *function,
				     uint32_t *id)
{
	OPERATION(c);
	return find_program_btf(c, prog_fd, function, id);
}

/* What the caller says comes first; the kernel's own is read when that does not say. */
static int target_kconfig(void *user, const char *name, const char **value)
{
	struct target_state *t = user;

	if (t->c->kconfig && !t->own_kconfig && kconfig_open_text(&t->own_kconfig, t->c->kconfig))
		return -ENOMEM;
	*value = t->own_kconfig ? kconfig_get(t->own_kconfig, name) : NULL;
	if (*value)
		return 0;
	if (!t->kconfig_read) {
		t->kconfig_read = true;
		t->kconfig_error = kconfig_open(&t->kconfig);
		/* "Not there" is the answer about an option; about all of them it is another. */
		if (t->kconfig_error == -ENOENT)
			t->kconfig_error = -ENODATA;
	}
	if (t->kconfig_error)
		return t->kconfig_error;
	*value = kconfig_get(t->kconfig, name);
	return *value ? 0 : -ENOENT;
}

static uint32_t target_version(void *user)
{
	(void)user;
	return machine_kernel_version();
}

static int target_ksym(void *user, const char *name, uint64_t *address)
{
	struct target_state *t = user;

	return cleat_kernel_symbol(t->c, name, address);
}

static int target_want_ksyms(void *user, const char *const *names, size_t n)
{
	struct target_state *t = user;

	return context_want_ksyms(t->c, names, n);
}

static int target_feature(void *user, const char *feature)
{
	struct target_state *t = user;

	if (streq(feature, "bpf_cookie"))
		return probe(t->c->prober, PROBE_COOKIE);
	if (streq(feature, "syscall_wrapper"))
		return probe(t->c->prober, PROBE_SYSCALL_WRAPPER);
	return PROBE_UNKNOWN;
}

/* Where the kernel shows no types of its own, the file it was made from has them for CO-RE. */
static void open_installed(struct target_state *t)
{
	for (size_t i = 0; !t->core.btf; i++) {
		char *path = machine_vmlinux_path(i);

		if (!path)
			return;
		if (open_btf_file(&t->core, path, NULL))
			close_btf_file(&t->core);
		free(path);
	}
}

/* ---- the files that the caller names ---------------------------------------------------------- */

/* A kernel's types become those for CO-RE; a module's wait until it is known what they stand on. */
static int take_file(struct target_state *t, const char *path, struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, path);
	size_t errors = report_errors(r);
	struct btf_source s = { 0 };
	struct target_module *as;
	int err;

	err = map_btf_file(&s, path, r);
	if (err) {
		if (report_errors(r) > errors)
			goto bad;
		if (err == -ENODATA)
			report_error(r, ENODATA, "no BTF in it");
		else
			report_sys(r, err, "cannot be read");
		goto bad;
	}
	if (!s.extract && !btf_is_split(s.bytes, s.size)) {
		err = t->core.bytes ? report_error(r, EINVAL, "types of a second kernel") :
				      btf_open(&s.btf, s.bytes, s.size, NULL, BTF_LAZY, r);
		if (err)
			goto bad;
		t->core = s;
		return 0;
	}
	err = -ENOMEM;
	if (vec_push(&t->given, s))
		goto bad;
	as = vec_add(&t->given_as);
	if (!as) {
		t->given.n--;
		goto bad;
	}
	*as = (struct target_module){ .name = text_dup(path), .btf_fd = -1 };
	return as->name ? 0 : -ENOMEM;
bad:
	close_btf_file(&s);
	return err;
}

/* Not lazy: this finds out whether it belongs to the base. */
static int open_on_base(struct btf_source *s, struct btf *base, struct report *r)
{
	struct btf *extract, *split = NULL;
	int err;

	if (!s->extract)
		return btf_open(&s->btf, s->bytes, s->size, base, 0, r);
	err = btf_open(&extract, s->extract->data, s->extract->size, NULL, 0, r);
	if (!err)
		err = btf_open(&split, s->bytes, s->size, extract, 0, r);
	if (!err)
		err = btf_rebase(&s->btf, split, base, r);
	btf_free(split);
	btf_free(extract);
	return err;
}

static int put_on_base(struct target_state *t, size_t i, struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, t->given_as.v[i].name);
	struct btf *base = t->core.btf ? t->core.btf : t->kernel.btf;
	struct btf_source *s = &t->given.v[i];
	int err;

	if (!base)
		return report_error(r, ENODATA, "types of a module, and none of its kernel");
	err = open_on_base(s, base, r);
	t->given_as.v[i].btf = s->btf;
	if (err == -EINVAL)
		report_hint(r, "types of a module fit only those of the kernel that it was built "
			       "for: give its vmlinux, too (--btf)");
	return err;
}

/* All files of the caller's list; none of them where one cannot be used. */
static int open_given(struct target_state *t, struct report *r)
{
	_free_ char *paths = t->c->btf_path ? text_dup(t->c->btf_path) : NULL;
	char *rest = paths, *path;
	int err = t->c->btf_path && !paths ? -ENOMEM : 0;

	while (!err && (path = strsep(&rest, ":")))
		err = take_file(t, path, r);
	if (!err && !t->core.btf && !t->kernel.btf)
		open_installed(t);
	for (size_t i = 0; i < t->given.n && !err; i++)
		err = put_on_base(t, i, r);
	if (err) {
		close_given(t);
		close_btf_file(&t->core);
	}
	return err;
}

static void open_types(void *user)
{
	struct target_state *t = user;

	if (t->opened)
		return;
	t->opened = true;
	if (open_btf_file(&t->kernel, KERNEL_BTF, NULL))
		close_btf_file(&t->kernel);
	t->given_error = open_given(t, NULL);
	t->target.btf = t->kernel.btf;
	t->target.core = t->core.btf;
	t->target.given = t->given_as.v;
	t->target.n_given = t->given_as.n;
}

const struct target *context_target(struct cleat *c)
{
	struct target_state *t = c->target;

	if (t)
		return &t->target;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	c->target = t;
	t->c = c;
	t->target.btf_path = KERNEL_BTF;
	t->target.open = open_types;
	t->target.user = t;
	t->target.modules = target_modules;
	t->target.kconfig = target_kconfig;
	t->target.version = target_version;
	t->target.ksym = target_ksym;
	t->target.want_ksyms = target_want_ksyms;
	t->target.feature = target_feature;
	return &t->target;
}

int context_given_btf(struct cleat *c)
{
	struct target_state *t;

	if (!context_target(c))
		return report_oom(c->report);
	t = c->target;
	/* files that the caller names must be good, whether they are wanted or not */
	if (c->btf_path)
		open_types(t);
	if (t->given_error == -ENOMEM)
		return report_oom(c->report);
	/* Once more, for the words. */
	return t->given_error ? open_given(t, c->report) : 0;
}
