// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * seeds.c - writes what fuzzing begins with: the .BTF and .BTF.ext sections of objects, pairs of
 * objects, and the verifier logs of the unit tests, each as a file of its own. Knows where such things are; refuses
 * to know the targets.
 *
 * usage: seeds btf|link DIR OBJECT... | seeds log DIR
 */
#include "fuzz.h"

/* One that is not listed below is missed by nobody. */
#pragma GCC diagnostic ignored "-Wunused-const-variable"
#include "../unit/verifier-logs.h"
#include "base/file.h"
#include "base/report.h"
#include "base/text.h"
#include "elf/elf.h"

static const char *const logs[] = {
	log_null, log_null_verbose, log_loop,  log_index,  log_global,
	log_leak, log_poison,       log_kfunc, log_ok,     log_shape,
	log_old,  log_branches,     log_glued, log_report, log_cut,
};

static int write_seed(const char *dir, const char *name, unsigned int n, const void *data,
		      size_t size)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s-%u", dir, name, n);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f)) {
		perror(path);
		return 1;
	}
	return 0;
}

static int write_btf(const char *dir, char **objects)
{
	unsigned int n = 0;

	for (; *objects; objects++) {
		struct elf_file *elf;

		if (elf_open(&elf, *objects, NULL)) {
			fprintf(stderr, "seeds: %s cannot be read\n", *objects);
			return 1;
		}
		for (const char **s = (const char *[]) { ".BTF", ".BTF.ext", NULL }; *s; s++) {
			const struct elf_section *found = elf_section_named(elf, *s);

			if (found && found->data &&
			    write_seed(dir, *s + 1, n++, found->data, found->size))
				return 1;
		}
		elf_close(elf);
	}
	return 0;
}

/* Each object and the next one, behind the length of the first. */
static int write_pairs(const char *dir, char **objects)
{
	for (unsigned int n = 0; objects[0] && objects[1]; objects++, n++) {
		struct file_view first, second;
		_buf_free_ struct buf pair = { 0 };
		uint32_t length;

		if (file_map(objects[0], &first) || file_map(objects[1], &second)) {
			fprintf(stderr, "seeds: %s or %s cannot be read\n", objects[0], objects[1]);
			return 1;
		}
		length = (uint32_t)first.size;
		buf_put(&pair, &length, sizeof(length));
		buf_put(&pair, first.data, first.size);
		buf_put(&pair, second.data, second.size);
		file_unmap(&first);
		file_unmap(&second);
		if (pair.failed || write_seed(dir, "pair", n, pair.data, pair.len))
			return 1;
	}
	return 0;
}

static int write_logs(const char *dir)
{
	for (unsigned int i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		if (write_seed(dir, "log", i, logs[i], strlen(logs[i])))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "btf") == 0)
		return write_btf(argv[2], argv + 3);
	if (argc >= 3 && strcmp(argv[1], "link") == 0)
		return write_pairs(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "log") == 0)
		return write_logs(argv[2]);
	fputs("usage: seeds btf|link DIR OBJECT... | seeds log DIR\n", stderr);
	return 2;
}
