// The worker that owns a page's WebSockets: see `socket.js`.

import { serve } from "./socket-serve.js";

serve(globalThis);
