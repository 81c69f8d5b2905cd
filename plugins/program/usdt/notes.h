/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * notes.h - the USDT probes that a program or library says it has, in its section .note.stapsdt.
 */
#ifndef USDT_NOTES_H
#define USDT_NOTES_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

struct note {
	const char *provider, *name, *args; /* live as long as the notes */
	uint64_t address; /* of the probe, in the file's terms */
	uint64_t offset; /* the same in the file */
	uint64_t semaphore; /* offset in the file of its counter; 0: none */
	bool bad_semaphore; /* it has one, which is not in the file */
};

struct notes {
	struct note *v;
	size_t n;
	uint16_t machine; /* EM_... */
	bool fixed; /* addresses in memory are those in the file */
	struct notes_file *file;
};

/* Reads all. Reports; -ENOENT when the file has no probes. Free in any case. */
int notes_read(struct cleat *c, const char *path, struct notes *out);
void notes_free(struct notes *notes);

/* Address in the file's terms of a symbol, false when there is none or several. For args_parse(). */
bool notes_symbol(void *notes, const char *name, size_t length, uint64_t *address);

/* The first bytes of the file's code at an offset; returns how many. */
size_t notes_code(const struct notes *notes, uint64_t offset, void *bytes, size_t n);

/* Where an offset in the file's code is in the file's terms; 0 when it is nowhere. */
uint64_t notes_address(const struct notes *notes, uint64_t offset);

#endif
