// What a page costs before it shows: the entry's and a page's own JavaScript, compressed as it is served. Fails over budget.
//
//   node sizes.js [--json]      with --json kB of JavaScript alone
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetKb = 130;
const asJson = process.argv.includes('--json');
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'));

function filesOf(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const needed of manifest[name].imports ?? []) filesOf(needed, seen);
  return seen;
}
const kb = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length / 1000;
const weigh = (names) => {
  const css = new Set();
  let js = 0;
  for (const name of names) {
    js += kb(manifest[name].file);
    for (const file of manifest[name].css ?? []) css.add(file);
  }
  return { js, css: [...css].reduce((sum, file) => sum + kb(file), 0) };
};

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const pages = Object.keys(manifest)
  .filter((name) => manifest[name].isDynamicEntry)
  .sort();
const told = {};
let over = false;
const line = (name, { js, css }) => {
  told[name] = Math.round(js * 10) / 10;
  if (asJson) return;
  console.log(`${name.padEnd(34)} ${js.toFixed(1).padStart(6)} kB JS ${css.toFixed(1).padStart(6)} kB CSS`);
};
line('shell alone', weigh(filesOf(entry)));
for (const page of pages) {
  const weight = weigh(new Set([...filesOf(entry), ...filesOf(page)]));
  line(page, weight);
  over ||= weight.js > budgetKb;
}
if (asJson) console.log(JSON.stringify(told));
if (over) {
  console.error(`sizes: a page's first JavaScript is over ${budgetKb} kB compressed`);
  process.exit(1);
}
