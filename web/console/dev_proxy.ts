// In development alone: everything outside /console/ goes to a running `linebook serve`. Nothing of this is in `dist`.
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';

const target = new URL(process.env.LINEBOOK_URL ?? 'http://127.0.0.1:8080');

// As the binary sends it.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function forward(req: IncomingMessage, res: ServerResponse): void {
  const headers = { ...req.headers, host: target.host };
  const onward = request({ host: target.hostname, port: target.port, path: req.url, method: req.method, headers }, (got) => {
    res.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(res);
  });
  onward.on('error', () => {
    if (!res.headersSent) res.writeHead(502).end();
  });
  res.on('close', () => onward.destroy());
  req.pipe(onward);
}

const through: Connect.NextHandleFunction = (req, res, next) => {
  const path = req.url ?? '/';
  if (path === '/') {
    res.writeHead(302, { Location: '/console/' }).end();
    return;
  }
  if (path.startsWith('/console') || path.startsWith('/@') || path.startsWith('/node_modules')) {
    next();
    return;
  }
  forward(req, res);
};

export function devProxy(): Plugin {
  return {
    name: 'linebook-dev-proxy',
    configureServer(server) {
      server.middlewares.use(through);
    },
    configurePreviewServer(server) {
      server.middlewares.use((_req, res, next) => {
        res.setHeader('Content-Security-Policy', policy);
        next();
      });
      server.middlewares.use(through);
    },
  };
}
