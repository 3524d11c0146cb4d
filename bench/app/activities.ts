/** The one activity of the workloads. */
export async function addOne(value: number): Promise<number> {
  return value + 1;
}
