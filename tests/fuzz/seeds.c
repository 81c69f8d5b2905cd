// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * seeds.c - writes what fuzzing begins with: the .BTF and .BTF.ext sections of objects, their CO-RE
 * records with the types they speak of, pairs of objects, and the verifier logs of the unit tests,
 * each as a file of its own. Knows where such things are; refuses to know the targets.
 *
 * usage: seeds btf|core|link DIR OBJECT... | seeds log DIR
 */
#include "fuzz.h"

/* One that is not listed below is missed by nobody. */
#pragma GCC diagnostic ignored "-Wunused-const-variable"
#include "../unit/verifier-logs.h"
#include "base/file.h"
#include "base/report.h"
#include "base/text.h"
#include "btf/ext.h"
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

/* As core.c reads it: a number, so many records behind the instruction each is for, and BTF. */
static int write_records(const char *dir, unsigned int n, const struct elf_section *code,
			 const struct btf_ext_section *records, const struct elf_section *btf)
{
	_buf_free_ struct buf seed = { 0 };
	uint8_t count = records->n_relos < 32 ? (uint8_t)records->n_relos : 32;

	buf_put(&seed, &count, 1);
	for (size_t i = 0; i < count; i++) {
		const struct btf_core_relo *relo = &records->relos[i];

		if (relo->insn_off > code->size || code->size - relo->insn_off < 8)
			return 0;
		buf_put(&seed, (const uint8_t *)code->data + relo->insn_off, 8);
		buf_put(&seed, &relo->type_id, 3 * sizeof(uint32_t));
	}
	buf_put(&seed, btf->data, btf->size);
	return seed.failed || write_seed(dir, "records", n, seed.data, seed.len);
}

static int write_core(const char *dir, char **objects)
{
	unsigned int n = 0;
	int rc = 0;

	for (; *objects && !rc; objects++) {
		const struct elf_section *types, *ext;
		struct btf_ext *records = NULL;
		struct btf *btf = NULL;
		struct elf_file *elf;

		if (elf_open(&elf, *objects, NULL)) {
			fprintf(stderr, "seeds: %s cannot be read\n", *objects);
			return 1;
		}
		types = elf_section_named(elf, ".BTF");
		ext = elf_section_named(elf, ".BTF.ext");
		if (types && ext &&
		    !btf_open(&btf, types->data, types->size, NULL, BTF_COPY, NULL) &&
		    !btf_ext_open(&records, btf, ext->data, ext->size, false, NULL)) {
			for (size_t i = 0; i < records->n_sections && !rc; i++) {
				const struct btf_ext_section *s = &records->sections[i];
				const struct elf_section *code = elf_section_named(elf, s->name);

				if (s->n_relos && code && code->data)
					rc = write_records(dir, n++, code, s, types);
			}
		}
		btf_ext_free(records);
		btf_free(btf);
		elf_close(elf);
	}
	return rc;
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
	if (argc >= 3 && strcmp(argv[1], "core") == 0)
		return write_core(argv[2], argv + 3);
	if (argc >= 3 && strcmp(argv[1], "link") == 0)
		return write_pairs(argv[2], argv + 3);
	if (argc == 3 && strcmp(argv[1], "log") == 0)
		return write_logs(argv[2]);
	fputs("usage: seeds btf|core|link DIR OBJECT... | seeds log DIR\n", stderr);
	return 2;
}
