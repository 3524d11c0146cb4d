/** The custom type of the scenarios about converters. */
export class Point {
  readonly X: number;
  readonly Y: number;

  constructor(x: number, y: number) {
    this.X = x;
    this.Y = y;
  }
}
