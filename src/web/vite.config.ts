/** Builds the portal into `dist/web`: `npx vite build --config src/web/vite.config.ts`. */
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// What is built here is what people are served, whoever starts the build: a test's environment must not make it React's development build.
process.env['NODE_ENV'] = 'production';

/** Compressed beside each text file, so that no server spends time on it and all serve the same bytes. */
function precompressed(): Plugin {
  let outDir = '';
  return {
    name: 'careledger-precompressed',
    apply: 'build',
    configResolved(config) {
      outDir = path.resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of fs.readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg|json)$/.test(entry.name)) continue;
        const file = path.join(entry.parentPath, entry.name);
        const bytes = fs.readFileSync(file);
        fs.writeFileSync(
          `${file}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        );
        fs.writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), precompressed()],
  worker: { format: 'es' },
  build: {
    outDir: path.resolve(import.meta.dirname, '../../dist/web'),
    emptyOutDir: true,
    target: 'es2024',
    reportCompressedSize: false,
    // Nothing inline: the content security policy of the nodes allows only files of their own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
