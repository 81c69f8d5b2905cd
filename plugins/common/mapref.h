/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapref.h - what the maps have in common whose keys or values stand for something else: a program,
 * a cgroup, a socket, a process. Knows how people name these and how they become descriptors;
 * refuses to know what a map does with them.
 */
#ifndef COMMON_MAPREF_H
#define COMMON_MAPREF_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* The map has room. */
int mapref_check_room(struct cleat_map *m, const struct cleat_map_attr *attr);
/*
 * Keys have @key bytes (0: any, but some), values @value or @other bytes. @noun: "a device map".
 */
int mapref_check_sizes(struct cleat_map *m, const struct cleat_map_attr *attr, const char *noun,
		       uint32_t key, uint32_t value, uint32_t other);
/* The map has no key, but values and room. */
int mapref_check_keyless(struct cleat_map *m, const struct cleat_map_attr *attr, const char *noun);

/* @text without the quotes that JSON has around it; NULL when it is longer than @size. */
const char *mapref_word(const char *text, char *buf, size_t size);
/* Is it for BTF or plain bytes to read: { ifindex = 2 }, [ 1, 2 ], 0x0102. */
bool mapref_is_plain(const char *text);

/*
 * Id of a program: of the map's object by its name, any one by its id or the path of its pin.
 * Returns 0 or -errno after saying why.
 */
int mapref_program_id(struct cleat_map *m, const char *text, uint32_t *id);
/* A descriptor of the program with this id, or -errno after saying why. */
int mapref_program_open(struct cleat *c, uint32_t id);

/*
 * "fd:5" (of this process, duplicated) or "/proc/PID/fd/5" (of another). Returns a descriptor,
 * -EAGAIN when the text is neither, or -errno after saying why.
 */
int mapref_fd(struct cleat *c, const char *text);
/* A cgroup by its path, absolute or from the root of the hierarchy on. Likewise, without -EAGAIN. */
int mapref_cgroup(struct cleat *c, const char *text);
/* What a descriptor of this process is: a path, "pid:12". Returns false when nobody knows. */
bool mapref_fd_text(int fd, char *text, size_t size);

/* Parse a value of 4 or 8 bytes that is a socket: "fd:N", "/proc/PID/fd/N". Contract of 'parse'. */
int mapref_parse_socket(struct cleat_map *m, int which, const char *text, void *data, size_t size);

#endif
