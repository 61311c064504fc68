"""Signs in at a proxy by MIT's own library: "first" as browsers do, "second" with Kerberos as the second choice behind NTLM, so that
it takes several steps and both sides must sign the list of choices (RFC 4178). Says what was answered, and whether the proxy has
proved itself."""
import base64, gssapi, socket, sys

way, host, port, url = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
KERBEROS = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
connection = socket.create_connection(("127.0.0.1", port), 15)


def ask(token=None):
    field = "" if token is None else "Proxy-Authorization: Negotiate %s\r\n" % base64.b64encode(token).decode()
    connection.sendall(("GET %s HTTP/1.1\r\nHost: site.test\r\n%s\r\n" % (url, field)).encode())
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    fields = [line.split(": ", 1) for line in lines[1:]]
    length = next(int(value) for name, value in fields if name.lower() == "content-length")
    while len(body) < length:
        body += connection.recv(65536)
    said = [v.split(" ")[1] for n, v in fields if n.lower() in ("proxy-authenticate", "proxy-authentication-info") and v.startswith("Negotiate ")]
    return int(lines[0].split(" ")[1]), base64.b64decode(said[0]) if said else b""


def tlv(tag, value):
    length = bytes([len(value)]) if len(value) < 128 else b"\x82" + len(value).to_bytes(2, "big")
    return bytes([tag]) + length + value


def parts(value):
    """The fields of a NegTokenResp by number."""
    def one(data):
        size, rest = data[1], data[2:]
        if size & 0x80:
            size, rest = int.from_bytes(rest[: size & 0x7F], "big"), rest[size & 0x7F :]
        return data[0], rest[:size], rest[size:]
    rest, found = one(one(value)[1])[1], {}
    while rest:
        tag, inner, rest = one(rest)
        found[tag - 0xA0] = one(inner)[1]
    return found


mechanism = SPNEGO if way == "first" else KERBEROS
name = gssapi.Name("HTTP@" + host, gssapi.NameType.hostbased_service)
context = gssapi.SecurityContext(name=name, mech=mechanism, usage="initiate", flags=gssapi.RequirementFlag.mutual_authentication)
token, statuses = context.step(), []
if way == "first":
    status, reply = ask(token)
    statuses.append(status)
    context.step(reply)
else:
    choices = tlv(0x30, b"\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" + tlv(6, bytes(KERBEROS)))
    offer = tlv(0xA0, tlv(0x30, tlv(0xA0, choices) + tlv(0xA2, tlv(4, b"NTLMSSP\0..."))))
    status, reply = ask(tlv(0x60, tlv(6, bytes(SPNEGO)) + offer))
    statuses.append(status)
    assert parts(reply)[0] == b"\x03", "it asks for a check sum"
    status, reply = ask(tlv(0xA1, tlv(0x30, tlv(0xA2, tlv(4, token)))))
    statuses.append(status)
    context.step(parts(reply)[2])
    context.verify_signature(choices, parts(reply)[3])
    signature = context.get_signature(choices if way == "second" else choices + b"\0")
    status, reply = ask(tlv(0xA1, tlv(0x30, tlv(0xA3, tlv(4, signature)))))
    statuses.append(status)
statuses.append(ask()[0])
print(statuses, "proved" if context.complete else "not proved")
