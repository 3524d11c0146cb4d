/**
 * `npm run test:webkit`: the fixture application as a build in WebKitGTK, driven by plain WebDriver: sandbox, IndexedDB, timers, a reload in
 * mid-work, two tabs of which one leads, and the devtools in pages that make it hard. Where there is no WebKitWebDriver it says so and counts nothing. Ends with `N passed, N failed`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { build, preview } from 'vite';

const FIXTURE = 'e2e/fixtures/serve/vite.config.ts';
const PATIENCE_MS = 60_000;

const driverPath = found('WebKitWebDriver');
const miniBrowser = miniBrowserPath();
if (!driverPath || !miniBrowser || !found('xvfb-run')) {
  console.log('There is no WebKit here (WebKitWebDriver, its MiniBrowser and xvfb-run; Debian: webkit2gtk-driver xvfb): nothing was tested in it.');
  console.log('0 passed, 0 failed');
  process.exit(0);
}

await build({ configFile: FIXTURE, logLevel: 'error' });
const server = await preview({ configFile: FIXTURE, logLevel: 'error', preview: { port: await freePort() } });
const url = server.resolvedUrls?.local[0];
const driver = await startDriver();
let [passed, failed] = [0, 0];
try {
  await check('a workflow with activities and a timer runs to its end in sandbox and IndexedDB', async (browser) => {
    await browser.call('start', 'whole', 'World', 100);
    expectEqual(await browser.call('result', 'whole'), 'Hello World, Hello again World');
  });
  await check('a workflow goes on where it was when the page is reloaded during its timer', async (browser) => {
    await browser.call('start', 'reloaded', 'World', 1_500);
    await browser.until('events', ['reloaded'], (events) => events.includes('TimerStarted'));
    await browser.open(url);
    expectEqual(await browser.call('result', 'reloaded'), 'Hello World, Hello again World');
    const events = await browser.call('events', 'reloaded');
    expectEqual(events.filter((type) => type === 'TimerStarted').length, 1);
  });
  await check('of two tabs one leads and serves the other, which takes over when it is closed', async (browser) => {
    await browser.call('startSum', 'summed');
    const first = await browser.currentTab();
    const second = await browser.newTab();
    await browser.switchTo(second);
    await browser.open(url);
    await browser.until('status', [], ({ role, state }) => role === 'follower' && state === 'running');
    await browser.call('addOnes', 'summed', 20);
    await browser.switchTo(first);
    expectEqual(await browser.call('total', 'summed'), 20);
    await browser.closeTab();
    await browser.switchTo(second);
    await browser.call('addOnes', 'summed', 5);
    await browser.until('status', [], ({ role }) => role === 'leader');
    await browser.call('finish', 'summed');
    expectEqual(await browser.call('result', 'summed'), 25);
  });
  for (const name of ['plain', 'react', 'element', 'reset', 'closed', 'inline'])
    await check(`the devtools open, take what is typed, and close: ${name}`, (browser) => useDevtools(browser, name));
  for (const opener of ['#native', '#modal'])
    await check(`the devtools can be used over a dialog: ${opener}`, async (browser) => {
      await browser.open(`${url}embedding.html?case=plain`, 'embedding');
      await browser.run(`document.querySelector('${opener}').click()`);
      await useDevtools(browser);
    });
} finally {
  driver.stop();
  await server.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** Opens the panel, types into its filter by keys, reads a run in its list, and closes it; the page has heard of no violation and no error. */
async function useDevtools(browser, name) {
  if (name) await browser.open(`${url}embedding.html?case=${name}`, 'embedding');
  const root = name === 'closed' ? 'embedding.closedRoot' : 'document';
  const inside = (selector) => `[...${root}.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot)?.shadowRoot.querySelector('${selector}')`;
  await browser.untilRun('return await embedding.ready()', 'the engine does not run');
  await browser.run("await embedding.start('looked-at')");
  if (name !== 'inline') await browser.click(inside('.trigger'));
  await browser.untilRun(`return ${inside('[role=grid]')}?.textContent.includes('looked-at')`, 'the list does not show the run');
  await browser.type(inside('[data-search]'), 'WorkflowType = "sum"');
  expectEqual(await browser.run(`return ${inside('[data-search]')}.value`), 'WorkflowType = "sum"');
  if (name !== 'inline') {
    await browser.click(inside('[aria-label="Close the devtools"]'));
    await browser.untilRun(`return ${inside('[data-search]')} == null`, 'the panel does not close');
  }
  expectEqual(await browser.run('return [...embedding.violations, ...embedding.errors]'), []);
}

async function check(name, run) {
  const browser = await openBrowser();
  try {
    await browser.open(url);
    await run(browser);
    passed++;
    console.log(`ok  ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await browser.quit();
  }
}

/** One browser with a profile of its own. */
async function openBrowser() {
  const options = { binary: miniBrowser, args: ['--automation'] };
  const { sessionId } = await driver.send('POST', '/session', {
    capabilities: { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } },
  });
  const send = (method, path, body) => driver.send(method, `/session/${sessionId}${path}`, body);
  await send('POST', '/timeouts', { script: PATIENCE_MS, pageLoad: PATIENCE_MS });

  /** Calls what the page has put at `app`. */
  async function call(name, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => app[arguments[0]](...arguments[1])).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await send('POST', '/execute/async', { script, args: [name, args] });
    if (error !== undefined) throw new Error(`${name} rejected: ${error}`);
    return value;
  }

  /** Runs the text of an async function in the page. */
  async function run(text) {
    const script = `const done = arguments[arguments.length - 1];
      (async () => { ${text} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await send('POST', '/execute/async', { script, args: [] });
    if (error !== undefined) throw new Error(`${text}: ${error}`);
    return value;
  }

  /** @returns the way to an element, wherever it is, when it is there */
  async function element(expression) {
    const found = await eventually(() => send('POST', '/execute/sync', { script: `return ${expression}`, args: [] }), Boolean, `there is no ${expression}`);
    return `/element/${Object.values(found)[0]}`;
  }

  return {
    call,
    run,
    untilRun: (text, otherwise) => eventually(() => run(text), Boolean, otherwise),
    click: async (expression) => send('POST', `${await element(expression)}/click`, {}),
    type: async (expression, text) => send('POST', `${await element(expression)}/value`, { text }),
    async open(address, given = 'app') {
      await send('POST', '/url', { url: address });
      const script = `return globalThis.${given} !== undefined`;
      await eventually(() => send('POST', '/execute/sync', { script, args: [] }), Boolean, `the page gives no ${given}`);
    },
    until: (name, args, isSo) => eventually(() => call(name, ...args), isSo, `${name} does not become what it should be`),
    currentTab: () => send('GET', '/window'),
    newTab: async () => (await send('POST', '/window/new', { type: 'tab' })).handle,
    switchTo: (handle) => send('POST', '/window', { handle }),
    closeTab: () => send('DELETE', '/window'),
    quit: () => send('DELETE', '').catch(() => undefined),
  };
}

async function startDriver() {
  const port = await freePort();
  // In a group of its own: xvfb-run outlives SIGTERM, and a browser may outlive its session.
  const child = spawn('xvfb-run', ['-a', driverPath, `--port=${port}`], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  await once(child, 'spawn');
  const base = `http://127.0.0.1:${port}`;
  await eventually(
    () =>
      fetch(`${base}/status`).then(
        () => true,
        () => false,
      ),
    Boolean,
    'WebKitWebDriver does not answer',
  );
  return {
    async send(method, path, body) {
      const answer = await fetch(base + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const { value } = await answer.json();
      if (!answer.ok) throw new Error(`${method} ${path.replace(/\/session\/[^/]+/, '')}: ${value?.error}: ${value?.message}`);
      return value;
    },
    stop: () => process.kill(-child.pid, 'SIGKILL'),
  };
}

async function eventually(read, isSo, otherwise) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`${otherwise}: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function expectEqual(found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

function found(program) {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // not on the path
  }
}

/** Debian keeps it beside the library. */
function miniBrowserPath() {
  const named = process.env.PERDURE_WEBKIT;
  if (named) return named;
  try {
    const files = execFileSync('dpkg', ['-L', 'libwebkit2gtk-4.1-0', 'webkit2gtk-driver'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
      '\n',
    );
    return files.find((file) => file.endsWith('/MiniBrowser') && existsSync(file));
  } catch {
    return found('MiniBrowser');
  }
}
