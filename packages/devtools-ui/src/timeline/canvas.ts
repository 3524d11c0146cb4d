/** Paints bars where there are too many for elements. Colours are those of the stylesheet, read from an element that has them. */
import { TONES } from '../models/status.ts';
import type { Bar } from './bars.ts';

export interface PaintedRow {
  readonly bars: readonly Bar[];
  /** The top of the row from that of the canvas, in CSS pixels. */
  readonly top: number;
  readonly height: number;
}

/** More bars than these are painted: below, elements cost less than they give. */
export const MOST_ELEMENTS = 2000;

/** @param probe an element whose text has the colour of a status while its `data-status` names it */
export function paint(
  canvas: HTMLCanvasElement,
  rows: readonly PaintedRow[],
  size: { readonly width: number; readonly height: number },
  probe: HTMLElement,
): void {
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  const colours = readColours(probe);
  for (const { bars, top, height } of rows) for (const bar of bars) paintBar(context, bar, top + height / 2, colours.get(bar.status) ?? '#888');
}

function readColours(probe: HTMLElement): Map<string, string> {
  const colours = new Map<string, string>();
  for (const status of [...Object.keys(TONES), 'unknown']) {
    probe.dataset['status'] = status;
    colours.set(status, getComputedStyle(probe).color);
  }
  return colours;
}

function paintBar(context: CanvasRenderingContext2D, { shape, status, x, width, share }: Bar, middle: number, colour: string): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.globalAlpha = 1;
  switch (shape) {
    case 'queued':
      context.fillRect(x, middle - 2, width, 4);
      return;
    case 'run':
      context.fillRect(x, middle - 2, width, 4);
      return;
    case 'task':
      context.globalAlpha = status === 'failed' ? 1 : 0.55;
      context.fillRect(x, middle - 6, width, 12);
      return;
    case 'unknown':
      context.setLineDash([3, 3]);
      context.strokeRect(x, middle - 4, width, 8);
      context.setLineDash([]);
      return;
    case 'waiting':
    case 'expected':
      context.globalAlpha = 0.4;
      context.fillRect(x, middle - 8, width * (share ?? 0), 16);
      context.globalAlpha = 1;
      context.strokeRect(x + 0.75, middle - 7.25, Math.max(1, width - 1.5), 14.5);
      return;
    case 'backing off':
      context.globalAlpha = 0.35;
      context.fillRect(x, middle - 8, width, 16);
      context.globalAlpha = 1;
      for (let at = x; at < x + width; at += 7) context.fillRect(at, middle - 8, Math.min(3, x + width - at), 16);
      return;
    case 'point':
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x + width / 2, middle, width / 2 - 1, 0, 2 * Math.PI);
      context.stroke();
      context.lineWidth = 1;
      return;
    case 'merged':
      context.globalAlpha = 0.75;
      context.fillRect(x, middle - 8, width, 16);
      return;
    default:
      context.fillRect(x, middle - 8, width, 16);
  }
}
