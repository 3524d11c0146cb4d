/**
 * Every colour of the devtools, for light and dark, in OKLCH: lightness in per cent, chroma, hue. `tokens.test.ts` holds each pair that occurs to the
 * contrast it needs. A tone has an ink, which is text and icon, and a fill, which is a bar.
 */

/** Lightness in per cent, chroma, hue in degrees. */
export type Oklch = readonly [lightness: number, chroma: number, hue: number];
export type Theme = 'light' | 'dark';
type Pair = readonly [light: Oklch, dark: Oklch];
type Colours = Readonly<Record<string, Pair>>;

/** What text and bars stand on. */
export const SURFACES: Colours = {
  canvas: [
    [98.4, 0.003, 260],
    [17.5, 0.009, 260],
  ],
  surface: [
    [100, 0, 0],
    [20.5, 0.01, 260],
  ],
  'surface-raised': [
    [97.2, 0.004, 260],
    [24, 0.011, 260],
  ],
  'surface-hover': [
    [95.6, 0.006, 260],
    [26.5, 0.012, 260],
  ],
  'surface-selected': [
    [94.6, 0.022, 255],
    [28.5, 0.035, 258],
  ],
  /** Behind a value that has just changed. */
  changed: [
    [94.5, 0.04, 155],
    [29, 0.045, 160],
  ],
  /** Behind what search has found. */
  found: [
    [94.5, 0.07, 95],
    [32, 0.055, 90],
  ],
};

/** Text and icons: 4.5:1 on every surface. */
export const INKS: Colours = {
  text: [
    [25, 0.02, 260],
    [93, 0.006, 260],
  ],
  'text-muted': [
    [46.5, 0.016, 260],
    [74.5, 0.012, 260],
  ],
  accent: [
    [47, 0.16, 256],
    [77, 0.11, 252],
  ],
  running: [
    [47, 0.16, 256],
    [77, 0.11, 252],
  ],
  queued: [
    [46.5, 0.016, 260],
    [74.5, 0.012, 260],
  ],
  timer: [
    [47.5, 0.11, 300],
    [79, 0.09, 300],
  ],
  waiting: [
    [46, 0.085, 220],
    [80, 0.09, 212],
  ],
  'backing-off': [
    [47, 0.1, 65],
    [82, 0.12, 78],
  ],
  done: [
    [45.5, 0.12, 152],
    [79, 0.14, 155],
  ],
  failed: [
    [49, 0.19, 26],
    [77, 0.13, 24],
  ],
  'timed-out': [
    [48, 0.14, 42],
    [79, 0.12, 48],
  ],
  stopped: [
    [46.5, 0.016, 260],
    [74.5, 0.012, 260],
  ],
  terminated: [
    [45, 0.07, 20],
    [77, 0.05, 20],
  ],
  continued: [
    [45.5, 0.085, 188],
    [79, 0.09, 186],
  ],
  paused: [
    [46, 0.075, 100],
    [81, 0.075, 100],
  ],
  past: [
    [47, 0.1, 70],
    [83, 0.12, 80],
  ],
};

/** Bars, category edges and the borders of controls: 3:1 on every surface. */
export const FILLS: Colours = {
  'running-fill': [
    [55, 0.16, 256],
    [70, 0.14, 254],
  ],
  'queued-fill': [
    [57, 0.015, 260],
    [66, 0.012, 260],
  ],
  'timer-fill': [
    [56, 0.1, 300],
    [70, 0.09, 300],
  ],
  'waiting-fill': [
    [55, 0.09, 220],
    [70, 0.09, 214],
  ],
  'backing-off-fill': [
    [57, 0.12, 68],
    [75, 0.13, 76],
  ],
  'done-fill': [
    [54, 0.13, 152],
    [70, 0.14, 155],
  ],
  'failed-fill': [
    [56, 0.2, 26],
    [68, 0.17, 25],
  ],
  'timed-out-fill': [
    [57, 0.16, 42],
    [71, 0.14, 46],
  ],
  'stopped-fill': [
    [57, 0.015, 260],
    [66, 0.012, 260],
  ],
  'terminated-fill': [
    [50, 0.07, 20],
    [66, 0.05, 20],
  ],
  'continued-fill': [
    [54, 0.09, 188],
    [70, 0.09, 186],
  ],
  'paused-fill': [
    [56, 0.08, 100],
    [71, 0.08, 100],
  ],
  'past-fill': [
    [60, 0.13, 72],
    [75, 0.13, 78],
  ],
  /** Of what an event belongs to. */
  activity: [
    [55, 0.15, 256],
    [70, 0.13, 254],
  ],
  'timer-edge': [
    [56, 0.1, 300],
    [70, 0.09, 300],
  ],
  signal: [
    [55, 0.09, 220],
    [70, 0.09, 214],
  ],
  update: [
    [55, 0.13, 340],
    [71, 0.11, 340],
  ],
  child: [
    [54, 0.1, 180],
    [70, 0.1, 180],
  ],
  marker: [
    [56, 0.08, 95],
    [71, 0.08, 95],
  ],
  'control-border': [
    [61.5, 0.012, 260],
    [60, 0.012, 260],
  ],
};

/** Lines between panes, which carry no meaning. */
export const LINES: Colours = {
  border: [
    [89.5, 0.006, 260],
    [31.5, 0.012, 260],
  ],
};

/** Text on a button of this colour: 4.5:1. */
export const ON_FILL: Readonly<Record<'primary' | 'on-primary' | 'danger' | 'on-danger', Pair>> = {
  primary: [
    [49, 0.17, 256],
    [72, 0.13, 254],
  ],
  'on-primary': [
    [100, 0, 0],
    [18, 0.03, 258],
  ],
  danger: [
    [48, 0.19, 26],
    [72, 0.15, 25],
  ],
  'on-danger': [
    [100, 0, 0],
    [17, 0.03, 25],
  ],
};

const ALL: Readonly<Record<string, Pair>> = { ...SURFACES, ...INKS, ...FILLS, ...LINES, ...ON_FILL };

const css = ([lightness, chroma, hue]: Oklch): string => `oklch(${lightness}% ${chroma} ${hue})`;

/** The custom properties, `--pd-…`, each with both of its values. */
export const colourProperties: string = Object.entries(ALL)
  .map(([name, [light, dark]]) => `  --pd-${name}: light-dark(${css(light)}, ${css(dark)});`)
  .join('\n');

export const colourOf = (pair: Pair, theme: Theme): Oklch => pair[theme === 'light' ? 0 : 1];
