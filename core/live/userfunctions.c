// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * userfunctions.c - what the addresses of a process are called: which file is mapped there, and the
 * functions of that file, read once. Knows /proc/PID/maps; refuses to know symbol tables (elf) and
 * whose addresses they are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"
#include "elf/symbol.h"
#include "live/context.h"

#define MAPS_MOST (64u << 20)

/* Code that is mapped from a file. */
struct mapping {
	uint64_t start, end, offset, inode;
	char device[16];
	size_t file; /* of user_functions.files */
};

struct mapped_file {
	char device[16];
	uint64_t inode;
	struct elf_functions *functions; /* NULL: it has none, or cannot be read */
};

struct user_functions {
	int pid; /* whose mappings these are */
	VEC(struct mapping) mappings;
	VEC(struct mapped_file) files; /* of all processes */
};

void user_functions_free(struct user_functions *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->files.n; i++)
		elf_functions_free(u->files.v[i].functions);
	vec_free(&u->files);
	vec_free(&u->mappings);
	free(u);
}

/*
 * Its path as the process sees it, where that is the file still; else, it may be deleted or replaced, the
 * mapping itself, for which more privilege is needed. Debug files are found by the path.
 */
static struct elf_functions *read_file(int pid, const struct mapping *m, const char *path)
{
	_free_ char *seen = text_format("/proc/%d/root%s", pid, path);
	_free_ char *itself = text_format("/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, m->start,
					  m->end);
	struct elf_functions *functions = NULL;
	struct stat st;

	if (!seen || !itself)
		return NULL;
	if (stat(seen, &st) == 0 && st.st_ino == m->inode)
		elf_functions_read(seen, &functions);
	else
		elf_functions_read(itself, &functions);
	return functions;
}

static int find_file(struct user_functions *u, struct mapping *m, const char *path)
{
	struct mapped_file *f;

	for (m->file = 0; m->file < u->files.n; m->file++) {
		f = &u->files.v[m->file];
		if (f->inode == m->inode && streq(f->device, m->device))
			return 0;
	}
	f = vec_add(&u->files);
	if (!f)
		return -ENOMEM;
	f->inode = m->inode;
	memcpy(f->device, m->device, sizeof(f->device));
	f->functions = read_file(u->pid, m, path);
	return 0;
}

/* "START-END r-xp OFFSET DEVICE INODE   PATH" */
static int read_line(struct user_functions *u, const char *line)
{
	struct mapping m = { 0 };
	char access[8];
	int path = 0, err;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %15s %" SCNu64 " %n", &m.start,
		   &m.end, access, &m.offset, m.device, &m.inode, &path) < 6 ||
	    !path || line[path] != '/' || access[2] != 'x')
		return 0;
	err = find_file(u, &m, line + path);
	return err ? err : vec_push(&u->mappings, m);
}

static int read_mappings(struct user_functions *u, int pid)
{
	_free_ char *path = text_format("/proc/%d/maps", pid);
	_free_ char *text = NULL;
	size_t size;
	int err = path ? file_read(path, MAPS_MOST, &text, &size) : -ENOMEM;

	u->pid = pid;
	u->mappings.n = 0;
	for (char *next = text, *line; !err && (line = strsep(&next, "\n"));)
		err = read_line(u, line);
	return err;
}

static const struct mapping *mapping_at(const struct user_functions *u, uint64_t address)
{
	for (size_t i = 0; i < u->mappings.n; i++)
		if (address >= u->mappings.v[i].start && address < u->mappings.v[i].end)
			return &u->mappings.v[i];
	return NULL;
}

/* The mappings of @pid as they were, or NULL. */
static struct user_functions *functions_of(struct cleat *c, int pid)
{
	if (pid <= 0)
		return NULL;
	if (!c->user_functions)
		c->user_functions = calloc(1, sizeof(*c->user_functions));
	if (c->user_functions && c->user_functions->pid != pid)
		read_mappings(c->user_functions, pid);
	return c->user_functions;
}

CLEAT_API const char *cleat_user_function(struct cleat *c, int pid, uint64_t address,
					  uint64_t *offset)
{
	struct user_functions *u = functions_of(c, pid);
	const struct mapping *m = u ? mapping_at(u, address) : NULL;
	const struct elf_functions *functions;

	/* it may have mapped more since */
	if (u && !m && !read_mappings(u, pid))
		m = mapping_at(u, address);
	functions = m ? u->files.v[m->file].functions : NULL;
	return functions ? elf_functions_name(functions, address - m->start + m->offset, offset) :
			   NULL;
}

static const struct elf_functions *with_build_id(const struct user_functions *u, const void *id,
						 size_t bytes)
{
	for (size_t i = 0; i < u->mappings.n; i++) {
		const struct elf_functions *f = u->files.v[u->mappings.v[i].file].functions;
		const struct elf_build_id *its = f ? elf_functions_build_id(f) : NULL;

		/* the kernel fills up a shorter one with zeros */
		if (its && its->n && its->n <= bytes && memcmp(its->bytes, id, its->n) == 0)
			return f;
	}
	return NULL;
}

CLEAT_API const char *cleat_user_function_in(struct cleat *c, int pid, const void *build_id,
					     size_t bytes, uint64_t file_offset, uint64_t *offset)
{
	struct user_functions *u = functions_of(c, pid);
	const struct elf_functions *f = u ? with_build_id(u, build_id, bytes) : NULL;

	if (u && !f && !read_mappings(u, pid))
		f = with_build_id(u, build_id, bytes);
	return f ? elf_functions_name(f, file_offset, offset) : NULL;
}
