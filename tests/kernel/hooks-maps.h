/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooks-maps.h - maps of the kernel for hooks.c. 0 where it has them, else -errno.
 */
#ifndef HOOKS_MAPS_H
#define HOOKS_MAPS_H

int probe_map_arena(void);
int probe_map_bloom_filter(void);
int probe_map_cgrp_storage(void);
int probe_map_exclusive(void);
int probe_map_inode_storage(void);
int probe_map_insn_array(void);
int probe_map_rhash(void);
int probe_map_log(void);
int probe_map_rb_overwrite(void);
int probe_map_ringbuf(void);
int probe_map_task_storage(void);
int probe_map_user_ringbuf(void);

#endif
