// In development alone: starts `linebook serve …` as it is told, and Vite in front of it, which reloads the page while one edits.
// Prints where that is, and a link that signs in there. Ends with the service, and ends it.
//
//   node dev_server.js LINEBOOK serve --demo [--listen …]       CONSOLE_PORT: Vite's, else 5173
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { createServer } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const port = Number(process.env.CONSOLE_PORT ?? 5173);
const restMs = 300;

function run(command, args, options) {
  return new Promise((done) => spawn(command, args, options).on('exit', done));
}
const types = () => run('npm', ['run', '--silent', 'types'], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });

const [program, ...args] = process.argv.slice(2);
const service = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => service.kill(signal));
service.on('exit', (code) => process.exit(code ?? 0));
service.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});

// The client's types follow what is written of the API.
let due;
watch(`${here}../../api`, (_, name) => {
  if (name !== 'openapi.yaml') return;
  clearTimeout(due);
  due = setTimeout(types, restMs);
});

async function open(url) {
  process.env.LINEBOOK_URL = url;
  await types();
  const vite = await createServer({ root: here, server: { port, strictPort: true }, clearScreen: false, logLevel: 'warn' });
  await vite.listen();
  return `http://127.0.0.1:${vite.httpServer.address().port}`;
}

async function follow() {
  let url = '';
  let address = '';
  for await (const line of createInterface({ input: service.stdout })) {
    const listening = /^listening on (http:\/\/\S+)$/.exec(line);
    if (listening && url === '') {
      url = listening[1];
      address = await open(url);
    }
    const link = address && line.includes('/console/sign-in#');
    console.log(link ? `${line.replace(url, address)}\nIt reloads while you edit: ${address}/console/` : line);
  }
}

follow().catch((error) => {
  console.error(error.message);
  service.kill();
});
