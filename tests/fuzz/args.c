// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * args.c - fuzz target: any text as the arguments of a USDT probe, for the machine that the first
 * byte chooses, and what programs are given of them.
 */
#include <elf.h>

#include "fuzz.h"

#include "program/usdt/args.h"
#include "program/usdt/specs.h"

static bool symbol(void *user, const char *name, size_t length, uint64_t *address)
{
	(void)user;
	*address = 0x5000;
	return length && name[0] == 'c';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t machines[] = { EM_X86_64, EM_AARCH64, EM_S390, EM_RISCV,
					     EM_PPC64,  EM_ARM,     EM_386,  EM_NONE };
	struct args_place place = { .site = 0x1000, .symbol = symbol };
	struct spec spec = { .cookie = 1 };
	uint8_t value[512];
	char *text;
	size_t n;

	if (!size)
		return 0;
	place.machine = machines[data[0] % 8];
	place.fixed = data[0] & 8;
	text = fuzz_text(data + 1, size - 1);
	n = args_parse(&place, text, spec.args);
	spec.n = n < ARGS_MAX ? n : ARGS_MAX;
	for (size_t i = 0; i < spec.n; i++) {
		const struct arg *a = &spec.args[i];

		/* what is said about it is a part of the text */
		FUZZ_ASSERT(!a->length || (a->text >= text && a->length <= strlen(a->text)));
		FUZZ_ASSERT(a->kind == ARG_UNREADABLE || (a->bytes && a->bytes <= 8));
	}
	for (size_t bytes = 0; bytes <= sizeof(value); bytes += 8)
		specs_encode(&spec, value, bytes);
	free(text);
	return 0;
}
