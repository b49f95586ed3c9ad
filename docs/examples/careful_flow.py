"""The same order flow, which loses and doubles nothing.

python3 careful_flow.py order|inventory|notification, with AMQP_URL, DATA and, for order, PORT.
What an order means is committed in one transaction: the order (or the decision, or the
notification), the key that recognises a duplicate, and the messages to publish. A message leaves
the outbox once the broker has confirmed it; a delivery is acknowledged once all that is done.
"""

import json
import os
import queue
import re
import sqlite3
import sys
import threading
import time
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pika

LOST = (pika.exceptions.AMQPError, OSError, ValueError)  # pika raises the last one, too
INVALID = (ValueError, KeyError, TypeError, RecursionError)
ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
BATCH = 10

arrived = queue.Queue()  # requests that wait for their commit


def database():
    db = sqlite3.connect(os.path.join(os.environ["DATA"], "flow.db"), timeout=30)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE IF NOT EXISTS done (order_id TEXT PRIMARY KEY, payload TEXT)")
    db.execute(
        "CREATE TABLE IF NOT EXISTS outbox"
        " (id INTEGER PRIMARY KEY AUTOINCREMENT, exchange TEXT, routing_key TEXT, body BLOB)"
    )
    return db


def connect():
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
    channel = connection.channel()
    channel.confirm_delivery()  # basic_publish waits for the confirm, and raises without one
    return connection, channel


def publish_outbox(db, channel):
    persistent = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    rows = db.execute("SELECT * FROM outbox ORDER BY id LIMIT 100").fetchall()
    for _, exchange, routing_key, body in rows:
        channel.basic_publish(exchange, routing_key, body, persistent, mandatory=True)
    if rows:
        with db:
            db.execute("DELETE FROM outbox WHERE id <= ?", (rows[-1][0],))
    return len(rows)


def unique(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def parse(body):
    """The order in a request or a message; raises one of INVALID."""
    order = json.loads(body, object_pairs_hook=unique)
    if not all(ID.fullmatch(order[key]) for key in ("order_id", "item_id", "user_id")):
        raise ValueError("an id is not valid")
    if type(order["qty"]) is not int or order["qty"] < 1:
        raise ValueError("qty is not a positive number")
    return order


def accept(db, body):
    """The status of the response: a repeated order is a safe retry, another one a conflict."""
    order = parse(body)
    payload = json.dumps(order, sort_keys=True)
    row = (order["order_id"], payload)
    if db.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", row).rowcount:
        db.execute(
            "INSERT INTO outbox (exchange, routing_key, body) VALUES (?, ?, ?)",
            ("order_events", "order.placed", body),
        )
        return 202
    stored = db.execute("SELECT payload FROM done WHERE order_id = ?", row[:1]).fetchone()
    return 202 if stored[0] == payload else 409


def accept_all():
    """Commits what has arrived in one transaction, and then answers."""
    db = database()
    while True:
        waiting = [arrived.get()]
        while not arrived.empty() and len(waiting) < 100:
            waiting.append(arrived.get())
        answers = []
        with db:
            for body, answer in waiting:
                try:
                    answers.append((answer, accept(db, body)))
                except INVALID:
                    answers.append((answer, 400))
        for answer, status in answers:
            answer.set_result(status)


class Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True

    def do_GET(self):
        self.reply(200, {"status": "ok"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = Future()
        arrived.put((body, answer))
        status = answer.result()
        text = {202: "accepted", 400: "rejected", 409: "conflict"}[status]
        reply = {"status": text}
        if status != 400:
            reply["order_id"] = json.loads(body)["order_id"]
        self.reply(status, reply)

    def reply(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def order():
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    db = database()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=accept_all, daemon=True).start()
    while True:
        try:
            connection, channel = connect()
            while True:
                if publish_outbox(db, channel) == 0:
                    connection.process_data_events(time_limit=0.02)
        except LOST as e:
            print("reconnecting:", e)
            time.sleep(0.5)


def inventory(db, order):
    order["status"] = "reserved"
    db.execute(
        "INSERT INTO outbox (exchange, routing_key, body) VALUES (?, ?, ?)",
        ("inventory_events", "inventory.reserved", json.dumps(order).encode()),
    )
    return f"Processed order_id={order['order_id']} -> reserved"


def notification(_, order):
    # This is the notification: before the commit, so that a crash repeats it and loses none.
    print(f"Send confirmation for order_id={order['order_id']} user_id={order['user_id']}")


def process(db, queue_name, handle, bodies):
    """Commits a batch, and then logs what it did."""
    lines = []
    with db:
        for body in bodies:
            try:
                order = parse(body)
            except INVALID:
                db.execute(
                    "INSERT INTO outbox (exchange, routing_key, body) VALUES ('', ?, ?)",
                    (queue_name + "_dlq", body),
                )
                continue
            order_id = order["order_id"]
            new = db.execute("INSERT OR IGNORE INTO done VALUES (?, NULL)", (order_id,)).rowcount
            lines.append(handle(db, order) if new else f"Idempotent skip for order_id={order_id}")
    for line in filter(None, lines):
        print(line)


def consume(queue_name, handle):
    db = database()
    while True:
        try:
            _, channel = connect()
            channel.basic_qos(prefetch_count=BATCH)
            batch = []
            for method, _, body in channel.consume(queue_name, inactivity_timeout=0.05):
                if method is not None:
                    batch.append((method.delivery_tag, body))
                if method is None or len(batch) == BATCH:
                    process(db, queue_name, handle, [body for _, body in batch])
                    while publish_outbox(db, channel):
                        pass
                    if batch:
                        channel.basic_ack(batch[-1][0], multiple=True)
                    batch = []
        except LOST as e:
            print("reconnecting:", e)
            time.sleep(0.5)


if sys.argv[1] == "order":
    order()
elif sys.argv[1] == "inventory":
    consume("order_placed", inventory)
else:
    consume("inventory_reserved", notification)
