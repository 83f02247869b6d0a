#include "members.h"

#include <rpm/rpmds.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmtag.h>
#include <rpm/rpmtd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "events.h"

/* The scriptlets that an installation runs. librpm names those of triggers by these tags too, the
 * ones of files and of whole transactions like the others (lib/rpmscript.c, triggertag). */
static const struct {
  const char *name;
  rpmTagVal tag, program, sense;
} kinds[] = {
    {"pretrans", RPMTAG_PRETRANS, RPMTAG_PRETRANSPROG, 0},
    {"pre", RPMTAG_PREIN, RPMTAG_PREINPROG, 0},
    {"post", RPMTAG_POSTIN, RPMTAG_POSTINPROG, 0},
    {"posttrans", RPMTAG_POSTTRANS, RPMTAG_POSTTRANSPROG, 0},
    {"triggerprein", RPMTAG_TRIGGERPREIN, 0, RPMSENSE_TRIGGERPREIN},
    {"triggerin", RPMTAG_TRIGGERIN, 0, RPMSENSE_TRIGGERIN},
    {"triggerun", RPMTAG_TRIGGERUN, 0, RPMSENSE_TRIGGERUN},
    {"triggerpostun", RPMTAG_TRIGGERPOSTUN, 0, RPMSENSE_TRIGGERPOSTUN},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The three kinds of triggers, by what sets them off: a package, a file, a file of any package. */
static const struct {
  const char *prefix;
  rpmTagVal condition, flags, index, programs;
} modes[] = {
    {"", RPMTAG_TRIGGERNAME, RPMTAG_TRIGGERFLAGS, RPMTAG_TRIGGERINDEX, RPMTAG_TRIGGERSCRIPTPROG},
    {"file", RPMTAG_FILETRIGGERNAME, RPMTAG_FILETRIGGERFLAGS, RPMTAG_FILETRIGGERINDEX,
     RPMTAG_FILETRIGGERSCRIPTPROG},
    {"transfile", RPMTAG_TRANSFILETRIGGERNAME, RPMTAG_TRANSFILETRIGGERFLAGS,
     RPMTAG_TRANSFILETRIGGERINDEX, RPMTAG_TRANSFILETRIGGERSCRIPTPROG},
};

bool members_add(struct members *members, char *path, Header header) {
  if (members->count == MEMBER_LIMIT) return false;
  // In steps of a power of two, so that only a full array is made larger.
  if ((members->count & (members->count - 1)) == 0) {
    size_t room = members->count ? 2 * members->count : 1;
    members->all = realloc(members->all, room * sizeof *members->all);
    if (!members->all) abort();
  }
  members->all[members->count++] = (struct member){
      .path = path,
      .label = headerGetAsString(header, RPMTAG_NEVRA),
      .header = headerLink(header),
  };
  return true;
}

struct member *members_labelled(const struct members *members, const char *label) {
  for (size_t i = 0; i < members->count; i++)
    if (strcmp(members->all[i].label, label) == 0) return members->all + i;
  return NULL;
}

struct member *members_of_file(const struct members *members, const void *path) {
  for (size_t i = 0; i < members->count; i++)
    if (members->all[i].path == path) return members->all + i;
  return NULL;
}

/* The place of a tag among the kinds; their number where it is none of them. */
static int kind_of(rpmTagVal tag) {
  int kind = 0;
  while (kind < KINDS && kinds[kind].tag != tag) kind++;
  return kind;
}

const char *scriptlet_name(rpmTagVal tag) {
  int kind = kind_of(tag);
  return kind < KINDS ? kinds[kind].name : rpmTagGetName(tag);
}

void member_note_run(struct member *member, rpmTagVal tag) { member->ran |= 1u << kind_of(tag); }

void tell_interpreter(Header header, rpmTagVal tag) {
  int kind = kind_of(tag);
  struct rpmtd_s program;
  // One that names none is for the shell; triggers have theirs in a list that the tag is no key of.
  if (kind == KINDS || !kinds[kind].program) return;
  if (!headerGet(header, kinds[kind].program, &program, HEADERGET_MINMEM))
    return event_text("interpreter", "/bin/sh");
  rpmtdNext(&program);
  event_text("interpreter", rpmtdGetString(&program));
  rpmtdFreeData(&program);
}

long member_files(const struct member *member) {
  rpmfiles files = rpmfilesNew(NULL, member->header, 0, RPMFI_KEEPHEADER);
  long count = rpmfilesFC(files);
  rpmfilesFree(files);
  return count;
}

/* Begins a line on one file of a package. */
static void begin_file(const char *name, const char *kind, const char *package, rpmfiles files,
                       int index) {
  char *path = rpmfilesFN(files, index);
  event_begin();
  event_text(name, kind);
  event_text("package", package);
  event_text("path", path);
  free(path);
}

bool member_tell_special_files(const struct member *member) {
  rpmfiles files = rpmfilesNew(NULL, member->header, 0, RPMFI_KEEPHEADER);
  bool found = false;
  for (int i = 0; i < (int)rpmfilesFC(files); i++) {
    mode_t mode = rpmfilesFMode(files, i);
    bool is_plain = S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode);
    if (is_plain || rpmfilesFFlags(files, i) & RPMFILE_GHOST) continue;
    begin_file("problem", "special-file", member->label, files, i);
    event_text("text", "it is a device node, a pipe or a socket");
    event_end();
    found = true;
  }
  rpmfilesFree(files);
  return found;
}

/* Tells what is left out of one file. */
static void tell_file(const struct member *member, rpmfiles files, int index) {
  const char *user = rpmfilesFUser(files, index), *group = rpmfilesFGroup(files, index);
  const char *capabilities = rpmfilesFCaps(files, index);
  if (user && group && (strcmp(user, "root") || strcmp(group, "root"))) {
    begin_file("left_out", "owner", member->label, files, index);
    event_text("user", user);
    event_text("group", group);
    event_end();
  }
  if (rpmfilesFMode(files, index) & (S_ISUID | S_ISGID)) {
    bool user_bit = rpmfilesFMode(files, index) & S_ISUID;
    begin_file("left_out", user_bit ? "setuid" : "setgid", member->label, files, index);
    event_end();
  }
  if (capabilities && *capabilities) {
    begin_file("left_out", "capabilities", member->label, files, index);
    event_text("text", capabilities);
    event_end();
  }
}

void member_tell_left_out(const struct member *member) {
  rpmfiles files = rpmfilesNew(NULL, member->header, 0, RPMFI_KEEPHEADER);
  for (int i = 0; i < (int)rpmfilesFC(files); i++)
    if (!(rpmfilesFFlags(files, i) & RPMFILE_GHOST)) tell_file(member, files, i);
  rpmfilesFree(files);
}

/* Tells a trigger on one condition, for each moment at which it is set off. */
static void tell_trigger(const struct member *member, const char *prefix, const char *condition,
                         uint32_t flags, const char *program) {
  for (int kind = 0; kind < KINDS; kind++) {
    char name[64];
    if (!(flags & kinds[kind].sense)) continue;
    snprintf(name, sizeof name, "%s%s", prefix, kinds[kind].name);
    event_begin();
    event_text("trigger", condition);
    event_text("package", member->label);
    event_text("kind", name);
    event_text("interpreter", program);
    event_flag("ran", member->ran & 1u << kind);
    event_end();
  }
}

/* Tells the triggers of one mode; a script may stand for several conditions. */
static void tell_triggers(const struct member *member, int mode) {
  struct rpmtd_s conditions, flags, indices, programs;
  headerGetFlags how = HEADERGET_MINMEM;
  bool whole = headerGet(member->header, modes[mode].condition, &conditions, how);
  whole = headerGet(member->header, modes[mode].flags, &flags, how) && whole;
  whole = headerGet(member->header, modes[mode].index, &indices, how) && whole;
  headerGet(member->header, modes[mode].programs, &programs, how);
  while (whole && rpmtdNext(&conditions) >= 0 && rpmtdNext(&flags) >= 0 &&
         rpmtdNext(&indices) >= 0) {
    bool known = rpmtdSetIndex(&programs, *rpmtdGetUint32(&indices)) >= 0;
    tell_trigger(member, modes[mode].prefix, rpmtdGetString(&conditions), *rpmtdGetUint32(&flags),
                 known ? rpmtdGetString(&programs) : NULL);
  }
  rpmtdFreeData(&conditions);
  rpmtdFreeData(&flags);
  rpmtdFreeData(&indices);
  rpmtdFreeData(&programs);
}

void member_tell_triggers(const struct member *member) {
  for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++) tell_triggers(member, mode);
}

void member_tell_idle_scriptlets(const struct member *member) {
  for (int kind = 0; kind < KINDS; kind++) {
    bool carries = headerIsEntry(member->header, kinds[kind].tag) ||
                   (kinds[kind].program && headerIsEntry(member->header, kinds[kind].program));
    if (kinds[kind].sense || !carries || member->ran & 1u << kind) continue;
    event_begin();
    event_text("scriptlet", kinds[kind].name);
    event_text("package", member->label);
    tell_interpreter(member->header, kinds[kind].tag);
    event_flag("ran", false);
    event_end();
  }
}
