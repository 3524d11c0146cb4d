/** Scripts without types of their own. */
declare module '*/fixtures/history.mjs' {
  export interface HistoryJson {
    readonly events: readonly unknown[];
  }
  /** A history of activities one after the other. */
  export function loopHistory(activities: number): HistoryJson;
  /** A history of activities at once. */
  export function fanoutHistory(activities: number): HistoryJson;
}
declare module '*/interop/install.mjs' {
  export function installReplayer(): string;
}
