// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * text.c - fuzz target: what the kernel says of itself in text. The first byte chooses between its
 * symbols, its configuration, mounts, lists of CPUs and versions.
 */
#include <errno.h>

#include "fuzz.h"

#include "kernel/facts.h"
#include "kernel/machine.h"

static int count_symbol(void *user, const char *name, uint64_t address, const char *module)
{
	(void)address;
	FUZZ_ASSERT(name && (!module || strlen(module) < SIZE_MAX));
	return ++*(size_t *)user > 1000;
}

static void symbols(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "vfs_read", "do_exit", "a", "" };
	struct ksyms *k = NULL;
	uint64_t address = 0, offset;
	size_t n = 0;
	char path[64];
	int fd = fuzz_file(data, size, path);

	FUZZ_ASSERT(ksyms_open_path(&k, path) == 0);
	ksyms_want(k, names, 4);
	for (size_t i = 0; i < 4; i++) {
		if (ksyms_address(k, names[i], &address) == 0)
			FUZZ_ASSERT(ksyms_has(k, names[i]));
	}
	ksyms_name(k, address, &offset);
	ksyms_name(k, UINT64_MAX, &offset);
	ksyms_each(k, "*", count_symbol, &n);
	ksyms_each(k, "[a-z]*_?", count_symbol, &n);
	ksyms_free(k);
	close(fd);
}

/* As a file, which may be compressed, and as text: both or neither find the option. */
static void configuration(const uint8_t *data, size_t size)
{
	struct kconfig *k = NULL, *same = NULL;
	char *text = fuzz_text(data, size), path[64];
	int fd = fuzz_file(data, size, path);

	FUZZ_ASSERT(kconfig_open_text(&same, text) == 0);
	if (kconfig_open_path(&k, path) == 0) {
		const char *a = kconfig_get(k, "CONFIG_HZ"), *b = kconfig_get(same, "HZ");
		const bool is_text = size < 2 || data[0] != 0x1f || data[1] != 0x8b;

		if (is_text && !memchr(data, 0, size))
			FUZZ_ASSERT(a && b ? strcmp(a, b) == 0 : a == b);
		kconfig_free(k);
	}
	kconfig_free(same);
	free(text);
	close(fd);
}

static void cpus(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	int *list = NULL;
	size_t n = 0;

	if (machine_parse_cpus(text, &list, &n) == 0) {
		for (size_t i = 0; i < n; i++)
			FUZZ_ASSERT(list[i] >= 0);
		free(list);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *found;

	if (!size)
		return 0;
	switch (*data++ % 5) {
	case 0:
		symbols(data, size - 1);
		break;
	case 1:
		configuration(data, size - 1);
		break;
	case 2:
		text = fuzz_text(data, size - 1);
		found = machine_parse_mounts(text, "cgroup2", "/sys/fs/cgroup");
		FUZZ_ASSERT(!found || *found);
		free(found);
		free(text);
		break;
	case 3:
		cpus(data, size - 1);
		break;
	default:
		text = fuzz_text(data, size - 1);
		machine_parse_version(text);
		free(text);
	}
	return 0;
}
