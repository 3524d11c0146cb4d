/** The upload endpoint as tests use it: what it has received, and what it is to do wrong. */
import type { Faults } from '../apps/playground/server/faults.ts';
import type { SessionStatus } from '../apps/playground/server/session.ts';

export interface EndpointSession {
  readonly name: string;
  status(): Promise<SessionStatus>;
  /** What is not named stays as it is. */
  set(faults: Partial<Faults>): Promise<void>;
  /** Resolves when `isSo` holds of the status; looks again and again. */
  until(isSo: (status: SessionStatus) => boolean, what: string): Promise<SessionStatus>;
}

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 25;

export function endpointSession(baseUrl: string, name: string): EndpointSession {
  const url = new URL(`/api/upload/${name}/`, baseUrl);
  const status = async (): Promise<SessionStatus> => (await fetch(new URL('status', url))).json() as Promise<SessionStatus>;
  return {
    name,
    status,
    async set(faults) {
      const answer = await fetch(new URL('faults', url), { method: 'PUT', body: JSON.stringify(faults) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async until(isSo, what) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const now = await status();
        if (isSo(now)) return now;
        if (Date.now() > deadline) throw new Error(`The endpoint did not see ${what}: ${JSON.stringify(now).slice(0, 2000)}`);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
  };
}

/** How many different chunks all uploads of a session have brought. */
export const chunksReceived = ({ uploads }: SessionStatus): number => Object.values(uploads).reduce((sum, { chunks }) => sum + chunks.length, 0);
