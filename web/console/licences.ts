// What is built in is other people's work, too: their licences are served with it, the font's beside the font.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const font = '@fontsource-variable/inter';

function licenceOf(name: string): string {
  const folder = join(import.meta.dirname, 'node_modules', name);
  const file = ['LICENSE', 'LICENSE.md', 'license'].map((each) => join(folder, each)).find(existsSync);
  if (!file) throw new Error(`${name} comes without a licence: it cannot be built in`);
  return readFileSync(file, 'utf8').trim();
}

export function licences(): Plugin {
  return {
    name: 'linebook-licences',
    apply: 'build',
    generateBundle() {
      const made = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      };
      const all = Object.entries(made.dependencies).map(
        ([name, version]) => `${name === font ? `Inter (${name})` : name} ${version}\n\n${licenceOf(name)}\n`,
      );
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: `${all.join(`\n${'='.repeat(72)}\n\n`)}` });
      this.emitFile({ type: 'asset', fileName: 'assets/inter-OFL.txt', source: `${licenceOf(font)}\n` });
    },
  };
}
