/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * binary.c - which file a name of a program or library means; see binary.h.
 *
 * Knows the dynamic linker's cache (both of its headers), the directories it falls back to, and
 * /proc/PID/maps. Reads no environment: what is probed must not depend on who starts us.
 */
#include "common/binary.h"

#include <ctype.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fill(char path[static PATH_MAX], const char *text, size_t n)
{
	if (!n || n >= PATH_MAX)
		return false;
	memcpy(path, text, n);
	path[n] = '\0';
	return true;
}

/* "libc" means libc.so.6, "libssl.so" libssl.so.3 and "libc" also libc-2.31.so. */
static bool is_library(const char *file, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(file, name, n))
		return false;
	file += n;
	if (!*file)
		return true;
	if (strstr(name, ".so"))
		return *file == '.';
	return strncmp(file, ".so", 3) == 0 || (*file == '-' && strstr(file, ".so"));
}

/* ---- what a process has mapped ------------------------------------------------------------- */

static bool find_mapped(const char *name, int pid, char path[static PATH_MAX])
{
	char maps[32], *line = NULL;
	bool found = false;
	size_t size = 0;
	FILE *f;

	snprintf(maps, sizeof(maps), "/proc/%d/maps", pid);
	f = fopen(maps, "re");
	while (f && !found && getline(&line, &size, f) > 0) {
		char *file = strchr(line, '/'), *base;

		if (!file)
			continue;
		file[strcspn(file, "\n")] = '\0';
		base = strrchr(file, '/') + 1;
		found = is_library(base, name) && fill(path, file, strlen(file));
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

/* ---- directories --------------------------------------------------------------------------- */

/* The first of the ':'-separated directories that has a file of this name. */
static bool find_in(const char *dirs, const char *name, char path[static PATH_MAX])
{
	while (*dirs) {
		size_t n = strcspn(dirs, ":");

		if (n && snprintf(path, PATH_MAX, "%.*s/%s", (int)n, dirs, name) < PATH_MAX &&
		    access(path, R_OK) == 0)
			return true;
		dirs += n + (dirs[n] == ':');
	}
	return false;
}

/* Is it a library for programs like this one: the cache has those of other machines, too. */
static bool fits(const char *path)
{
	unsigned char ours[20] = { 0 }, its[20] = { 0 };
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool same = self >= 0 && fd >= 0 && read(self, ours, sizeof(ours)) == sizeof(ours) &&
		    read(fd, its, sizeof(its)) == sizeof(its) &&
		    memcmp(ours, its, EI_DATA + 1) == 0 && memcmp(ours + 18, its + 18, 2) == 0;

	if (self >= 0)
		close(self);
	if (fd >= 0)
		close(fd);
	return same;
}

/* The first library in the directory that the name can mean. */
static bool find_library_in(const char *dir, const char *name, char path[static PATH_MAX])
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	bool found = false;

	while (d && !found && (entry = readdir(d)))
		found = is_library(entry->d_name, name) &&
			snprintf(path, PATH_MAX, "%s/%s", dir, entry->d_name) < PATH_MAX &&
			fits(path);
	if (d)
		closedir(d);
	return found;
}

/* Without a cache: where the linker looks, and where it found the C library for us. */
static bool find_library(const char *name, char path[static PATH_MAX])
{
	static const char *const dirs[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib",
					    "/usr/local/lib" };
	char ours[PATH_MAX];

	if (find_mapped("libc", (int)getpid(), ours)) {
		*strrchr(ours, '/') = '\0';
		if (find_library_in(ours, name, path))
			return true;
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (find_library_in(dirs[i], name, path))
			return true;
	return false;
}

/* ---- the linker's cache ---------------------------------------------------------------------- */

#define CACHE "/etc/ld.so.cache"
#define OLD_MAGIC "ld.so-1.7.0"
#define NEW_MAGIC "glibc-ld.so.cache1.1"

struct old_header {
	char magic[sizeof(OLD_MAGIC) - 1];
	uint32_t count;
};

struct old_entry {
	int32_t flags;
	uint32_t key, value;
};

struct new_header {
	char magic[sizeof(NEW_MAGIC) - 1];
	uint32_t count, strings;
	uint8_t flags, pad[3];
	uint32_t extension, unused[3];
};

struct new_entry {
	int32_t flags;
	uint32_t key, value, osversion;
	uint64_t hwcap;
};

/* A text of the cache, or NULL. */
static const char *text_at(const char *data, size_t size, uint32_t at)
{
	return at < size && memchr(data + at, '\0', size - at) ? data + at : NULL;
}

/* Offsets count from the new header, which may lie behind an old one. */
static bool search_cache(const char *data, size_t size, const char *name,
			 char path[static PATH_MAX])
{
	struct new_header header;

	if (size < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	if (memcmp(header.magic, NEW_MAGIC, sizeof(header.magic)) ||
	    header.count > (size - sizeof(header)) / sizeof(struct new_entry))
		return false;
	for (uint32_t i = 0; i < header.count; i++) {
		const char *key, *value;
		struct new_entry e;

		memcpy(&e, data + sizeof(header) + i * sizeof(e), sizeof(e));
		key = text_at(data, size, e.key);
		value = text_at(data, size, e.value);
		/* With a hwcap it is a variant for some processors only. */
		if (key && value && !e.hwcap && is_library(key, name) && fits(value))
			return fill(path, value, strlen(value));
	}
	return false;
}

static bool find_cached(const char *name, char path[static PATH_MAX])
{
	int fd = open(CACHE, O_RDONLY | O_CLOEXEC);
	struct old_header old;
	size_t skip = 0, size;
	bool found = false;
	struct stat st;
	char *data;

	if (fd < 0)
		return false;
	size = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
	data = size > sizeof(old) ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	close(fd);
	if (data == MAP_FAILED)
		return false;
	memcpy(&old, data, sizeof(old));
	if (memcmp(old.magic, OLD_MAGIC, sizeof(old.magic)) == 0) {
		skip = sizeof(old) + (size_t)old.count * sizeof(struct old_entry);
		skip = (skip + 7) & ~(size_t)7;
	}
	if (skip < size)
		found = search_cache(data + skip, size - skip, name, path);
	munmap(data, size);
	return found;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool find_bare(const char *name, int pid, char path[static PATH_MAX])
{
	static const char programs[] =
		"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

	if (pid > 0 && find_mapped(name, pid, path))
		return true;
	if (!strstr(name, ".so") && find_in(programs, name, path))
		return true;
	return find_cached(name, path) || find_library(name, path);
}

/*
 * What the path is for process @pid, whose root may be another: /proc/PID/root/PATH when that is a
 * different file.
 */
static void find_in_root(int pid, char path[static PATH_MAX])
{
	char inside[PATH_MAX];
	struct stat here, there;

	if (path[0] != '/' || strncmp(path, "/proc/", 6) == 0 ||
	    snprintf(inside, sizeof(inside), "/proc/%d/root%s", pid, path) >= (int)sizeof(inside) ||
	    stat(inside, &there))
		return;
	if (stat(path, &here) || here.st_dev != there.st_dev || here.st_ino != there.st_ino)
		memcpy(path, inside, strlen(inside) + 1);
}

int binary_find(struct cleat *c, const struct cleat_params *p, int pid, char path[static PATH_MAX])
{
	const char *binary = cleat_param(p, "binary");

	if (!strchr(binary, '/')) {
		if (!find_bare(binary, pid, path))
			return cleat_param_error(c, p, "binary", ENOENT,
						 "no program or library '%s'", binary);
	} else if (!fill(path, binary, strlen(binary))) {
		return cleat_param_error(c, p, "binary", ENAMETOOLONG, "the path is too long");
	}
	if (pid > 0)
		find_in_root(pid, path);
	if (access(path, R_OK) == 0)
		return 0;
	return cleat_param_error(c, p, "binary", errno, "%s: %s", path, strerror(errno));
}

int binary_check_pid(struct cleat *c, const struct cleat_params *p)
{
	if (cleat_param_given(p, "pid") &&
	    (!cleat_param_uint(p, "pid") || cleat_param_uint(p, "pid") > INT_MAX))
		return cleat_param_error(c, p, "pid", EINVAL, "'%s' is no process id",
					 cleat_param(p, "pid"));
	if (cleat_param_given(p, "pid") && cleat_param_given(p, "process"))
		return cleat_param_error(c, p, "process", EINVAL,
					 "'pid' and 'process' exclude each other");
	return 0;
}

int binary_pid(const struct cleat_params *p)
{
	return cleat_param_given(p, "pid") ? (int)cleat_param_uint(p, "pid") : -1;
}

/* ---- targets --------------------------------------------------------------------------------- */

/* By what the kernel calls it, 15 bytes of it, or by the file that it runs. */
static bool is_called(const char *pid, const char *pattern)
{
	char path[64], text[PATH_MAX] = "";
	ssize_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(text, sizeof(text), f))
		text[strcspn(text, "\n")] = '\0';
	if (f)
		fclose(f);
	if (*text && fnmatch(pattern, text, 0) == 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%.16s/exe", pid);
	n = readlink(path, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return fnmatch(pattern, strrchr(text, '/') ? strrchr(text, '/') + 1 : text, 0) == 0;
}

/* One process, as a target of its own. */
static int add_process(struct cleat *c, const struct cleat_params *p, const char *pid,
		       struct cleat_targets *out)
{
	struct cleat_params *target = cleat_targets_add(out, p);
	char path[PATH_MAX];
	int err = target ? cleat_param_set(target, "pid", pid) : -ENOMEM;

	if (!err)
		err = binary_find(c, target, binary_pid(target), path);
	return err ? err : cleat_param_set(target, "binary", path);
}

static int expand_process(struct cleat *c, const struct cleat_params *p, const char *name,
			  struct cleat_targets *out)
{
	struct dirent *entry;
	size_t found = 0;
	DIR *d = opendir("/proc");
	int err = 0;

	while (d && !err && (entry = readdir(d))) {
		if (!isdigit((unsigned char)entry->d_name[0]) || !is_called(entry->d_name, name))
			continue;
		found++;
		err = add_process(c, p, entry->d_name, out);
	}
	if (d)
		closedir(d);
	if (found || err)
		return err;
	return cleat_targets_missing(out, cleat_param_error(c, p, "process", ESRCH,
							    "no process '%s'", name));
}

/* One target: the file is named by its path, so that another file under the name is seen. */
static int expand_file(struct cleat *c, const struct cleat_params *p, struct cleat_targets *out)
{
	int pid = binary_pid(p), err;
	struct cleat_params *target;
	char path[PATH_MAX];

	if (pid > 0 && kill(pid, 0) && errno == ESRCH)
		return cleat_targets_missing(out, cleat_param_error(c, p, "pid", ESRCH,
								    "no process %d", pid));
	err = binary_find(c, p, pid, path);
	if (err)
		return err == -ENOENT ? cleat_targets_missing(out, err) : err;
	target = cleat_targets_add(out, p);
	return target ? cleat_param_set(target, "binary", path)
		      : cleat_error(c, ENOMEM, "out of memory");
}

int binary_expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	struct cleat *c = cleat_program_context(prog);
	int err = 0;

	if (!cleat_param_given(p, "process"))
		return expand_file(c, p, out);
	for (size_t i = 0; i < cleat_param_count(p, "process") && !err; i++)
		err = expand_process(c, p, cleat_param_nth(p, "process", i), out);
	return err;
}

int binary_parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	const char *colon = strchr(text, ':'), *where = colon ? colon + 1 : text;
	char *path;
	int err;

	(void)section;
	if (!*text)
		return 0;
	if (colon == text || !*where)
		return cleat_error(c, EINVAL, "section text '%s' is not PATH:FUNCTION", text);
	path = strndup(text, colon ? (size_t)(colon - text) : 0);
	if (!path)
		return cleat_error(c, ENOMEM, "out of memory");
	err = colon ? cleat_param_set(p, "binary", path) : 0;
	free(path);
	if (err)
		return err;
	return cleat_param_set(p, isdigit((unsigned char)*where) ? "offset" : "function", where);
}

char *binary_split_offset(const char *function, uint64_t *more)
{
	char *name = strdup(function), *end;
	/* C++ names have a + of their own: only a number behind it is an offset. */
	char *plus = name ? strrchr(name, '+') : NULL;

	if (plus && isdigit((unsigned char)plus[1])) {
		uint64_t n = strtoull(plus + 1, &end, 0);

		if (!*end) {
			*more += n;
			*plus = '\0';
		}
	}
	return name;
}

bool binary_is(const struct cleat_facts *facts, const char *path)
{
	const char *its = cleat_facts_find(facts, "binary");
	struct stat one, other;

	return its && (strcmp(its, path) == 0 ||
		       (stat(its, &one) == 0 && stat(path, &other) == 0 &&
			one.st_dev == other.st_dev && one.st_ino == other.st_ino));
}
