/** A house that is left with its light on: what becomes of the child when its parent closes is the parent close policy's to say. */
import { condition, defineQuery, defineSignal, isCancellation, type ParentClosePolicy, setHandler, startChild, workflowInfo } from '@perdure/core/workflow';

export const leave = defineSignal('leave');
export const switchOff = defineSignal('switchOff');
export const lightState = defineQuery<string>('light');

export async function household(parentClosePolicy: ParentClosePolicy): Promise<string> {
  let hasLeft = false;
  setHandler(leave, () => {
    hasLeft = true;
  });
  setHandler(lightState, () => parentClosePolicy);
  const child = await startChild(light, { workflowId: `${workflowInfo().workflowId}-light`, parentClosePolicy });
  await condition(() => hasLeft);
  return `left ${child.workflowId}`;
}

/** It is on until it is switched off, or cancelled. */
export async function light(): Promise<string> {
  let isOn = true;
  setHandler(switchOff, () => {
    isOn = false;
  });
  setHandler(lightState, () => (isOn ? 'on' : 'off'));
  try {
    await condition(() => !isOn);
    return 'switched off';
  } catch (error) {
    if (isCancellation(error)) return 'went out by itself';
    throw error;
  }
}
