/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * facts.h - what the running kernel says of itself: symbols and configuration.
 *
 * Read when first asked for, kept until freed; nothing global.
 */
#ifndef KERNEL_FACTS_H
#define KERNEL_FACTS_H

#include "base/report.h"

struct ksyms;
int ksyms_open(struct ksyms **out);
/* From a file in the format of /proc/kallsyms: saved with a crash, or a test's. */
int ksyms_open_path(struct ksyms **out, const char *path);
void ksyms_free(struct ksyms *k);
/*
 * Address of a symbol ('.llvm.' suffixes ignored): -ENOENT, -EEXIST when ambiguous, -EPERM when
 * hidden. -ENODATA or -EINVAL when the file is no list of symbols.
 */
int ksyms_address(struct ksyms *k, const char *name, uint64_t *address);
/* Look for all of these in one pass over the file, before they are asked for one by one. */
int ksyms_want(struct ksyms *k, const char *const *names, size_t n);
/* Is there such a symbol, be its address hidden or ambiguous. */
bool ksyms_has(struct ksyms *k, const char *name);
/* Function at or before an address and the offset into it. NULL when unknown. */
const char *ksyms_name(struct ksyms *k, uint64_t address, uint64_t *offset);
/*
 * Calls @fn for each function symbol that matches the glob; @module is NULL for the kernel's own.
 * Stops at and returns what @fn returns when that is not 0.
 */
int ksyms_each(struct ksyms *k, const char *pattern,
	       int (*fn)(void *user, const char *name, uint64_t address, const char *module),
	       void *user);

struct kconfig;
/* /proc/config.gz, else /boot/config-RELEASE, else -ENOENT. */
int kconfig_open(struct kconfig **out);
/* From a file, compressed with gzip or not. -EIO when it is damaged. */
int kconfig_open_path(struct kconfig **out, const char *path);
/* The same from text that somebody has. */
int kconfig_open_text(struct kconfig **out, const char *text);
void kconfig_free(struct kconfig *k);
/*
 * The text after '=': y, m, 12, "text" with quotes; NULL when not set. @name with CONFIG_ or
 * without.
 */
const char *kconfig_get(const struct kconfig *k, const char *name);

#endif
