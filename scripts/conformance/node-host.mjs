/** Runs scenarios in a process of its own, and starts another when one has hung or ended. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('node-child.mjs', import.meta.url));
/** Real time after which the process is ended; the scenario itself gives up earlier unless it blocks the thread. */
const LIMIT_MS = 25_000;

export function nodeHost({ scenarios, store }) {
  let child;
  const start = async () => {
    child = fork(CHILD, [JSON.stringify({ scenarios, store })], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const { names, ended } = await next(child);
    if (ended) throw new Error(`the scenarios could not be loaded: ${ended}`);
    return names;
  };
  return {
    start,
    async record(name) {
      if (!child) await start();
      child.send({ name });
      const answer = await Promise.race([next(child), limit()]);
      if (answer && !answer.ended) return answer;
      child.kill('SIGKILL');
      child = undefined;
      return { name, error: answer ? answer.ended : `hung: the process did not answer for ${LIMIT_MS / 1_000} s and was ended` };
    },
    async close() {
      if (child?.connected) child.disconnect();
    },
  };
}

/** The next message, or that there will be none. */
function next(child) {
  return new Promise((resolve) => {
    const onMessage = (message) => done(message);
    const onExit = (code) => done({ ended: `the process of the scenarios ended with code ${code}` });
    const done = (answer) => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

function limit() {
  return new Promise((resolve) => {
    setTimeout(resolve, LIMIT_MS).unref();
  });
}
