import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds a server; `cargo xtask run` listens there. */
const server = process.env['CHATTERBOX_SERVER'] ?? 'http://127.0.0.1:8080';

/** What the first visit may load of scripts and styles, compressed. */
const FIRST_LOAD_BYTES = 150_000;

/** Fails the build when the page, with everything that it loads before it is usable, is larger than the budget. */
function firstLoadBudget(): Plugin {
  return {
    name: 'chatterbox:first-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const first = new Set<string>();
      const add = (fileName: string): void => {
        const file = bundle[fileName];
        if (first.has(fileName) || file === undefined) return;
        first.add(fileName);
        if (file.type === 'chunk') for (const imported of [...file.imports, ...(file.viteMetadata?.importedCss ?? [])]) add(imported);
      };
      for (const file of Object.values(bundle)) if (file.type === 'chunk' && file.isEntry) add(file.fileName);
      const sizes = [...first].map((fileName) => {
        const file = bundle[fileName];
        return gzipSync((file?.type === 'chunk' ? file.code : file?.source) ?? '').length;
      });
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (total > FIRST_LOAD_BYTES) this.error(`The first load is ${total} bytes compressed; the budget is ${FIRST_LOAD_BYTES}.`);
      this.info(`The first load is ${total} bytes compressed, of ${FIRST_LOAD_BYTES}.`);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), svelteTesting(), firstLoadBudget()],
  build: {
    target: 'es2022',
    // The Content-Security-Policy allows neither inline scripts nor data: URLs of fonts, so everything is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: {
    proxy: {
      // The server takes sockets only from pages of its own origin.
      '/api': { target: server, ws: true, headers: { origin: server } },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    // Days and times are asserted in a zone that differs from UTC and changes its offset in summer.
    env: { TZ: 'Europe/Berlin' },
    restoreMocks: true,
  },
});
