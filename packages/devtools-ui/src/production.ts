/** `@perdure/devtools-ui` in a production build: nothing. `@perdure/devtools-ui/force` has the devtools there, too. */
export { mount, PerdureDevtools } from './embed/nothing.ts';
