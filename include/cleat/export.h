/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* export.h - marks the functions that are part of the library's interface. */
#ifndef CLEAT_EXPORT_H
#define CLEAT_EXPORT_H

#define CLEAT_API __attribute__((visibility("default")))

/* The compiler checks the arguments of functions that format text. */
#define CLEAT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#endif
