/* The faults that a scenario plants: at the Nth call of a name, M times, another answer. */
#define _GNU_SOURCE
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_LIMIT = 1 << 16, RULE_LIMIT = 64 };

struct rule { char name[64]; uint64_t first, count, calls; struct fault fault; };

static struct rule rules[RULE_LIMIT];
static size_t rule_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char path[1024];

static _Noreturn void unreadable(const char *word) { give_up("%s: cannot read `%s`", path, word); }

/* The errors that a rule may name: any that the C library knows. */
static int error_named(const char *name) {
  uint64_t value;
  if (read_number(name, &value) && value < 4096) return (int)value;
  for (int error = 1; error < 134; error++) {
    const char *known = strerrorname_np(error);
    if (known && !strcmp(known, name)) return error;
  }
  unreadable(name);
}

static uint64_t number(const char *word, const char *value) {
  uint64_t result;
  if (!read_number(value, &result)) unreadable(word);
  return result;
}

/* One `key=value` of a rule. */
static void read_part(struct rule *rule, char *word) {
  char *value = strchr(word, '=');
  if (!value) unreadable(word);
  *value++ = 0;
  if (!strcmp(word, "nth")) rule->first = number(word, value);
  else if (!strcmp(word, "count"))
    rule->count = strcmp(value, "always") ? number(word, value) : UINT64_MAX;
  else if (!strcmp(word, "errno")) rule->fault.error = error_named(value);
  else if (!strcmp(word, "fw")) {
    rule->fault.firmware_error = number(word, value);
    rule->fault.has_firmware = true;
  } else if (!strcmp(word, "hw")) {
    rule->fault.hardware_error = number(word, value);
    rule->fault.has_hardware = true;
  } else if (!strcmp(word, "served")) rule->fault.served = number(word, value);
  else unreadable(word);
}

static void read_rule(char *line) {
  char *rest, *word = strtok_r(line, " ", &rest);
  if (!word || *word == '#') return;
  char *name = strtok_r(NULL, " ", &rest);
  if (strcmp(word, "fault") || !name || strlen(name) >= sizeof rules->name) unreadable(word);
  if (rule_count == RULE_LIMIT) give_up("%s: more than %d faults", path, RULE_LIMIT);
  struct rule *rule = &rules[rule_count++];
  rule->first = rule->count = 1;
  strcpy(rule->name, name);
  while ((word = strtok_r(NULL, " ", &rest))) read_part(rule, word);
}

static void read_faults(void) {
  const char *where = folder("faults"), *guest = guest_name();
  if (!where || !guest) return;
  snprintf(path, sizeof path, "%s/%s", where, guest);
  size_t size;
  char *rest, *text = read_file(path, SIZE_LIMIT, &size);
  if (!text && errno == ENOENT) return;
  if (!text) give_up("%s: %s", path, strerror(errno));
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
    read_rule(line);
  free(text);
}

long fault_answer(const struct fault *fault) {
  if (!fault->error) return 0;
  return refuse(WHO_FAULT, fault->error,
                fault->served ? "after the call was served, as the scenario says" : "as the scenario says");
}

/* Every rule of the name counts the call; the first one that is due answers. */
bool fault_due(const char *name, struct fault *fault) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_faults);
  bool due = false;
  if (!rule_count) return false;
  pthread_mutex_lock(&lock);
  for (struct rule *rule = rules; rule < rules + rule_count; rule++) {
    if (strcmp(rule->name, name)) continue;
    rule->calls++;
    if (due || rule->calls < rule->first || rule->calls - rule->first >= rule->count) continue;
    *fault = rule->fault;
    due = true;
  }
  pthread_mutex_unlock(&lock);
  return due;
}
