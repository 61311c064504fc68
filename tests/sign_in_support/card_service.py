"""A service of library cards for tests: POST {"card": ..., "pin": ...} as src/manual/people.rs tells it.

card_service.py FOLDER [CERTIFICATE KEY]: prints its port. The file FOLDER/mode says how it misbehaves; FOLDER/asked gets a line for
each question: the path, the token, the card.
"""
import http.server, json, os, socketserver, ssl, sys, time

folder = sys.argv[1]
CARDS = {
    "d100001": {"valid": True, "groups": ["junior"], "age": 11, "suspended": False},
    "d100002": {"valid": True, "groups": ["adult"], "age": 15},
    "d100003": {"valid": True, "groups": ["adult"], "age": 44},
    "d100004": {"valid": True, "groups": ["adult"], "suspended": True},
    "d100005": {"valid": True},
    "d100006": {"valid": True, "groups": ["friend"]},
}


def mode():
    try:
        with open(os.path.join(folder, "mode")) as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open(os.path.join(folder, "asked"), "a") as file:
            file.write(f"{self.path} {self.headers.get('Authorization')} {asked['card']} {sorted(asked)}\n")
        how = mode()
        right = asked["pin"] == "4711-" + asked["card"]
        body = json.dumps(CARDS.get(asked["card"], {"valid": False}) if right else {"valid": False}).encode()
        if how == "hangs":
            time.sleep(60)
        elif how == "closes":
            self.close_connection = True
        elif how == "drips":
            self.send_head(200, len(body))
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(1)
        elif how == "huge":
            self.send_head(200, 1 << 30)
            for _ in range(1 << 14):
                self.wfile.write(b" " * 65536)
        elif how == "large head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Fill: " + b"x" * (1 << 20) + b"\r\n\r\n")
        elif how == "redirects":
            self.send_response(307)
            self.send_header("Location", self.path + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif how == "rubbish":
            self.answer(200, b"<html>" + json.dumps(asked).encode())
        elif how.isdigit():
            self.answer(int(how), body)
        else:
            self.answer(200, body)

    def send_head(self, status, length):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def answer(self, status, body):
        self.send_head(status, len(body))
        self.wfile.write(body)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Service)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
