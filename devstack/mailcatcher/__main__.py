"""python -m devstack.mailcatcher DIRECTORY SMTP_PORT HTTP_PORT"""

import asyncio
import sys
import threading
from pathlib import Path

from devstack.mailcatcher import smtp, web
from devstack.mailcatcher.store import Store


async def main(home: Path, smtp_port: int, http_port: int) -> None:
    store = Store(home)
    pages = web.server(store, http_port)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    await (await smtp.serve(store, smtp_port)).serve_forever()


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
