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
void ksyms_free(struct ksyms *k);
/*
 * Address of a symbol ('.llvm.' suffixes ignored): -ENOENT, -EEXIST when ambiguous, -EPERM when
 * hidden.
 */
int ksyms_address(const struct ksyms *k, const char *name, uint64_t *address);
/* Symbol at or before an address and the offset into it. NULL when unknown. */
const char *ksyms_name(const struct ksyms *k, uint64_t address, uint64_t *offset);
/* Calls @fn for each function symbol that matches the glob. */
int ksyms_each(const struct ksyms *k, const char *pattern,
	       int (*fn)(void *user, const char *name, uint64_t address, const char *module),
	       void *user);

struct kconfig;
/* /proc/config.gz, else /boot/config-RELEASE, else -ENOENT. */
int kconfig_open(struct kconfig **out);
void kconfig_free(struct kconfig *k);
/* The text after '=': y, m, 12, "text" with quotes; NULL when not set. */
const char *kconfig_get(const struct kconfig *k, const char *name);

#endif
