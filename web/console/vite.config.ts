import { defineConfig } from 'vite';
import { devProxy } from './dev_proxy.ts';
import { licences } from './licences.ts';

// The binary serves `dist` under /console/, everything from its own origin: no source may lead to another host.
export default defineConfig({
  base: '/console/',
  plugins: [devProxy(), licences()],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  preview: { port: 5174, strictPort: true, host: '127.0.0.1' },
});
