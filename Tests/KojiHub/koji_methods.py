"""What a hub of Koji answers, of the methods that reading and tagging builds needs.

Names, arguments and members are those of kojihub/kojihub.py; times are all the same.
"""

import itertools
import os
import threading
import time

import koji

TIME = "2026-11-26 20:28:10.123456+00:00"
TS = 1795724890.123456
# How long a task takes, in seconds.
MOMENT = 0.1


class Hub:
    def __init__(self, state):
        self.lock = threading.RLock()
        self.state = collections_of(state)
        self.sessions = {}
        self.numbers = itertools.count(1)
        self.paths = koji.PathInfo(topdir="/kojifiles")
        self.files = {}
        builds = {build["id"]: self.getBuild(build["id"]) for build in self.state["builds"]}
        for rpm in self.state["rpms"]:
            folder = self.paths.build(builds[rpm["build_id"]])
            self.files["%s/%s" % (folder, self.paths.rpm(rpm))] = rpm["file"]
            for key in rpm.get("keys", ()):
                self.files["%s/%s" % (folder, self.paths.signed(rpm, key))] = (
                    rpm.get("signed", rpm["file"]))
        for task in self.state["tasks"]:
            for output in task.get("outputs", ()):
                folder = self.paths.task(task["id"], output.get("volume", "DEFAULT"))
                self.files["%s/%s" % (folder, output["name"])] = output["file"]

    def file(self, path):
        """The file of this host at a path of the server; nothing where there is none."""
        if not path.startswith("/folders/"):
            return self.files.get(path)
        name, _, rest = path[len("/folders/"):].partition("/")
        folder = self.state["folders"].get(name)
        place = os.path.realpath(os.path.join(folder or "/none", rest))
        inside = folder and place.startswith(os.path.realpath(folder) + "/")
        return place if inside else None

    # Calls and logins

    def session(self, headers, method):
        """The session of a request; a number that did something before does nothing again."""
        if "Koji-Session-Id" not in headers:
            return None
        session = self.sessions.get(int(headers["Koji-Session-Id"]))
        if session is None or session["key"] != headers["Koji-Session-Key"]:
            raise koji.AuthError("Invalid session or bad credentials")
        number = int(headers["Koji-Session-Callnum"])
        if session["number"] > number:
            raise koji.SequenceError("%s > %s" % (session["number"], number))
        if session["number"] == number:
            raise koji.RetryError("unable to retry call %s (method %s)" % (number, method))
        session["asked"] = number
        return session

    def call(self, method, parameters, session, certified):
        with self.lock:
            self.work()
            if method == "multiCall":
                return [self.collect(call, session) for call in parameters[0]]
            return self.dispatch(method, parameters, session, certified)

    def collect(self, call, session):
        try:
            return [self.dispatch(call["methodName"], call["params"], session, None)]
        except Exception as error:
            return {"faultCode": getattr(error, "faultCode", 1), "faultString": str(error)}

    def dispatch(self, method, parameters, session, certified):
        arguments, named = koji.decode_args(*parameters)
        if method == "sslLogin":
            return self.login(certified)
        if method in ("tagBuild", "moveBuild", "logout", "getLoggedInUser"):
            if session is None:
                raise koji.AuthError("Not logged in")
            if method == "getLoggedInUser":
                return session["user"]
            session["number"] = session["asked"]
            if method == "logout":
                del self.sessions[session["id"]]
                return None
        if method.startswith("_") or method in ("session", "call", "collect", "login", "work"):
            raise koji.GenericError("Invalid method: %s" % method)
        function = getattr(self, method, None)
        if function is None:
            raise koji.GenericError("Invalid method: %s" % method)
        return function(*arguments, **named)

    def login(self, certified):
        user = next((user for user in self.state["users"] if user["name"] == certified), None)
        if user is None:
            raise koji.AuthError("could not verify client: %s" % certified)
        number = next(self.numbers)
        self.sessions[number] = {"id": number, "key": "%d-key" % number, "number": -1, "user": user}
        return {"session-id": number, "session-key": "%d-key" % number, "header-auth": True}

    # Tags

    def getAPIVersion(self):
        return koji.API_VERSION

    def getKojiVersion(self):
        return "1.36.1"

    def getLastEvent(self, before=None, strict=True):
        return {"id": max([0] + [event["id"] for event in self.state["events"]]), "ts": TS}

    def getTag(self, tagInfo, strict=False, event=None, blocked=False):
        for tag in self.state["tags"]:
            if tagInfo in (tag["id"], tag["name"]) and tag.get("created", 0) <= (event or 1 << 62):
                return {
                    "id": tag["id"], "name": tag["name"], "perm_id": None, "perm": None,
                    "arches": tag.get("arches", "x86_64"), "locked": tag.get("locked", False),
                    "maven_support": False, "maven_include_all": False, "extra": {}}
        if strict:
            raise koji.GenericError("No such tagInfo: %r" % tagInfo)
        return None

    def tagged(self, name, event):
        """The numbers of a tag's builds at an event, those tagged last first."""
        found = []
        for change in self.state["events"]:
            if change.get("tag") != name or event is not None and change["id"] > event:
                continue
            if change["does"] == "tag":
                found.insert(0, (change["build"], change["id"]))
            else:
                found = [entry for entry in found if entry[0] != change["build"]]
        return found

    def family(self, name):
        """A tag and those it has builds from, the nearest first."""
        tag = next(tag for tag in self.state["tags"] if tag["name"] == name)
        names = [name]
        for parent in tag.get("parents", ()):
            names += [other for other in self.family(parent) if other not in names]
        return names

    def listTagged(self, tag, event=None, inherit=False, prefix=None, latest=False, package=None,
                   owner=None, type=None, strict=True, extra=False, draft=None):
        tag = self.getTag(tag, strict=strict, event=event)
        if not tag:
            return []
        found, seen = [], set()
        for name in self.family(tag["name"]) if inherit else [tag["name"]]:
            for number, create_event in self.tagged(name, event):
                build = self.getBuild(number)
                if build["state"] != koji.BUILD_STATES["COMPLETE"]:
                    continue
                if package is not None and build["name"] != package:
                    continue
                if draft is not None and build["draft"] != draft:
                    continue
                if latest and build["name"] in seen:
                    continue
                seen.add(build["name"])
                owner_tag = self.getTag(name)
                row = {key: build[key] for key in build if key not in ("source", "extra")}
                row.update(tag_id=owner_tag["id"], tag_name=name, create_event=create_event)
                found.append(row)
        return found

    def getLatestBuilds(self, tag, event=None, package=None, type=None, draft=None):
        if not isinstance(tag, int):
            tag = self.getTag(tag, strict=True, event=event)["id"]
        return self.listTagged(tag, event, inherit=True, latest=True, package=package, draft=draft)

    def listTags(self, build=None, package=None, perms=True, queryOpts=None, pattern=None):
        names = [tag["name"] for tag in self.state["tags"]]
        if build is not None:
            number = self.getBuild(build, strict=True)["id"]
            names = [name for name in names
                     if number in [entry[0] for entry in self.tagged(name, None)]]
        return [self.getTag(name) for name in names]

    def listSideTags(self, basetag=None, user=None, queryOpts=None):
        found = []
        for side in self.state["sidetags"]:
            if basetag is not None and basetag not in self.family(side["tag"])[1:]:
                continue
            owner = self.getUser(side["user"])
            if user is None or user in (owner["id"], owner["name"]):
                tag = self.getTag(side["tag"])
                found.append({"id": tag["id"], "name": tag["name"], "user_id": str(owner["id"]),
                              "user_name": owner["name"]})
        return found

    # Builds and packages

    def getBuild(self, buildInfo, strict=False):
        wanted = buildInfo
        if isinstance(wanted, str):
            wanted = koji.parse_NVR(wanted)
        for build in self.state["builds"]:
            same = wanted == build["id"] if isinstance(wanted, int) else all(
                wanted[key] == build[key] for key in ("name", "version", "release"))
            if same:
                return complete(build)
        if strict:
            raise koji.GenericError("No such build: %s" % buildInfo)
        return None

    def listBuilds(self, packageID=None, userID=None, taskID=None, **_):
        return [complete(build) for build in self.state["builds"]
                if taskID is not None and build.get("task_id") == taskID]

    def listRPMs(self, buildID=None, buildrootID=None, imageID=None, componentBuildrootID=None,
                 hostID=None, arches=None, queryOpts=None, draft=None):
        wanted = [arches] if isinstance(arches, str) else arches
        return [row(rpm) for rpm in self.state["rpms"]
                if rpm["build_id"] == buildID and (wanted is None or rpm["arch"] in wanted)]

    def listBuildRPMs(self, build):
        return self.listRPMs(buildID=self.getBuild(build, strict=True)["id"])

    def getRPM(self, rpminfo, strict=False, multi=False):
        for rpm in self.state["rpms"]:
            if rpminfo in (rpm["id"], "%(name)s-%(version)s-%(release)s.%(arch)s" % rpm):
                return row(rpm)
        return None

    def queryRPMSigs(self, rpm_id=None, sigkey=None, queryOpts=None):
        return [{"rpm_id": rpm["id"], "sigkey": key, "sighash": "0" * 32}
                for rpm in self.state["rpms"] if rpm["id"] == rpm_id
                for key in rpm.get("keys", ()) if sigkey in (None, key)]

    def nothing(self, *_, **__):
        return None

    def none(self, *_, **__):
        return []

    getMavenBuild = getWinBuild = getHost = nothing

    def getEvent(self, id):
        return {"id": id, "ts": TS}

    listArchives = listBuildroots = getChangelogEntries = none

    def getRPMHeaders(self, rpmID=None, **_):
        return {}

    # Tasks

    def find(self, number):
        return next((task for task in self.state["tasks"] if task["id"] == number), None)

    def getTaskInfo(self, task_id, request=False, strict=False):
        task = self.find(task_id)
        if task is None:
            if strict:
                raise koji.GenericError("No such task: %s" % task_id)
            return None
        info = {
            "id": task_id, "method": task["method"], "arch": task.get("arch", "noarch"),
            "state": task["state"], "parent": task.get("parent"), "label": task.get("arch"),
            "owner": 1, "host_id": None, "channel_id": 1, "priority": 20, "weight": 1.0,
            "awaited": None, "waiting": False, "create_time": TIME, "create_ts": TS,
            "start_time": TIME, "start_ts": TS, "completion_time": TIME, "completion_ts": TS}
        if request:
            info["request"] = self.getTaskRequest(task_id)
        return info

    def getTaskChildren(self, task_id, request=False, strict=False):
        return [self.getTaskInfo(task["id"], request) for task in self.state["tasks"]
                if task.get("parent") == task_id]

    def getTaskRequest(self, taskId):
        return self.find(taskId).get("request", [])

    def getTaskResult(self, taskId, raise_fault=True):
        task = self.find(taskId)
        if "failure" in task:
            raise koji.TagError(task["failure"])
        return None

    def listTaskOutput(self, taskID, stat=False, all_volumes=False, strict=False):
        found = {}
        for output in self.find(taskID).get("outputs", ()):
            status = os.stat(output["file"])
            volume = output.get("volume", "DEFAULT")
            told = {"st_size": str(status.st_size), "st_mtime": status.st_mtime}
            if all_volumes:
                volumes = found.setdefault(output["name"], {} if stat else [])
                volumes.update({volume: told}) if stat else volumes.append(volume)
            else:
                found[output["name"]] = told
        return found if stat or all_volumes else list(found)

    def getUser(self, userInfo=None, strict=False, krb_princs=True, groups=False):
        return next((user for user in self.state["users"]
                     if userInfo in (user["id"], user["name"])), None)

    def tagBuild(self, tag, build, force=False, fromtag=None):
        build = self.getBuild(build, strict=True)
        tag = self.getTag(tag, strict=True)
        if fromtag is not None:
            fromtag = self.getTag(fromtag, strict=True)["name"]
        if build["state"] != koji.BUILD_STATES["COMPLETE"]:
            state = koji.BUILD_STATES[build["state"]]
            raise koji.TagError("build %s not complete: state %s" % (build["nvr"], state))
        if tag["locked"]:
            raise koji.TagError("tag %s is locked" % tag["name"])
        packages = next(entry for entry in self.state["tags"] if entry["id"] == tag["id"])
        if build["name"] not in packages.get("packages", [build["name"]]):
            raise koji.TagError("Package %s not in list for %s" % (build["name"], tag["name"]))
        number = max([0] + [task["id"] for task in self.state["tasks"]]) + 1
        self.state["tasks"].append({
            "id": number, "method": "tagBuild", "state": koji.TASK_STATES["FREE"],
            "request": [tag["id"], build["id"], force, fromtag], "due": time.monotonic() + MOMENT,
            "work": (tag["name"], build["id"], fromtag)})
        return number

    def moveBuild(self, tag1, tag2, build, force=False):
        return self.tagBuild(tag2, build, force=force, fromtag=tag1)

    def work(self):
        """Does what tasks are there for, once their moment has come."""
        for task in self.state["tasks"]:
            if "work" not in task or time.monotonic() < task["due"]:
                continue
            name, build, fromtag = task.pop("work")
            failure = next(
                entry.get("untaggable") for entry in self.state["builds"] if entry["id"] == build)
            if failure:
                task.update(state=koji.TASK_STATES["FAILED"], failure=failure)
                continue
            event = self.getLastEvent()["id"] + 1
            if fromtag is not None:
                self.change(event, "untag", fromtag, build)
            lost = next(
                entry.get("vanishes") for entry in self.state["builds"] if entry["id"] == build)
            if not lost:
                self.change(event, "tag", name, build)
            task["state"] = koji.TASK_STATES["CLOSED"]

    def change(self, event, does, tag, build):
        self.state["events"].append({"id": event, "does": does, "tag": tag, "build": build})


def collections_of(state):
    names = ("tags", "builds", "rpms", "events", "tasks", "sidetags", "users")
    return {"folders": state.get("folders", {}), **{name: state.get(name, []) for name in names}}


def complete(build):
    return {
        "id": build["id"], "build_id": build["id"], "name": build["name"], "package_id": 1,
        "package_name": build["name"], "version": build["version"], "release": build["release"],
        "epoch": build.get("epoch"), "nvr": "%(name)s-%(version)s-%(release)s" % build,
        "state": build.get("state", 1), "draft": build.get("draft", False),
        "task_id": build.get("task_id"), "owner_id": 1, "owner_name": "builder",
        "volume_id": 0, "volume_name": build.get("volume", "DEFAULT"),
        "creation_event_id": 1, "creation_time": TIME, "creation_ts": TS, "start_time": TIME,
        "start_ts": TS, "completion_time": TIME, "completion_ts": TS, "promotion_time": None,
        "promotion_ts": None, "promoter_id": None, "promoter_name": None, "cg_id": None,
        "cg_name": None, "source": build.get("source"), "extra": None}


def row(rpm):
    return {
        "id": rpm["id"], "name": rpm["name"], "version": rpm["version"],
        "release": rpm["release"], "nvr": "%(name)s-%(version)s-%(release)s" % rpm,
        "arch": rpm["arch"], "epoch": rpm.get("epoch"), "draft": rpm.get("draft", False),
        "payloadhash": rpm.get("payloadhash", "%032x" % rpm["id"]),
        "size": rpm.get("size") or os.path.getsize(rpm["file"]), "buildtime": int(TS),
        "build_id": rpm["build_id"], "buildroot_id": None, "external_repo_id": 0,
        "external_repo_name": "INTERNAL", "metadata_only": False, "extra": None}
