"""A mail server that does as the addressee's name says; prints its port, then a line of JSON for each message.

busy@    451 at every RCPT         once@    451 at the first RCPT        unknown@ 550 at every RCPT
full@    452 after the message     silent@  takes the message and never answers
Arguments: none, or a certificate and its key: then STARTTLS and an account (tiffin, secret) are required.
"""
import asyncio, collections, email, email.policy, json, os, ssl, sys, threading
from aiosmtpd.smtp import SMTP, AuthResult

tries = collections.Counter()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        tries[address] += 1
        if name == "busy" or name == "once" and tries[address] == 1:
            return f"451 <{address}> not now"
        if name == "unknown":
            return f"550 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        to = envelope.rcpt_tos[0]
        print(json.dumps({
            "from": envelope.mail_from, "to": to, "subject": mail["Subject"], "text": mail.get_content().replace("\r\n", "\n"),
            "id": mail["Message-ID"], "date": mail["Date"].datetime.isoformat(),
            "isEncrypted": session.ssl is not None,
        }), flush=True)
        if to.startswith("silent@"):
            await asyncio.sleep(3600)
        return "452 no room" if to.startswith("full@") else "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"tiffin", b"secret"))


def make():
    if len(sys.argv) < 3:
        return SMTP(Handler())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    return SMTP(Handler(), tls_context=context, require_starttls=True, auth_required=True,
                authenticator=authenticate)


async def main():
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main())
