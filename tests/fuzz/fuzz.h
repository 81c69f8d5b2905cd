/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * fuzz.h - what the fuzz targets share: the entry point that libFuzzer calls, and a file in memory
 * for readers that want a path. A target refuses to know where its inputs come from.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What must hold whatever the input is. */
#define FUZZ_ASSERT(condition)                                                          \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file with these bytes; *path is how to open it. Close the descriptor when done. */
__attribute__((unused)) static int fuzz_file(const uint8_t *data, size_t size, char path[64])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	FUZZ_ASSERT(fd >= 0);
	while (size) {
		ssize_t n = write(fd, data, size);

		FUZZ_ASSERT(n > 0);
		data += n;
		size -= (size_t)n;
	}
	snprintf(path, 64, "/proc/%d/fd/%d", (int)getpid(), fd);
	return fd;
}

/* Text with a NUL at its end, in memory of exactly that size. The caller frees it. */
__attribute__((unused)) static char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	FUZZ_ASSERT(text);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/*
 * An error comes with a message, and a message can be formatted. What readers of hostile files
 * say is one line, in letters that do not steer a terminal.
 */
#define FUZZ_REPORTED(r, err)                                                           \
	do {                                                                            \
		FUZZ_ASSERT(((err) < 0) == (report_errors(r) > 0));                     \
		for (size_t i_ = 0; i_ < report_count(r); i_++) {                       \
			char text_[256];                                                \
			cleat_diag_format(report_get(r, i_), text_, sizeof(text_));     \
			for (const char *c_ = report_get(r, i_)->what; *c_; c_++)       \
				FUZZ_ASSERT((unsigned char)*c_ >= 0x20 && *c_ != 0x7f); \
		}                                                                       \
	} while (0)

#endif
