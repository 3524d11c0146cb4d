/**
 * `npm run test:webkit`: the fixture application as a build in WebKitGTK, driven by plain WebDriver: sandbox, IndexedDB, timers, a reload in
 * mid-work, and two tabs of which one leads. Where there is no WebKitWebDriver it says so and counts nothing. Ends with `N passed, N failed`.
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
} finally {
  driver.stop();
  await server.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

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

  return {
    call,
    async open(address) {
      await send('POST', '/url', { url: address });
      await eventually(() => send('POST', '/execute/sync', { script: 'return globalThis.app !== undefined', args: [] }), Boolean, 'the page gives no app');
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
