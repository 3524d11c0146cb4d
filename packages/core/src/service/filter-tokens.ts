/** The words of a filter: names, texts, numbers and signs, each with its place, so that what is wrong can be shown. */
import { ServiceError } from '../common/service-error.ts';

export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'symbol' | 'end';
  /** What it stands for: a text without its quotes. */
  readonly value: string;
  /** Where it begins in the query, from 0. */
  readonly at: number;
}

/** Blanks, then a name, a text in single or double quotes, a number, or a sign. */
const TOKEN = /\s*(?:([A-Za-z_]\w*)|`([^`]*)`|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(!=|<>|<=|>=|\S))/y;

export class Tokens {
  readonly #query: string;
  #end = 0;
  next: Token;

  constructor(query: string) {
    this.#query = query;
    this.next = this.#read();
  }

  /** Goes on to the next one. @returns the one that was there */
  take(): Token {
    const { next } = this;
    this.next = this.#read();
    return next;
  }

  /** Takes a word of the language, whatever its case, if it is there. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.take();
    return true;
  }

  isWord(word: string): boolean {
    return this.next.kind === 'name' && this.next.value.toUpperCase() === word;
  }

  takeSymbol(symbol: string): boolean {
    if (this.next.kind !== 'symbol' || this.next.value !== symbol) return false;
    this.take();
    return true;
  }

  /** @throws {ServiceError} `InvalidArgument` if it is not there */
  expectWord(word: string): void {
    if (!this.takeWord(word)) this.wrong(word);
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.wrong(JSON.stringify(symbol));
  }

  /** @throws {ServiceError} `InvalidArgument` with the place, what was expected there and what stands there */
  wrong(expected: string, { kind, value, at }: Token = this.next): never {
    const found = kind === 'end' ? 'the end' : JSON.stringify(value);
    throw new ServiceError('InvalidArgument', `query: expected ${expected} at position ${at + 1} of ${JSON.stringify(this.#query)}, but found ${found}`, {
      details: { field: 'query', position: at + 1, expected },
    });
  }

  #read(): Token {
    TOKEN.lastIndex = this.#end;
    const match = TOKEN.exec(this.#query);
    if (!match) return { kind: 'end', value: '', at: this.#query.length };
    this.#end = TOKEN.lastIndex;
    const at = match.index + match[0].length - match[0].trimStart().length;
    const [, bare, quoted, double, single, number, symbol = ''] = match;
    const name = bare ?? quoted;
    if (name !== undefined) return { kind: 'name', value: name, at };
    if (number !== undefined) return { kind: 'number', value: number, at };
    const text = double ?? single;
    return text === undefined ? { kind: 'symbol', value: symbol, at } : { kind: 'text', value: text.replace(/\\(.)/g, '$1'), at };
  }
}
