/** Does `count` things, at most `inFlight` at a time. */
export async function inParallel(count: number, inFlight: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await work();
    }),
  );
}
