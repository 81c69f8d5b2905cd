/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inifile.h - strict INI files: libinih behind a guard that lints each line first.
 *
 * Sections are announced themselves, empty ones too. Values may be of any length. A comment begins
 * with ; or # at the start of a line, or with ; after white space. The first = ends the key.
 * Indented (continuation) lines, NUL bytes and control characters, text after ], empty or padded
 * section names, entries before the first section and keys outside [A-Za-z0-9_.-]{1,64} are errors.
 * All errors of a file are reported (up to a hundred), each with its line.
 */
#ifndef BASE_INIFILE_H
#define BASE_INIFILE_H

#include "base/report.h"

struct inifile_handlers {
	/*
	 * A section header. Return 0, or a negative errno after having reported why: the section's
	 * entries are then not handed out.
	 */
	int (*section)(void *user, const char *name, unsigned int line);
	/* key = value, with REPORT_SECTION in scope too. 'value' is trimmed and may be empty. */
	int (*entry)(void *user, const char *key, const char *value, unsigned int line);
};

/*
 * Reads @path. Handlers run with REPORT_FILE and the line in scope. Goes on after errors; returns
 * the first error, or 0. A file that is not regular or is over 16 MiB is refused.
 */
int inifile_read(const char *path, const struct inifile_handlers *h, void *user, struct report *r);
/* The same for text in memory; @name is for messages. */
int inifile_read_text(const char *name, const char *text, size_t size,
		      const struct inifile_handlers *h, void *user, struct report *r);

#endif
