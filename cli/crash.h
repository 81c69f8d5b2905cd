/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * crash.h - when the command crashes: who did it.
 */
#ifndef CLI_CRASH_H
#define CLI_CRASH_H

/* From now on a crash in a plugin is said to be one. The process ends by the signal, as ever. */
void crash_name_plugins(void);

#endif
