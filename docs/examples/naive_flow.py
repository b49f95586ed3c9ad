"""An order flow as many are written first. It works until something fails.

python3 naive_flow.py order|inventory|notification, with AMQP_URL and, for order, PORT.
`orderflow verify --control exec --exec naive.toml` names the orders that it loses and doubles.
"""

import json
import os
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pika

LOST = (pika.exceptions.AMQPError, OSError, ValueError)  # pika raises the last one, too

seen = set()  # BUG: forgotten when the process ends


def connect():
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
    return connection, connection.channel()


def order():
    accepted = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def do_GET(self):
            self.reply(200, {"status": "ok"})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            accepted.put(body)  # BUG: accepted orders are only in memory
            self.reply(202, {"status": "accepted", "order_id": json.loads(body)["order_id"]})

        def reply(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    channel = None
    while True:
        body = accepted.get()
        try:
            if channel is None:
                _, channel = connect()
            # BUG: neither confirmed nor persistent
            channel.basic_publish("order_events", "order.placed", body)
        except LOST as e:
            print("dropped an order:", e)  # BUG
            channel = None


def inventory(channel, body):
    order = json.loads(body)
    order_id = order["order_id"]
    if order_id in seen:
        print(f"Idempotent skip for order_id={order_id}")
        return
    seen.add(order_id)
    time.sleep(0.012)  # some work; what has arrived meanwhile waits in memory
    order["status"] = "reserved"
    channel.basic_publish("inventory_events", "inventory.reserved", json.dumps(order).encode())
    print(f"Processed order_id={order_id} -> reserved")


def notification(_, body):
    order = json.loads(body)
    if order["order_id"] not in seen:
        seen.add(order["order_id"])
        print(f"Send confirmation for order_id={order['order_id']} user_id={order['user_id']}")


def consume(queue_name, handle):
    def on_message(channel, _, __, body):
        try:
            handle(channel, body)
        except (ValueError, KeyError, TypeError) as e:
            print("dropped a message:", e)  # BUG: should be a dead letter

    while True:
        try:
            _, channel = connect()
            # BUG: acknowledged before the work is done
            channel.basic_consume(queue_name, on_message, auto_ack=True)
            channel.start_consuming()
        except LOST as e:
            print("reconnecting:", e)
            time.sleep(0.5)


if sys.argv[1] == "order":
    order()
elif sys.argv[1] == "inventory":
    consume("order_placed", inventory)
else:
    consume("inventory_reserved", notification)
