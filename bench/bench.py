#!/usr/bin/env python3
"""Measures orderflow beside PerfTest, on one private RabbitMQ, in one run.

Three figures, each as a ratio to what PerfTest moves through the same broker
in the same run, because machines differ:

  accept   POST /order over 64 connections, durable, answers 202
  drain    a backlog of orders, through inventory, to the notification
  flow     orders accepted over HTTP and followed to the notification

one that is compared with itself, with no broker at all:

  outbox   POST /order with a million events waiting, beside an empty outbox

and the CPU seconds and peak memory of every process. Each service runs with
a heap of 128 MB. Needs: a built checkout (./orderflow --version), Maven (to
fetch PerfTest once), RabbitMQ's server installed. Nothing listens beyond
loopback, and everything that was started is stopped.

  bench/bench.py [--orders 50000] [--seconds 20] [--only outbox] [--out FILE.json]
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PERF_TEST = "com.rabbitmq:perf-test:2.22.1"
NOWHERE = "amqp://127.0.0.1:1"  # has no listener
ORIGINAL_ACCEPT, ORIGINAL_DRAIN = 69, 990  # the flow in Python that this one replaces


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds, condition, pause=0.1):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(pause)
    raise SystemExit(f"bench: {what} did not happen within {seconds} s")


class Usage:
    """CPU seconds and peak memory of a process, from /proc."""

    def __init__(self, name, pid):
        self.name, self.pid, self.start = name, pid, self.cpu(pid)

    @staticmethod
    def cpu(pid):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_seconds(self):
        return self.cpu(self.pid) - self.start

    def memory_mb(self, field="VmHWM"):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(field + r":\s+(\d+)", status).group(1)) / 1024


class Rabbit:
    """A RabbitMQ node of our own: own name, ports and folders."""

    def __init__(self, folder):
        self.folder, self.port, self.dist = folder, free_port(), free_port()
        self.bin = pathlib.Path("/usr/lib/rabbitmq/bin")
        if not (self.bin / "rabbitmq-server").exists():
            raise SystemExit("bench: install rabbitmq-server first")
        folder.mkdir()
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        (folder / "enabled_plugins").write_text("[].")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": f"bench{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port), "RABBITMQ_DIST_PORT": str(self.dist),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"), "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_LOGS": str(folder / "rabbit.log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        self.process = subprocess.Popen(
            [self.bin / "rabbitmq-server"], env=self.environment, start_new_session=True,
            stdout=(folder / "out").open("w"), stderr=subprocess.STDOUT)
        wait_for("a start of RabbitMQ", 90, self.answers)
        self.pid = int((folder / "pid").read_text())

    @property
    def uri(self):
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                s.settimeout(2)
                s.sendall(b"AMQP\x00\x00\x09\x01")
                return s.recv(1) == b"\x01" and (self.folder / "pid").exists()
        except OSError:
            return False

    def messages(self):
        listed = subprocess.run(
            [self.bin / "rabbitmqctl", "-q", "list_queues", "--no-table-headers",
             "name", "messages"],
            env=self.environment, stdout=subprocess.PIPE, check=True, text=True)
        queues = [line.split() for line in listed.stdout.splitlines()]
        return sum(int(messages) for name, messages in queues if not name.startswith("perf-"))

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


class Flow:
    """The three services, as processes."""

    COMMANDS = {"order": "serve-order", "inventory": "serve-inventory",
                "notification": "serve-notify"}

    def __init__(self, rabbit, folder):
        self.rabbit, self.folder = rabbit, folder
        self.ports = {name: free_port() for name in self.COMMANDS}
        self.processes, self.start_seconds = {}, {}

    def start(self, name, uri=None, *options, until=None):
        environment = dict(os.environ, ORDERFLOW_JAVA_OPTS="-Xmx128m")
        began = time.monotonic()
        self.processes[name] = subprocess.Popen(
            [ROOT / "orderflow", self.COMMANDS[name], "--uri", uri or self.rabbit.uri,
             "--port", str(self.ports[name]), "--data-dir", self.folder / "data", *options],
            env=environment, stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{name}.log").open("a"), start_new_session=True)
        wait_for(f"a start of {name}", 60,
                 lambda: self.answers(name, until or "/health/ready"), pause=0.02)
        self.start_seconds[name] = time.monotonic() - began

    def answers(self, name, path):
        try:
            with urllib.request.urlopen(self.url(name) + path, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def url(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    def metric(self, service, name, **labels):
        with urllib.request.urlopen(self.url(service) + "/metrics", timeout=10) as answer:
            text = answer.read().decode()
        total = 0.0
        for line in text.splitlines():
            if line.startswith(name + "{") and all(f'{k}="{v}"' in line for k, v in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def notified(self):
        return self.metric("notification", "orderflow_notifications_total", result="sent")

    def orderflow(self, *arguments):
        result = subprocess.run(
            [ROOT / "orderflow", *arguments, "--uri", self.rabbit.uri if self.rabbit else NOWHERE,
             "--order-url", self.url("order"), "-q", "-o", "json"],
            stdout=subprocess.PIPE, check=True)
        return json.loads(result.stdout)

    def stop(self, name):
        process = self.processes.pop(name)
        process.terminate()
        process.wait(40)

    def stop_all(self):
        for name in list(self.processes):
            self.stop(name)


def perf_test(rabbit, work, seconds, consumers):
    """Persistent, confirmed (and acknowledged) messages a second."""
    lib = work / "perf-test"
    if not lib.exists():
        subprocess.run(
            ["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:get",
             f"-Dartifact={PERF_TEST}"], check=True)
        pom = work / "pom.xml"
        group, artifact, version = PERF_TEST.split(":")
        pom.write_text(
            "<project><modelVersion>4.0.0</modelVersion><groupId>b</groupId>"
            "<artifactId>b</artifactId><version>1</version><dependencies><dependency>"
            f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
            f"<version>{version}</version></dependency></dependencies></project>")
        subprocess.run(
            ["mvn", "-q", "-B", "-f", pom,
             "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies",
             f"-DoutputDirectory={lib}"], check=True)
    command = [
        "java", "-Xmx256m", "-cp", f"{lib}/*", "com.rabbitmq.perf.PerfTest", "--uri", rabbit.uri,
        "--producers", "1", "--consumers", str(consumers), "--confirm", "1000", "--flag",
        "persistent", "--size", "100", "--qos", "1000", "--multi-ack-every", "100",
        "--time", str(seconds), "--queue", f"perf-{consumers}", "--auto-delete", "false"]
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    rate = lambda kind: re.search(kind + r" rate avg: (\d+)", output.stdout)
    sent, received = rate("sending"), rate("receiving")
    if sent is None:
        raise SystemExit("bench: PerfTest failed:\n" + output.stdout[-2000:])
    return int((received if consumers and received else sent).group(1))


def usages(rabbit, flow):
    processes = {"rabbitmq": rabbit.pid}
    processes.update({name: process.pid for name, process in flow.processes.items()})
    return [Usage(name, pid) for name, pid in processes.items()]


def measure(arguments, work):
    figures = {}
    rabbit = Rabbit(work / "rabbit")
    flow = Flow(rabbit, work)
    with contextlib.ExitStack() as stack:
        stack.callback(rabbit.stop)
        stack.callback(flow.stop_all)
        print("PerfTest: publish, then publish and consume ...", file=sys.stderr)
        figures["perftest_publish_per_s"] = perf_test(rabbit, work, arguments.seconds, 0)
        figures["perftest_one_hop_per_s"] = perf_test(rabbit, work, arguments.seconds, 1)
        hops = figures["perftest_one_hop_per_s"] / 2
        for name in flow.COMMANDS:
            flow.start(name)
        figures["start_seconds"] = {n: round(s, 2) for n, s in flow.start_seconds.items()}
        flow.orderflow("flood", "--seconds", "5s", "--rate", "max")  # warms every JVM up
        wait_for("an empty flow", 120, lambda: settled(flow))

        print("accept: order service alone takes orders ...", file=sys.stderr)
        flow.stop("inventory")
        before = usages(rabbit, flow)
        accept = flow.orderflow("flood", "--seconds", f"{arguments.seconds}s", "--rate", "max")
        figures["accept_per_s"] = accept["rate_per_s"]
        figures["accept_latency_ms"] = accept["latency_ms"]
        figures["accept_usage"] = report(before)
        print(json.dumps(figures), file=sys.stderr)
        flow.start("inventory")
        wait_for("an empty flow", 300, lambda: settled(flow))

        print(f"drain: a backlog of {arguments.orders} ...", file=sys.stderr)
        flow.stop("inventory")
        flow.orderflow("flood", "--via", "amqp", "--rate", "max",
                       "--count", str(arguments.orders), "--connections", "1000")
        base = flow.notified()
        flow.start("inventory")
        began = time.monotonic()
        before = usages(rabbit, flow)
        wait_for("a drained backlog", 600,
                 lambda: flow.notified() - base >= arguments.orders, pause=0.1)
        figures["drain_per_s"] = round(arguments.orders / (time.monotonic() - began))
        figures["drain_usage"] = report(before)
        print(json.dumps(figures), file=sys.stderr)

        print("flow: orders from HTTP to the notification ...", file=sys.stderr)
        base = flow.notified()
        before = usages(rabbit, flow)
        began = time.monotonic()
        whole = flow.orderflow("flood", "--seconds", f"{arguments.seconds}s", "--rate", "max")
        wait_for("an empty flow", 300, lambda: flow.notified() - base >= whole["accepted"])
        figures["flow_per_s"] = round(whole["accepted"] / (time.monotonic() - began))
        figures["flow_usage"] = report(before)

        memory = []
        for _ in range(4):
            done = flow.orderflow("flood", "--count", str(arguments.memory_orders // 4),
                                  "--rate", "max")
            assert done["accepted"] == done["sent"], done
            wait_for("an empty flow", 300, lambda: settled(flow))
            memory.append({u.name: round(u.memory_mb("VmRSS")) for u in usages(rabbit, flow)})
        figures["memory_mb_by_quarter_of"] = {str(arguments.memory_orders): memory}
    figures["ratios"] = {
        "accept / PerfTest publish": round(figures["accept_per_s"] / figures["perftest_publish_per_s"], 2),
        "drain / PerfTest over two hops": round(figures["drain_per_s"] / hops, 2),
        "flow / PerfTest over two hops": round(figures["flow_per_s"] / hops, 2),
        "accept / original": round(figures["accept_per_s"] / ORIGINAL_ACCEPT, 1),
        "drain / original": round(figures["drain_per_s"] / ORIGINAL_DRAIN, 1),
    }
    return figures


def measure_outbox(arguments, work):
    """The order service alone, which cannot publish: all it accepts waits."""
    flow = Flow(None, work / "outbox")
    flow.folder.mkdir()
    figures = {}
    with contextlib.ExitStack() as stack:
        stack.callback(flow.stop_all)
        for name, rows in (("empty", 0), ("full", arguments.waiting)):
            if rows:
                insert_waiting(flow.folder / "data" / "order.db", rows)
            flow.start("order", NOWHERE, "--outbox-limit", "100000000", until="/health/live")
            flow.orderflow("flood", "--seconds", "5s", "--rate", "max")
            cpu = Usage("order", flow.processes["order"].pid)
            load = flow.orderflow("flood", "--seconds", f"{arguments.seconds}s", "--rate", "max")
            figures[name] = {"accept_per_s": load["rate_per_s"], "latency_ms": load["latency_ms"],
                             "cpu_us_per_order": round(cpu.cpu_seconds() * 1e6 / load["accepted"]),
                             "waiting": flow.metric("order", "orderflow_outbox_entries")}
            flow.stop("order")
    figures["load"] = os.getloadavg()[0]
    figures["full / empty"] = round(
        figures["full"]["accept_per_s"] / figures["empty"]["accept_per_s"], 2)
    return {"outbox": figures}


def insert_waiting(database, rows):
    """Adds copies of the oldest event, as if they had been accepted."""
    columns = "exchange, routing_key, properties, body, appended_at"
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            f" INSERT INTO outbox ({columns})"
            f" SELECT {columns} FROM n, (SELECT {columns} FROM outbox WHERE id > 0 LIMIT 1)", (rows,))
    connection.close()


def settled(flow):
    """Nothing is on its way: seen twice, as a message may be between two of these places."""
    for _ in range(2):
        if flow.rabbit.messages() or any(
                flow.metric(name, "orderflow_outbox_entries") for name in flow.processes):
            return False
        if flow.metric("notification", "orderflow_notifications_unsent"):
            return False
        time.sleep(0.3)
    return True


def report(before):
    return {u.name: {"cpu_s": round(u.cpu_seconds(), 1), "peak_mb": round(u.memory_mb())}
            for u in before}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--orders", type=int, default=50_000, help="the backlog to drain")
    parser.add_argument("--seconds", type=int, default=20, help="of each load")
    parser.add_argument("--memory-orders", type=int, default=200_000)
    parser.add_argument("--waiting", type=int, default=1_000_000, help="events in the outbox")
    parser.add_argument("--only", choices=["outbox"], help="measure nothing else")
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    subprocess.run([ROOT / "orderflow", "--version"], check=True, stdout=subprocess.DEVNULL)
    work = pathlib.Path(tempfile.mkdtemp(prefix="orderflow-bench-"))
    try:
        figures = {} if arguments.only else measure(arguments, work)
        print("outbox: orders taken while a million wait ...", file=sys.stderr)
        figures.update(measure_outbox(arguments, work))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    figures["machine"] = {"cores": os.cpu_count(),
                          "load_before": os.getloadavg()[2]}
    text = json.dumps(figures, indent=2)
    if arguments.out:
        arguments.out.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
