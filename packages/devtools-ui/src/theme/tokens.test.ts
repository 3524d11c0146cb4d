import { expect, test } from 'vitest';
import { contrast } from './contrast.ts';
import { colourOf, FILLS, INKS, type Oklch, ON_FILL, SURFACES, type Theme } from './tokens.ts';

const THEMES: readonly Theme[] = ['light', 'dark'];
type Colours = Readonly<Record<string, readonly [Oklch, Oklch]>>;

/** Every pair with less contrast than it needs, in words. */
function tooFaint(inks: Colours, surfaces: Colours, least: number): string[] {
  return THEMES.flatMap((theme) =>
    Object.entries(inks).flatMap(([ink, pair]) =>
      Object.entries(surfaces).flatMap(([surface, below]) => {
        const ratio = contrast(colourOf(pair, theme), colourOf(below, theme));
        return ratio < least ? [`${ink} on ${surface}, ${theme}: ${ratio.toFixed(2)}`] : [];
      }),
    ),
  );
}

test('contrast is that of WCAG', () => {
  expect(contrast([100, 0, 0], [0, 0, 0])).toBeCloseTo(21, 1);
  expect(contrast([62.7955, 0.25768, 29.234], [100, 0, 0])).toBeCloseTo(4, 1); // #f00 on #fff
});

test('text and icons can be read on every surface, in both themes', () => {
  expect(tooFaint(INKS, SURFACES, 4.5)).toEqual([]);
});

test('bars, edges and borders of controls can be told from every surface, in both themes', () => {
  expect(tooFaint(FILLS, SURFACES, 3)).toEqual([]);
});

test('the text of filled buttons can be read', () => {
  const { primary, danger } = ON_FILL;
  expect(tooFaint({ 'on-primary': ON_FILL['on-primary'] }, { primary }, 4.5)).toEqual([]);
  expect(tooFaint({ 'on-danger': ON_FILL['on-danger'] }, { danger }, 4.5)).toEqual([]);
});
