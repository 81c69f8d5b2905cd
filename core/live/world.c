/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * world.c - what there is of the things that keys name; see world.h. Knows how each kind is found and what
 * tells one from the next of the same name: the number of an interface or a file, the start of a process.
 */
#include <dirent.h>
#include <glob.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "live/world.h"

#define ALL_OF_IT (1u << 20) /* of a file in /proc */

/* ---- which things ---------------------------------------------------------------------------- */

int world_add(struct world *w, enum world_kind kind, const char *pattern)
{
	struct world_thing thing = { .kind = kind };

	for (size_t i = 0; i < w->things.n; i++)
		if (w->things.v[i].kind == kind && streq(w->things.v[i].pattern, pattern))
			return 0;
	thing.pattern = text_dup(pattern);
	if (thing.pattern && !vec_push(&w->things, thing))
		return 0;
	free(thing.pattern);
	return -ENOMEM;
}

void world_free(struct world *w)
{
	for (size_t i = 0; i < w->things.n; i++)
		free(w->things.v[i].pattern);
	vec_free(&w->things);
}

bool world_has(const struct world *w, enum world_kind kind)
{
	for (size_t i = 0; i < w->things.n; i++)
		if (w->things.v[i].kind == kind)
			return true;
	return false;
}

/* A bare name may be anywhere where the shell or the linker looks: their folders, and the linker's cache. */
static int add_binary(struct world *w, const char *name)
{
	static const char *const places[] = { "/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/",
					      "/usr/bin/",        "/sbin/",          "/bin/" };
	int err;

	if (strchr(name, '/'))
		return world_add(w, WORLD_FILE, name);
	err = world_add(w, WORLD_FILE, "/etc/ld.so.cache");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !err; i++) {
		_free_ char *path = path_join(places[i], name);

		err = path ? world_add(w, WORLD_FILE, path) : -ENOMEM;
	}
	return err;
}

static int add_cgroup(struct world *w, const char *name, const char *cgroupfs)
{
	_free_ char *path = path_join(cgroupfs ? cgroupfs : "", name);

	return path ? world_add(w, WORLD_CGROUP, path) : -ENOMEM;
}

int world_add_params(struct world *w, const struct cleat_params *p, const char *cgroupfs)
{
	const char *name, *value;
	int err = 0;

	for (size_t i = 0; !err && params_at(p, i, &name, &value); i++) {
		const struct cleat_key *key = params_key(p, name, NULL);
		unsigned int flags = key ? key->flags : 0;

		if (flags & CLEAT_KEY_INTERFACE)
			err = world_add(w, WORLD_INTERFACE, value);
		else if (flags & CLEAT_KEY_CGROUP)
			err = add_cgroup(w, value, cgroupfs);
		else if (flags & CLEAT_KEY_BINARY)
			err = add_binary(w, value);
		else if (flags & CLEAT_KEY_PROCESS)
			err = world_add(w, WORLD_PROCESS, value);
		else if (flags & CLEAT_KEY_KERNEL_FUNCTION)
			err = world_add(w, WORLD_MODULES, "");
		else if (key && key->type == CLEAT_TYPE_PATH)
			err = world_add(w, WORLD_FILE, value);
	}
	return err;
}

/* ---- files and cgroups ----------------------------------------------------------------------- */

/* What is written into a cgroup's files changes its times: its number alone tells. */
static void look_at_path(const char *path, bool times, struct buf *out)
{
	struct stat st;

	if (stat(path, &st))
		return;
	buf_printf(out, " %s %ju:%ju", path, (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	if (times)
		buf_printf(out, ":%ju:%ju.%09ld", (uintmax_t)st.st_size,
			   (uintmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static void look_at_paths(const char *pattern, bool times, struct buf *out)
{
	glob_t found = { 0 };

	if (!strpbrk(pattern, "*?[")) {
		look_at_path(pattern, times, out);
		return;
	}
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			look_at_path(found.gl_pathv[i], times, out);
	globfree(&found);
}

/* ---- interfaces ------------------------------------------------------------------------------ */

static void look_at_interface(const char *pattern, const struct if_nameindex *all, struct buf *out)
{
	/* also by an alternative name */
	unsigned int index = strlen(pattern) < IF_NAMESIZE ? if_nametoindex(pattern) : 0;

	if (index)
		buf_printf(out, " %u", index);
	for (size_t i = 0; !index && all && all[i].if_index; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%u", all[i].if_index);
		if (text_glob(pattern, all[i].if_name) || streq(pattern, number))
			buf_printf(out, " %s %u", all[i].if_name, all[i].if_index);
	}
}

/* ---- processes ------------------------------------------------------------------------------- */

/* When it was started, in the kernel's ticks: the 20th word behind the name, which may have anything in it. */
static uint64_t started(unsigned int pid)
{
	_free_ char *text = NULL;
	char path[32], *at;
	size_t size;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	if (file_read(path, ALL_OF_IT, &text, &size))
		return 0;
	at = strrchr(text, ')');
	for (int words = 0; at && words < 20; words++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static bool process_is(unsigned int pid, const char *pattern)
{
	_free_ char *name = NULL, *program = NULL;
	char path[32];
	size_t size;

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	if (file_read(path, ALL_OF_IT, &name, &size))
		return false;
	name[strcspn(name, "\n")] = '\0';
	if (text_glob(pattern, name))
		return true;
	/* the kernel's name is cut at 15 bytes, and a script's is its own */
	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	program = path_real(path);
	return program && text_glob(pattern, path_base(program));
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

bool world_wants_process(const struct world *w, unsigned int pid)
{
	for (size_t i = 0; i < w->things.n; i++) {
		const struct world_thing *t = &w->things.v[i];

		if (t->kind != WORLD_PROCESS)
			continue;
		if (is_number(t->pattern) ? strtoul(t->pattern, NULL, 10) == pid
					  : process_is(pid, t->pattern))
			return true;
	}
	return false;
}

static void look_at_processes(const char *pattern, struct buf *out)
{
	struct dirent *entry;
	DIR *d;

	if (is_number(pattern)) {
		buf_printf(out, " %" PRIu64, started((unsigned int)strtoul(pattern, NULL, 10)));
		return;
	}
	d = opendir("/proc");
	while (d && (entry = readdir(d))) {
		unsigned int pid = (unsigned int)strtoul(entry->d_name, NULL, 10);

		if (is_number(entry->d_name) && process_is(pid, pattern))
			buf_printf(out, " %u %" PRIu64, pid, started(pid));
	}
	if (d)
		closedir(d);
}

/* ---- modules --------------------------------------------------------------------------------- */

/* Their names: sizes and users change all the time. */
static void look_at_modules(struct buf *out)
{
	_free_ char *text = NULL;
	size_t size;

	if (file_read("/proc/modules", ALL_OF_IT, &text, &size))
		return;
	for (const char *line = text; line && *line; line = strchr(line, '\n') + 1) {
		buf_putc(out, ' ');
		buf_put(out, line, strcspn(line, " \n"));
		if (!strchr(line, '\n'))
			break;
	}
}

/* ---- all of them ----------------------------------------------------------------------------- */

void world_look(const struct world *w, struct buf *out)
{
	struct if_nameindex *all = world_has(w, WORLD_INTERFACE) ? if_nameindex() : NULL;

	for (size_t i = 0; i < w->things.n; i++) {
		const struct world_thing *t = &w->things.v[i];

		buf_printf(out, "%d", (int)t->kind);
		if (t->kind == WORLD_INTERFACE)
			look_at_interface(t->pattern, all, out);
		else if (t->kind == WORLD_PROCESS)
			look_at_processes(t->pattern, out);
		else if (t->kind == WORLD_MODULES)
			look_at_modules(out);
		else
			look_at_paths(t->pattern, t->kind == WORLD_FILE, out);
		buf_putc(out, '\n');
	}
	if (all)
		if_freenameindex(all);
}

char *world_identity(const struct cleat_params *p, bool files)
{
	struct buf out = { 0 };
	const char *name, *value;

	for (size_t i = 0; params_at(p, i, &name, &value); i++) {
		const struct cleat_key *key = params_key(p, name, NULL);
		unsigned int flags = key ? key->flags : 0;

		buf_printf(&out, "%s=", name);
		/* Files that take another's place have other names for some plugins: by the number of a process. */
		if (!(flags & CLEAT_KEY_BINARY) || files)
			buf_puts(&out, value);
		if (flags & CLEAT_KEY_INTERFACE)
			look_at_interface(value, NULL, &out);
		else if (flags & CLEAT_KEY_CGROUP)
			look_at_path(value, false, &out);
		else if (flags & CLEAT_KEY_BINARY && files)
			look_at_path(value, true, &out);
		else if (flags & CLEAT_KEY_PROCESS && is_number(value))
			look_at_processes(value, &out);
		buf_putc(&out, '\n');
	}
	return buf_take(&out);
}
