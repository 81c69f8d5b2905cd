/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cleat.h - load, attach, manage and talk to BPF programs.
 *
 * A context (struct cleat) holds all state: plugins, the kernel's BTF, diagnostics. Contexts are
 * independent; one thread uses a context, and what was opened through it, at a time, except that
 * entries of maps and readers may be used from any one thread each.
 *
 * Functions return 0 (or a count, or a descriptor, where they say so) or a negative errno; the
 * context then keeps the whole story, see <cleat/error.h>. Nothing blocks unless its name says so.
 * The library never prints. Structs that begin with 'size' must have it set to sizeof by the
 * caller; a field of 0 or NULL means the default.
 */
#ifndef CLEAT_CLEAT_H
#define CLEAT_CLEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/btf.h>
#include <cleat/code.h>
#include <cleat/error.h>
#include <cleat/export.h>
#include <cleat/facts.h>
#include <cleat/features.h>
#include <cleat/link.h>
#include <cleat/linker.h>
#include <cleat/logreader.h>
#include <cleat/map.h>
#include <cleat/object.h>
#include <cleat/program.h>
#include <cleat/reader.h>
#include <cleat/registry.h>
#include <cleat/state.h>
#include <cleat/unit.h>
#include <cleat/watch.h>
#include <cleat/writer.h>
#include <cleat/version.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_plugin;

/* A plugin that a program has inside: its descriptor's text, and what CLEAT_PLUGIN() exports of it. */
struct cleat_builtin_plugin {
	const char *file_name; /* "xdp.plugin": a file of that name in a plugin directory comes first */
	const char *descriptor;
	const struct cleat_plugin *const *entry;
};

struct cleat_options {
	size_t size;
	/* Directories with plugins, ':' between them, searched before all others. */
	const char *plugin_path;
	/*
	 * Files of types to relocate against, ':' between them: BTF, raw or in an ELF file. A kernel's
	 * stands in for the running one's and its modules'; a module's is looked into last, and stands
	 * on the kernel's of this list, else on the running one's. What programs attach to, kernel
	 * variables and functions still come from the kernel that runs.
	 */
	const char *btf_path;
	/* Directories where a relative object path is looked up after the unit's own directory. */
	const char *object_path;
	/* Keep the verifier's log of programs that load, too: 1, or 2 for every instruction. */
	unsigned int log_level;
	/*
	 * Text of "CONFIG_X=value" lines: what objects ask of the kernel's configuration is looked for
	 * here first, and then in /proc/config.gz or /boot/config-RELEASE.
	 */
	const char *kconfig;
	/*
	 * For a process in a user namespace of its own (Linux 6.9): the root of a BPF file system that
	 * something was delegated to. Everything is loaded by a token from there, and nothing without.
	 * NULL: the environment's CLEAT_TOKEN_PATH (ignored in set-user-id programs), else /sys/fs/bpf
	 * if it gives one. "": no token.
	 */
	const char *token_path;
	/*
	 * Plugins that the program has inside, searched after all directories; ends with one whose file_name
	 * is NULL. Must stay as long as the context.
	 */
	const struct cleat_builtin_plugin *builtin_plugins;
};

/*
 * Make a context. Reads no file and makes no privileged call: plugins are looked for, and the
 * kernel is asked, when something needs them. Plugin directories, in this order: @options'
 * plugin_path, the environment's CLEAT_PLUGIN_PATH (ignored in set-user-id programs),
 * /etc/cleat/plugins.d, and the library's own.
 * @options may be NULL. Release with cleat_close().
 * Errors: -ENOMEM.
 */
CLEAT_API int cleat_open(struct cleat **out, const struct cleat_options *options);

/*
 * Release a context and everything that was opened through it: links that are not pinned are
 * detached, in the reverse order of their making. NULL is allowed.
 */
CLEAT_API void cleat_close(struct cleat *c);

/* Version of the library that runs, "0.1.0"; static. */
CLEAT_API const char *cleat_version(void);

#ifdef __cplusplus
}
#endif

#endif
