"""A real mail server for tests: python3 smtpd.py MODE [CERTIFICATE KEY]. It prints its port, then one JSON line for each letter.

Modes: plain, starttls, tls, auth (STARTTLS and a password), refuse (550 to every recipient), some (550 to
those whose name begins with gone), busy (451), slow (says nothing), clear (no
STARTTLS although somebody may want it).
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

MODE = sys.argv[1]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if MODE == "refuse":
            return "550 nobody of this name"
        if MODE == "some" and address.startswith("gone"):
            return "550 nobody of this name"
        if MODE == "busy":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8", "replace"), "tls": server.transport.get_extra_info("ssl_object") is not None}
        print(json.dumps(letter), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"filter", b"a secret & more"))


async def main():
    loop = asyncio.get_running_loop()
    context = None
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])

    def factory():
        needs_tls = MODE in ("starttls", "auth")
        return SMTP(
            Handler(),
            tls_context=context if needs_tls else None,
            require_starttls=needs_tls,
            authenticator=authenticate if MODE == "auth" else None,
            auth_required=MODE == "auth",
            auth_require_tls=True,
            loop=loop,
        )

    if MODE == "slow":
        server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(3600), "127.0.0.1", 0)
    else:
        server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context if MODE == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
