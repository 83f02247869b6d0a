/* What the program tells: one JSON object a line, each string and the number of lines bounded. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { TEXT_LIMIT = 4096, EVENT_LIMIT = 100000 };

/* Keeps the place of the events for them alone: packages' own code writes to standard output. */
bool events_take_output(void);

/* Begins a line; nothing of it is seen before its end. */
void event_begin(void);

/* Adds a string; none where it is NULL. */
void event_text(const char *name, const char *text);

/* Adds a string of so many bytes. */
void event_bytes(const char *name, const char *bytes, size_t length);

void event_number(const char *name, long long number);
void event_flag(const char *name, bool flag);

/* Ends the line and writes it, unless there were too many; the first one left out is told. */
void event_end(void);

/* Ends the last line, which is written however many there were. */
void event_end_all(void);

/* A whole line of one string. */
void event_warning(const char *text);
