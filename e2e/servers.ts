/** Where `playwright.config.ts` serves what the tests open. Another port lets two runs go on beside each other. */
const FIRST_PORT = Number(process.env['PERDURE_E2E_PORT'] ?? 4181);

export const PORTS = { development: FIRST_PORT, build: FIRST_PORT + 1, playground: FIRST_PORT + 2, stories: FIRST_PORT + 3 } as const;

/** The fixture application, from its sources. */
export const DEVELOPMENT = `http://localhost:${PORTS.development}`;
/** The fixture application as a build, under a strict Content-Security-Policy. */
export const BUILD = `http://localhost:${PORTS.build}`;
/** The playground's build. */
export const PLAYGROUND = `http://localhost:${PORTS.playground}`;
/** Parts of the devtools without an engine, as a build under a strict Content-Security-Policy. */
export const STORIES = `http://localhost:${PORTS.stories}`;
