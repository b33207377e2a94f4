"""The server of build/smtp serve."""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def say(**facts):
    print(json.dumps(facts), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        say(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            tls=server.transport.get_extra_info("ssl_object") is not None,
            user=session.auth_data.decode() if session.authenticated else None,
            raw=base64.b64encode(raw).decode(),
            headers=[[name, str(value)] for name, value in mail.items()],
            defects=[repr(defect) for part in mail.walk() for defect in part.defects],
            type=mail.get_content_type(),
            parts=[
                {"type": part.get_content_type(), "charset": part.get_content_charset(), "text": part.get_content()}
                for part in mail.iter_parts()
            ],
        )
        return "250 Taken"


def main():
    arguments = argparse.ArgumentParser(prog="build/smtp serve")
    arguments.add_argument("--certificate", metavar="FILE", help="certificate and key (PEM); STARTTLS is then a must")
    arguments.add_argument("--tls", action="store_true", help="TLS from the first byte instead of STARTTLS")
    arguments.add_argument("--user", help="who must sign in")
    arguments.add_argument("--password", help="with which password")
    arguments.add_argument("--without", action="append", metavar="MECHANISM", help="a mechanism (PLAIN, LOGIN) that is not offered")
    options = arguments.parse_args()

    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)

    def authenticate(server, session, envelope, mechanism, data):
        user = data.login if isinstance(data, LoginPassword) else b""
        if user.decode() == options.user and data.password.decode() == options.password:
            return AuthResult(success=True, auth_data=user)
        return AuthResult(success=False, handled=False)

    starttls = context if not options.tls else None

    def accept():
        return SMTP(
            Handler(),
            hostname="relay.example",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=options.user is not None,
            auth_require_tls=starttls is not None,
            auth_exclude_mechanism=options.without,
            authenticator=authenticate if options.user else None,
        )

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    server = loop.run_until_complete(loop.create_server(accept, "127.0.0.1", 0, ssl=context if options.tls else None))
    say(port=server.sockets[0].getsockname()[1])

    def end_with_input():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=end_with_input, daemon=True).start()
    loop.run_forever()


main()
