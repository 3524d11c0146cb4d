/** `@perdure/devtools-ui/element` in a production build: an unknown element is an empty one. `@perdure/devtools-ui/force/element` has it there, too. */
export { mount } from './embed/nothing.ts';
