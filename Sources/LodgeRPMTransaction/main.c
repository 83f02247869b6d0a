/* Installs RPM packages into a root, as one transaction of librpm:
 *
 *   lodge-rpm-transaction [--scriptlets] [--test] ROOT [LIST]
 *
 * LIST names a package file a line; without it they come on standard input. Runs as user 0 of a
 * sandbox. Tells what happens on standard output, a JSON object a line, the last one {"done":…}.
 *
 * Source: rpm 4.18, lib/transaction.c, lib/depends.c, lib/fsm.c, lib/psm.c. */
#include <errno.h>
#include <fcntl.h>
#include <nss.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmps.h>
#include <rpm/rpmte.h>
#include <rpm/rpmts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector.h"
#include "confinement.h"
#include "events.h"
#include "members.h"
#include "problems.h"
#include "watch.h"

enum ending { INSTALLED = 0, REFUSED = 1, TROUBLE = 2, BROKEN_OFF = 3 };

struct wish {
  bool scriptlets, test;
  const char *root, *list;
};

/* Tells what went wrong here, and ends. */
static enum ending trouble(const char *what, const char *why) {
  char text[TEXT_LIMIT];
  snprintf(text, sizeof text, "%s: %s", what, why);
  event_warning(text);
  return TROUBLE;
}

/* Reads the command line; false where it is none of this program. */
static bool read_wish(int count, char **words, struct wish *wish) {
  int next = 1;
  for (; next < count && strncmp(words[next], "--", 2) == 0; next++) {
    if (strcmp(words[next], "--scriptlets") == 0) wish->scriptlets = true;
    else if (strcmp(words[next], "--test") == 0) wish->test = true;
    else return false;
  }
  if (count - next < 1 || count - next > 2 || words[next][0] != '/') return false;
  wish->root = words[next];
  wish->list = words[next + 1];
  return true;
}

/* Gives librpm and scriptlets an environment of this program's own. */
static bool settle_environment(void) {
  return clearenv() == 0 && setenv("HOME", "/", 1) == 0 && setenv("LC_ALL", "C", 1) == 0 &&
         setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) == 0 && chdir("/") == 0 &&
         // Names of owners are looked up inside the root. Libraries that its nsswitch.conf names
         // would be loaded from there, into this process.
         __nss_configure_lookup("passwd", "files") == 0 &&
         __nss_configure_lookup("group", "files") == 0;
}

/* What the host may not decide. Macros that librpm has no use for keep their values. */
static const char *const macros[][2] = {
    // Where Fedora and CentOS Stream 10 have it. There /var/lib/rpm is a link to it, which could
    // not be installed over a folder. On CentOS Stream 9, where that is a folder, both can stand.
    {"_dbpath", "/usr/lib/sysimage/rpm"},
    {"_db_backend", "sqlite"},
    {"_pkgverify_level", "digest"},
    {"_install_langs", "all"},
    {"_excludedocs", "0"},
    {"_tmppath", "/var/tmp"},
    // Packages for 32 bits beside those for 64, as macros of Red Hat's platforms have it.
    {"_transaction_color", "3"},
    {"_prefer_color", "2"},
    {"_flush_io", "0"},
    {"_minimize_writes", "0"},
    {"__plugindir", "/nonexistent"},
};

/* Reads librpm's own configuration, and none that an administrator or a package added to it. */
static bool configure(bool scriptlets) {
  macrofiles = "/usr/lib/rpm/macros";
  if (rpmReadConfigFiles("/usr/lib/rpm/rpmrc", NULL)) return false;
  for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
    rpmPushMacro(NULL, macros[i][0], NULL, macros[i][1], RMIL_CMDLINE);
  // For scriptlets these are mounted, and a package that owns them could not change them.
  if (scriptlets) rpmPushMacro(NULL, "_netsharedpath", NULL, "/proc:/dev", RMIL_CMDLINE);
  return true;
}

/* Begins a transaction in a root. */
static rpmts begin(const struct wish *wish) {
  rpmts transaction = rpmtsCreate();
  rpmtransFlags flags = RPMTRANS_FLAG_NOPLUGINS | RPMTRANS_FLAG_NOCAPS | RPMTRANS_FLAG_NOCONTEXTS;
  if (!wish->scriptlets) flags |= RPMTRANS_FLAG_NOSCRIPTS | RPMTRANS_FLAG_NOTRIGGERS;
  rpmtsSetRootDir(transaction, wish->root);
  rpmtsSetFlags(transaction, flags);
  // Signatures are the caller's: librpm would look for keys in the new root.
  rpmtsSetVSFlags(transaction, _RPMVSF_NOSIGNATURES);
  rpmtsSetVfyFlags(transaction, _RPMVSF_NOSIGNATURES);
  rpmtsSetVfyLevel(transaction, RPMSIG_DIGEST_TYPE);
  return transaction;
}

/* Tells a problem that is found before librpm looks for any. */
static void refuse(const char *problem, const char *package, const char *other, const char *text) {
  event_begin();
  event_text("problem", problem);
  event_text("package", package);
  event_text("other", other);
  event_text("text", text);
  event_end();
}

/* Tells of a package that librpm drops from a set without a word, as another has its place. */
static int tell_dropped(int event, rpmte dropped, rpmte other, void *data) {
  if (event != RPMTS_EVENT_DEL) return 0;
  *(int *)data += 1;
  refuse("obsoletes", rpmteNEVRA(dropped), rpmteNEVRA(other),
         "another package of the set obsoletes it");
  return 0;
}

/* Adds a package to the transaction; tells where that cannot be, and counts it as a problem. */
static int add(rpmts transaction, struct members *members, char *path) {
  FD_t file = Fopen(path, "r.ufdio");
  Header header = NULL;
  rpmRC code = file && !Ferror(file) ? rpmReadPackageFile(transaction, file, path, &header)
                                     : RPMRC_FAIL;
  if (file) Fclose(file);
  if (code == RPMRC_NOTFOUND || code == RPMRC_FAIL || !header) {
    refuse("verify", path, NULL, "no whole package file");
    return 1;
  }
  char *label = headerGetAsString(header, RPMTAG_NEVRA);
  const char *problem = headerIsSource(header) ? "architecture" : NULL;
  const char *text = "a source package is nothing to install";
  int before = rpmtsNElements(transaction), problems = 0;
  rpmtsSetChangeCallback(transaction, tell_dropped, &problems);
  if (!problem && rpmtsAddInstallElement(transaction, header, path, 0, NULL)) {
    problem = "other";
    text = "its payload is of a kind that librpm does not know";
  } else if (!problem && !problems && rpmtsNElements(transaction) == before) {
    bool twin = members_labelled(members, label) != NULL;
    problem = twin ? "already-installed" : "obsoletes";
    text = twin ? "the set has it twice" : "another package of the set obsoletes it";
  }
  if (problem) refuse(problem, label, NULL, text);
  else if (!members_add(members, path, header)) abort();
  free(label);
  headerFree(header);
  return problems + (problem != NULL);
}

/* Adds the packages of the list; the number of problems, or -1 where it cannot be read. */
static int add_all(rpmts transaction, struct members *members, const char *list) {
  FILE *file = list ? fopen(list, "re") : stdin;
  char *line = NULL;
  size_t room = 0;
  int problems = 0;
  if (!file) return -1;
  while (getline(&line, &room, file) > 0) {
    line[strcspn(line, "\n")] = 0;
    if (!*line) continue;
    if (members->count == MEMBER_LIMIT) return errno = E2BIG, -1;
    // Kept to the end: librpm has it as the key of the package.
    problems += add(transaction, members, strdup(line));
  }
  free(line);
  return ferror(file) ? -1 : problems;
}

/* Looks for problems of all kinds, before anything is written; how many there are. */
static int check(rpmts transaction, const struct members *members, int problems) {
  for (size_t i = 0; i < members->count; i++)
    problems += member_tell_special_files(members->all + i);
  rpmtransFlags flags = rpmtsFlags(transaction);
  rpmtsCheck(transaction);
  rpmtsOrder(transaction);
  // Conflicts of files are found in a run only, and there after the first scriptlets. A run that
  // only tests knows them and runs none.
  rpmtsSetFlags(transaction, flags | RPMTRANS_FLAG_TEST);
  int code = rpmtsRun(transaction, NULL, RPMPROB_FILTER_NONE);
  rpmtsSetFlags(transaction, flags);
  int found = tell_problems(transaction);
  return code < 0 && !found ? -1 : problems + found;
}

/* Tells the packages that stand in the root, and how many there are. */
static int tell_installed(rpmts transaction, const struct members *members) {
  rpmtsi iterator = rpmtsiInit(transaction);
  rpmte element;
  int count = 0;
  while ((element = rpmtsiNext(iterator, TR_ADDED))) {
    const struct member *member = members_of_file(members, rpmteKey(element));
    if (rpmteFailed(element) || !member) continue;
    event_begin();
    event_text("installed", member->label);
    event_number("files", member_files(member));
    event_end();
    count++;
  }
  rpmtsiFree(iterator);
  return count;
}

/* Installs what was found to have no problems. */
static enum ending run(rpmts transaction, const struct members *members, int *count) {
  // Their digests were verified a moment ago.
  rpmtsSetVfyLevel(transaction, 0);
  int code = rpmtsRun(transaction, NULL, RPMPROB_FILTER_NONE);
  if (code > 0) return tell_problems(transaction), REFUSED;
  if (!watch_has_begun() && members->count) return TROUBLE;
  *count = tell_installed(transaction, members);
  for (size_t i = 0; i < members->count; i++) {
    member_tell_left_out(members->all + i);
    member_tell_triggers(members->all + i);
    member_tell_idle_scriptlets(members->all + i);
  }
  return code ? BROKEN_OFF : INSTALLED;
}

/* Does what was wished; how it ended, and how many packages are in the root. */
static enum ending fulfil(const struct wish *wish, int *count) {
  struct members members = {0};
  rpmts transaction = begin(wish);
  watch_transaction(transaction, &members);
  int problems = add_all(transaction, &members, wish->list);
  if (problems < 0) return trouble("the list of packages", strerror(errno));
  problems = check(transaction, &members, problems);
  if (problems < 0) return trouble(wish->root, "librpm cannot look at it");
  if (problems) return REFUSED;
  *count = wish->test ? (int)members.count : 0;
  enum ending ending = wish->test ? INSTALLED : run(transaction, &members, count);
  rpmtsCloseDB(transaction);
  rpmtsFree(transaction);
  return ending;
}

int main(int words, char **word) {
  struct wish wish = {0};
  int count = 0;
  enum ending ending;
  if (!read_wish(words, word, &wish)) {
    dprintf(STDERR_FILENO, "lodge-rpm-transaction [--scriptlets] [--test] ROOT [LIST]\n");
    return TROUBLE;
  }
  if (!events_take_output() || !collector_start()) return TROUBLE;
  watch_log();
  if (!settle_environment()) ending = trouble("the environment", strerror(errno));
  else if (!configure(wish.scriptlets)) ending = trouble("librpm", "cannot read its configuration");
  else if (!confine()) ending = trouble("the sandbox", strerror(errno));
  else ending = fulfil(&wish, &count);
  event_begin();
  event_flag("done", ending == INSTALLED);
  event_number("packages", count);
  event_end_all();
  // Without librpm's clean-up at exit, in the face of a thread that still waits.
  _exit(ending);
}
