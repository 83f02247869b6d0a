/* Gathers what scriptlets print, as much as is told of one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Gives standard output and standard error to the collector; false, with errno, where it cannot. */
bool collector_start(void);

/* Forgets what was printed so far. */
void collector_clear(void);

/* Adds words as if they had been printed. */
void collector_add(const char *text);

/* Copies what was printed since, at most so many bytes, and tells how many. */
size_t collector_take(char *bytes, size_t limit);
