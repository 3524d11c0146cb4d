/** Makes TypeScript into JavaScript for webpack, in the test of what a production build has of the devtools. */
const { transform } = require('esbuild');

module.exports = function toJavaScript(code) {
  const done = this.async();
  const loader = this.resourcePath.endsWith('x') ? 'tsx' : 'ts';
  transform(code, { loader, jsx: 'automatic', target: 'es2022' }).then((made) => done(null, made.code), done);
};
