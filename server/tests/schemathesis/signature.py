"""Signs the calls of schemathesis, as docs/orders-api.md says. API_KEY and API_SECRET name the key."""

import hashlib
import hmac
import os
import secrets
import time

import schemathesis
from requests.auth import AuthBase

SCHEME = "PMS1-HMAC-SHA256"


class Signature(AuthBase):
    """Signs a request when its path and its body are final."""

    def __call__(self, request):
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        key, now, nonce = os.environ["API_KEY"], int(time.time()), secrets.token_hex(16)
        body_hash = hashlib.sha256(body).hexdigest()
        text = "\n".join([SCHEME, request.method, request.path_url, key, str(now), nonce, body_hash])
        signature = hmac.new(os.environ["API_SECRET"].encode(), text.encode(), hashlib.sha256).hexdigest()
        request.headers["Authorization"] = f"{SCHEME} key={key}, time={now}, nonce={nonce}, signature={signature}"
        return request


@schemathesis.hook
def before_call(context, case, kwargs):
    kwargs["auth"] = Signature()
