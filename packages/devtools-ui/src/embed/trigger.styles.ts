/** The button's look, with colours of its own: the tokens of the panel are not there yet. */
export const triggerStyles: string = `
.trigger { position: absolute; box-sizing: border-box; inline-size: 40px; block-size: 40px; margin: 0; padding: 0; display: grid; place-items: center; color-scheme: light dark; color: light-dark(#1b4fa8, #a9c7ff); background: light-dark(#fff, #1f2430); border: 1px solid light-dark(#c9ced8, #48506a); border-radius: 12px; box-shadow: 0 2px 10px rgb(0 0 0 / 0.25); cursor: pointer; touch-action: none; }
.trigger[hidden] { display: none; }
.trigger:hover { background: light-dark(#f1f4fa, #2a3040); }
.trigger:focus-visible { outline: 3px solid light-dark(#1b4fa8, #a9c7ff); outline-offset: 2px; }
.trigger svg { inline-size: 22px; block-size: 22px; fill: none; stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; pointer-events: none; }
.trigger[data-at^="top"] { inset-block-start: 12px; }
.trigger[data-at^="bottom"] { inset-block-end: 12px; }
.trigger[data-at$="left"] { left: 12px; }
.trigger[data-at$="right"] { right: 12px; }
.trigger:is([data-at="top"], [data-at="bottom"]) { left: calc(50% - 20px); }
.trigger:is([data-at="left"], [data-at="right"]) { top: calc(50% - 20px); }
.count { position: absolute; inset-block-start: -7px; inset-inline-end: -7px; box-sizing: border-box; min-inline-size: 20px; padding-inline: 5px; font: 600 11px/20px system-ui, sans-serif; text-align: center; color: #fff; background: #b3261e; border-radius: 10px; }
.count:empty { display: none; }
@media (forced-colors: active) { .trigger { border-color: ButtonText; } .count { border: 1px solid; } }
`;
