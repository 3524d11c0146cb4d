/** Reads of single rows, gathered: what is asked for while one read is under way is read together by the next. */
import { isServiceError } from '../common/service-error.ts';
import type { Key, Store, Table, Value } from '../storage/store.ts';

interface Wanted {
  readonly key: Key;
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class BatchedReads {
  readonly #store: Store;
  readonly #table: Table;
  #wanted: Wanted[] = [];
  #isReading = false;

  constructor(store: Store, table: Table) {
    this.#store = store;
    this.#table = table;
  }

  get(key: Key): Promise<Value | undefined> {
    const answer = new Promise<Value | undefined>((resolve, reject) => this.#wanted.push({ key, resolve, reject }));
    if (!this.#isReading) {
      this.#isReading = true;
      void Promise.resolve().then(() => this.#read());
    }
    return answer;
  }

  async #read(): Promise<void> {
    while (this.#wanted.length > 0) {
      const wanted = this.#wanted;
      this.#wanted = [];
      try {
        const values = await this.#store.getMany(
          this.#table,
          wanted.map(({ key }) => key),
        );
        for (const [index, { resolve }] of wanted.entries()) resolve(values[index]);
      } catch (error) {
        if (wanted.length > 1 && isServiceError(error, 'DataLoss')) for (const each of wanted) this.#readAlone(each);
        else for (const { reject } of wanted) reject(error);
      }
    }
    this.#isReading = false;
  }

  /** One of several rows is damaged: the others are none the worse for it. */
  #readAlone({ key, resolve, reject }: Wanted): void {
    this.#store.get(this.#table, key).then(resolve, reject);
  }
}
