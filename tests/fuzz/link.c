// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * link.c - fuzz target: two BPF objects of any bytes, linked. Four bytes say how long the first one
 * is. Linking needs no kernel, so what the linker makes is opened, too: it may be nonsense, as its
 * inputs were, but it must be a sound file.
 */
#include "fuzz.h"

#include "linker/linker.h"
#include "object/object.h"

static void check_output(const void *bytes, size_t size, struct report *r)
{
	struct object *o = NULL;
	struct elf_file *elf = NULL;
	int err;

	report_clear(r);
	FUZZ_ASSERT(elf_open_memory(&elf, bytes, size, "out.bpf.o", r) == 0);
	elf_close(elf);
	err = object_open_memory(&o, bytes, size, "out.bpf.o", r);
	FUZZ_REPORTED(r, err);
	object_free(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct linker *l = NULL;
	void *bytes = NULL;
	size_t first, n;
	uint32_t word;
	int err;

	if (size < sizeof(word)) {
		report_free(r);
		return 0;
	}
	memcpy(&word, data, sizeof(word));
	data += sizeof(word);
	size -= sizeof(word);
	first = word < size ? word : size;
	FUZZ_ASSERT(r && linker_new(&l) == 0);
	err = linker_add_memory(l, data, first, "first.bpf.o", r);
	FUZZ_REPORTED(r, err);
	report_clear(r);
	err = linker_add_memory(l, data + first, size - first, "second.bpf.o", r);
	FUZZ_REPORTED(r, err);
	report_clear(r);
	err = linker_finish(l, &bytes, &n, r);
	FUZZ_ASSERT(err <= 0 && (err == 0) == (bytes != NULL));
	FUZZ_REPORTED(r, err);
	if (!err)
		check_output(bytes, n, r);
	free(bytes);
	linker_free(l);
	report_free(r);
	return 0;
}
