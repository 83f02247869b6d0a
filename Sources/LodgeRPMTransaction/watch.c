#include "watch.h"

#include <rpm/rpmlog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector.h"
#include "events.h"

enum { NOT_TOLD = -1, SIGNALLED = 128, REMEMBERED = 256 };

static struct {
  struct members *members;
  FD_t package;
  pid_t process;
  bool has_begun, in_scriptlet;
  /* The exit code of the running scriptlet, as a shell would say it. */
  int exit;
  /* Hashes of warnings that were told, so that none is told for each file. */
  unsigned told[REMEMBERED];
} watch;

/* Whether a text was told already, most likely. */
static bool is_known(const char *text) {
  unsigned hash = 2166136261u;
  for (const char *at = text; *at; at++) hash = (hash ^ (unsigned char)*at) * 16777619u;
  unsigned *place = watch.told + hash % REMEMBERED;
  bool known = *place == hash;
  *place = hash;
  return known;
}

/* Reads how a scriptlet ended, which librpm tells in words alone.
 *
 * Source: rpm 4.18, lib/rpmscript.c, runExtScript. */
static bool read_ending(const char *text) {
  const char *words = strstr(text, "scriptlet failed, ");
  int number;
  if (!words) return false;
  if (sscanf(words, "scriptlet failed, exit status %d", &number) == 1) watch.exit = number;
  if (sscanf(words, "scriptlet failed, signal %d", &number) == 1) watch.exit = SIGNALLED + number;
  return true;
}

static int take_record(rpmlogRec record, rpmlogCallbackData unused) {
  (void)unused;
  char text[TEXT_LIMIT];
  snprintf(text, sizeof text, "%s", rpmlogRecMessage(record));
  if (getpid() != watch.process) {
    // A child that cannot start an interpreter; what it says belongs to the scriptlet.
    dprintf(STDERR_FILENO, "%s", text);
  } else if (watch.in_scriptlet) {
    if (!read_ending(text)) collector_add(text);
  } else {
    text[strcspn(text, "\n")] = 0;
    if (*text && !is_known(text)) event_warning(text);
  }
  return 0;
}

void watch_log(void) {
  watch.process = getpid();
  rpmSetVerbosity(RPMLOG_WARNING);
  rpmlogSetCallback(take_record, NULL);
}

/* Opens the file of a package for librpm, which closes none by itself. */
static void *open_package(const char *path) {
  watch.package = Fopen(path, "r.ufdio");
  if (watch.package && Ferror(watch.package)) {
    Fclose(watch.package);
    watch.package = NULL;
  }
  return watch.package;
}

/* Begins to gather what a scriptlet prints. */
static void begin_scriptlet(void) {
  watch.in_scriptlet = true;
  watch.exit = NOT_TOLD;
  collector_clear();
}

/* Tells of a scriptlet that has ended. */
static void end_scriptlet(Header header, rpmTagVal tag, rpmRC result) {
  char output[TEXT_LIMIT];
  size_t length = collector_take(output, sizeof output);
  char *label = headerGetAsString(header, RPMTAG_NEVRA);
  struct member *member = label ? members_labelled(watch.members, label) : NULL;
  watch.in_scriptlet = false;
  if (member) member_note_run(member, tag);
  if (result == RPMRC_OK) watch.exit = 0;
  event_begin();
  event_text("scriptlet", scriptlet_name(tag));
  event_text("package", label);
  tell_interpreter(header, tag);
  event_flag("ran", true);
  // One in Lua has no exit code.
  event_number("exit", watch.exit == NOT_TOLD ? 1 : watch.exit);
  event_bytes("output", output, length);
  event_end();
  free(label);
}

static void *take_notice(const void *header, const rpmCallbackType what, const rpm_loff_t amount,
                         const rpm_loff_t total, fnpyKey key, rpmCallbackData unused) {
  (void)unused;
  switch (what) {
    case RPMCALLBACK_INST_OPEN_FILE: return open_package(key);
    case RPMCALLBACK_INST_CLOSE_FILE:
      Fclose(watch.package);
      watch.package = NULL;
      break;
    case RPMCALLBACK_INST_START: watch.has_begun = true; break;
    case RPMCALLBACK_SCRIPT_START: begin_scriptlet(); break;
    case RPMCALLBACK_SCRIPT_STOP: end_scriptlet((Header)header, amount, total); break;
    default: break;
  }
  return NULL;
}

void watch_transaction(rpmts transaction, struct members *members) {
  watch.members = members;
  rpmtsSetNotifyCallback(transaction, take_notice, NULL);
}

bool watch_has_begun(void) { return watch.has_begun; }
