"""Serves a hub of Koji from a file: its interface, its files, and on request its faults.

Folders of the state are served below /folders, as repositories are.

The wire format, the codes of faults and the paths of files are those of the module koji, so that a
client is not tested against its own reading of them. The first line printed is the port of http;
with --certificate a second one follows, that of https.

An address may begin with /fault/KIND=VALUE&…, before what it would be without:
status=CODE, drop=BYTES, stall=BYTES, cut=BYTES, endless=1, circle=1, maze=1&end=NUMBER, leave=ADDRESS,
noranges=1, notags=1, other=1; lost=METHOD does what is asked for and loses the first answer.
times=COUNT&id=WORD has the others happen that often only.
"""

import argparse
import collections
import http.server
import json
import os
import re
import select
import socket
import ssl
import threading
import urllib.parse

import koji
from koji import xmlrpcplus

import koji_methods

FAULTS = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.begin()
        if path is None:
            return
        source = self.server.hub.file(urllib.parse.unquote(path))
        if source is None or not os.path.isfile(source):
            return self.answer(404, b"nothing here")
        with open(source, "rb") as file:
            whole = file.read()
        if self.fault.get("other"):
            # Another state of the file, of the same size, once some of it was read.
            whole = bytes(len(whole)) if "Range" in self.headers else whole
        tag = '"%s"' % hash(whole)
        headers = [] if self.fault.get("notags") else [("ETag", tag)]
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", tag) == tag
        if wanted is None or not same or self.fault.get("noranges"):
            return self.answer(200, whole, headers)
        start = int(wanted[1])
        end = min(int(wanted[2] or len(whole) - 1), len(whole) - 1)
        if start > end:
            return self.answer(416, b"", [("Content-Range", "bytes */%d" % len(whole))])
        headers.append(("Content-Range", "bytes %d-%d/%d" % (start, end, len(whole))))
        self.answer(206, whole[start:end + 1], headers)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = self.begin()
        if path is None:
            return
        if path.rstrip("/") not in ("/kojihub", "/kojihub/ssllogin"):
            return self.answer(404, b"no hub here")
        parameters, method = xmlrpcplus.loads(body)
        try:
            session = self.server.hub.session(self.headers, method)
            result = self.server.hub.call(
                method, parameters, session, self.user() if path.endswith("/ssllogin") else None)
            document = xmlrpcplus.dumps((result,), methodresponse=1)
        except Exception as error:
            code = getattr(error, "faultCode", 1)
            document = xmlrpcplus.dumps(xmlrpcplus.Fault(code, str(error)))
        if self.fault.get("lost") == method and FAULTS[self.path] == 0:
            FAULTS[self.path] += 1
            self.close_connection = True
            return
        self.answer(200, document.encode(), [("Content-Type", "text/xml")])

    def do_CONNECT(self):
        """Is a proxy, for which every name is that of this server."""
        other = socket.create_connection(self.server.server_address)
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        ends = {self.connection: other, other: self.connection}
        with other:
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(1 << 16)
                    if not data:
                        return
                    ends[end].sendall(data)

    def user(self):
        certificate = self.connection.getpeercert() if self.server.is_secure else None
        for ((name, value),) in (certificate or {}).get("subject", ()):
            if name == "commonName":
                return value
        return None

    def begin(self):
        """Takes the fault out of the address; nothing where it is all there is to say."""
        self.fault = {}
        match = re.fullmatch(r"/fault/([^/]*)(/.*)", self.path)
        if match is None:
            return self.path
        fault = {key: value[0] for key, value in urllib.parse.parse_qs(match[1]).items()}
        if "times" in fault:
            FAULTS[match[1]] += 1
            if FAULTS[match[1]] > int(fault["times"]):
                return match[2]
        self.fault = fault
        if "status" in fault:
            self.answer(int(fault["status"]), b"no")
        elif "circle" in fault:
            self.answer(302, b"", [("Location", self.path)])
        elif "maze" in fault and fault["maze"] != fault.get("end"):
            step = "/fault/maze=%d&end=%s%s" % (
                int(fault["maze"]) + 1, fault.get("end", "never"), match[2])
            self.answer(302, b"", [("Location", step)])
        elif "leave" in fault:
            self.answer(302, b"", [("Location", fault["leave"] + match[2])])
        elif "endless" in fault:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            try:
                while True:
                    self.wfile.write(bytes(1 << 16))
            except OSError:
                pass
        else:
            return match[2]
        return None

    def answer(self, status, body, headers=()):
        announced = len(body)
        for kind in ("cut", "drop", "stall"):
            if kind in self.fault:
                body = body[:int(self.fault[kind])]
        if "cut" in self.fault:
            announced = len(body)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if "stall" in self.fault:
            # Until the client has enough of it.
            self.connection.settimeout(60)
            try:
                self.connection.recv(1)
            except OSError:
                pass
        if len(body) < announced:
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub, port, context=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.hub, self.is_secure = hub, context is not None
        if context is not None:
            # In the thread of the connection, so that a client that says nothing stops no other.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", help="a file in JSON: tags, builds, rpms, events, tasks, users")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate", help="PEM of the server, with its key")
    parser.add_argument("--authority", help="PEM of who certifies users")
    options = parser.parse_args()
    with open(options.state) as file:
        hub = koji_methods.Hub(json.load(file))
    servers = [Server(hub, options.port)]
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
        context.load_verify_locations(options.authority)
        context.verify_mode = ssl.CERT_OPTIONAL
        servers.append(Server(hub, 0, context))
    for server in servers:
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    # Ends with whoever started it.
    while os.read(0, 1):
        pass


if __name__ == "__main__":
    assert koji.API_VERSION == 1
    main()
